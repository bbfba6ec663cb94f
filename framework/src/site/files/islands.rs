use super::{path::FilePath, settings::hash_of};
use crate::config::{IslandFiles, Islands};
use std::{path::Path, sync::Arc};

/// Looks for what cargo-leptos has built of the islands: `pwg.js` and `pwg.wasm`, or the same with hashes in their names.
pub(super) fn find(site: Option<&Path>, folder: &str, name: &str, hashes: &str) -> Islands {
    let file = |kind: &str| {
        let hash = hash_of(hashes, kind);
        let hashed = hash.map(|hash| format!("{folder}{name}.{hash}.{kind}"));
        // wasm-bindgen itself calls the second file so.
        let names = [
            hashed,
            Some(format!("{folder}{name}.{kind}")),
            Some(format!("{folder}{name}_bg.{kind}")),
        ];
        let mut files = names.into_iter().flatten().map(FilePath::new);
        files.find(|file| site.is_some_and(|site| site.join(file.as_str()).is_file()))
    };
    match (file("js"), file("wasm")) {
        (Some(js), Some(wasm)) => Islands::Built(Arc::new(IslandFiles {
            js: js.address(),
            wasm: wasm.address(),
        })),
        _ => {
            tracing::warn!(
                target: "punctual",
                folder, name,
                "the WebAssembly of the islands is not in the site folder: the site works without islands; `cargo leptos build` makes it"
            );
            Islands::NotBuilt
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::tempdir;

    #[test]
    fn both_files_are_needed() {
        let site = tempdir().expect("a folder");
        let found = |hashes| match find(Some(site.path()), "pkg/", "pwg", hashes) {
            Islands::Built(files) => Some((files.js.clone(), files.wasm.clone())),
            Islands::Unknown | Islands::NotBuilt => None,
        };
        let write = |file: &str| {
            fs::write(site.path().join("pkg").join(file), "").expect("it can be written");
        };
        fs::create_dir(site.path().join("pkg")).expect("it can be made");
        assert_eq!(found(""), None);
        write("pwg.js");
        assert_eq!(found(""), None);
        write("pwg_bg.wasm");
        let pair = |js: &str, wasm: &str| Some((format!("/pkg/{js}"), format!("/pkg/{wasm}")));
        assert_eq!(found(""), pair("pwg.js", "pwg_bg.wasm"));
        write("pwg.wasm");
        write("pwg.B-2.wasm");
        assert_eq!(found(""), pair("pwg.js", "pwg.wasm"));
        assert_eq!(
            found("js: A_1\nwasm: B-2\n"),
            pair("pwg.js", "pwg.B-2.wasm")
        );
        assert!(matches!(find(None, "pkg/", "pwg", ""), Islands::NotBuilt));
    }
}
