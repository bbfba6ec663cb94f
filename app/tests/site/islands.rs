//! What runs in the browser: where it is, and that pages are whole without it.

use std::fs;
use std::path::PathBuf;

use super::harness::Site;
use super::pages::PAGES;

/// What starts islands names the file that it loads.
const LOADER: &str = r#"("/pkg/pwg.js","/pkg/pwg.wasm")"#;

/// A folder in which islands are built, as far as the server can tell.
fn built() -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("built");
    let pkg = folder.join("pkg");
    fs::create_dir_all(&pkg).expect("it can be made");
    for file in ["pwg.js", "pwg.wasm"] {
        fs::write(pkg.join(file), "").expect("it can be written");
    }
    folder.to_str().expect("text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_with_islands_start_them_and_no_others_do() {
    let site = Site::start_in(&built(), "0ms").await;
    for (path, calls, ..) in PAGES {
        let page = site.get(path).await;
        let has_islands = page.text.contains("<leptos-island ");
        assert_eq!(page.count(LOADER), usize::from(has_islands), "{path}");
        // The tables, and what can be stopped.
        let expected = calls > 0 && !["/products/1", "/fan-out"].contains(&path);
        assert_eq!(has_islands, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn controls_are_hidden_until_they_run() {
    let site = Site::start("0ms").await;
    for path in ["/gizmos-cancel", "/progress", "/products", "/pwg-async"] {
        for query in ["", "?__stream=in-order"] {
            let page = site.get(&format!("{path}{query}")).await;
            let count = |class: &str| page.count(&format!(r#"class="{class}""#));
            let hidden = |class: &str| page.count(&format!(r#"<div hidden class="{class}">"#));
            assert!(count("stop") + count("find") > 0, "{path}{query}");
            for class in ["stop", "find"] {
                assert_eq!(count(class), hidden(class), "{path}{query}: {class}");
            }
            // Nothing is there that nobody starts.
            page.assert_lacks(LOADER);
        }
    }
}
