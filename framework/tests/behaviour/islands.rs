//! What a document says of the islands in it. That they run, the browser tests show.

use crate::support::{Log, ms};
use punctual::{SiteBuilder, prelude::*, testing::TestSite};
use std::{fs, time::Duration};
use tempfile::TempDir;
use trial_islands::{Counter, Failing, Late, Local, OfLeptosWithData, Panel};

/// A site whose islands are built.
struct Built {
    site: TestSite,
    _folder: TempDir,
}

fn built(pages: impl FnOnce(punctual::PageSet<()>) -> punctual::PageSet<()>) -> Built {
    let (site, folder) = builder();
    Built {
        site: TestSite::new(site.pages(pages)),
        _folder: folder,
    }
}

fn builder() -> (SiteBuilder<()>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pkg")).unwrap();
    for file in ["shop.js", "shop.wasm"] {
        fs::write(folder.path().join("pkg").join(file), "").unwrap();
    }
    let site = Site::builder().islands().output_name("shop");
    (site.site_root(folder.path()), folder)
}

#[loader]
async fn part() -> Result<u32, std::io::Error> {
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(1)
}

#[page(async, path = "/", timeout = "1s")]
fn ShopPage(part: Deferred<part>) -> impl IntoView {
    view! {
        <Counter name="one" from=1/>
        <Resolve data=part let:_n><Counter name="two" from=2/></Resolve>
    }
}

#[page(async, path = "/none", timeout = "1s")]
fn NonePage(part: Deferred<part>) -> impl IntoView {
    view! { <p>"none"</p><Resolve data=part let:_n><p>"part"</p></Resolve> }
}

#[page(async, path = "/off", timeout = "1s", stream = "off")]
fn OffPage() -> impl IntoView {
    view! { <Counter name="one" from=1/> }
}

#[page(async, path = "/late", timeout = "1s")]
fn LatePage(part: Deferred<part>) -> impl IntoView {
    view! { <Resolve data=part let:_n><Counter name="two" from=2/></Resolve> }
}

/// How often the script stands in the document that loads the code of the islands.
fn loaders(html: &str) -> usize {
    html.matches("(\"/pkg/shop.js\",\"/pkg/shop.wasm\")</script>")
        .count()
}

#[punctual::test]
async fn the_code_is_loaded_once_with_the_first_island() {
    let shop = built(pages![ShopPage, NonePage, OffPage, LatePage]);
    let page = shop.site.get("/").await;
    let html = page.html();
    assert_eq!(loaders(&html), 1, "{html}");
    assert_eq!(page.at("/pkg/shop.js"), ms(0), "islands of the shell wait");
    let first_part = html.find("p:1:c").unwrap();
    assert!(html.find("/pkg/shop.js").unwrap() < first_part);

    let html = shop.site.get("/none").await.html();
    assert!(!html.contains("shop.js"), "{html}");

    let html = shop.site.get("/off").await.html();
    assert_eq!(loaders(&html), 1, "{html}");
    assert!(
        html.trim_end().ends_with("</script></body></html>"),
        "{html}"
    );

    let page = shop.site.get("/late").await;
    assert_eq!(page.at("/pkg/shop.js"), ms(100));
    page.assert_shows("<leptos-island");
    assert!(!page.shown().contains("shop.js"), "{}", page.shown());
    shop.site.assert_nothing_remains().await;
}

#[punctual::test]
async fn below_a_base_the_code_is_there_too() {
    let (site, _folder) = builder();
    let site = site.pages(pages![OffPage]).build().unwrap();
    let router = axum::Router::new().nest("/base", site.into_router());
    let html = TestSite::of_router(router).get("/base/off").await.html();
    assert!(
        html.contains("(\"/base/pkg/shop.js\",\"/base/pkg/shop.wasm\")"),
        "{html}"
    );
}

#[punctual::test]
async fn where_nothing_is_built_the_site_says_so_once_and_works() {
    let (log, _logged) = Log::begin();
    let folder = tempfile::tempdir().unwrap();
    let site = Site::builder()
        .islands()
        .output_name("shop")
        .site_root(folder.path())
        .pages(pages![ShopPage]);
    let site = TestSite::new(site);
    let said = "the WebAssembly of the islands is not in the site folder";
    assert_eq!(log.lines(&[said]).len(), 1);
    for _ in 0..3 {
        let page = site.get("/").await;
        page.assert_whole().assert_shows("data-test=\"two\"");
        assert!(!page.html().contains("import("), "{}", page.html());
    }
    assert_eq!(log.lines(&[said]).len(), 1);
}

#[page(async, path = "/data", timeout = "1s")]
fn DataPage() -> impl IntoView {
    let below = view! { <Late name="below" delay=0/> };
    view! {
        <Late name="above" delay=0/>
        <Failing name="failing" says="</script>"/>
        <Local name="local"/>
        <Counter name="without" from=0/>
        {below}
    }
}

/// What the browser is told of an island, by its number.
fn told(html: &str, island: usize) -> Vec<String> {
    let calls = html.split("$i(").skip(1);
    calls
        .filter_map(|call| call.split_once(")</script>"))
        .filter(|(call, _)| call.starts_with(&format!("{island},")))
        .map(|(call, _)| call.to_owned())
        .collect()
}

/// The mark of an island.
fn mark(html: &str, name: &str) -> Option<usize> {
    let at = html.find(&format!("data-test=\"{name}\""))?;
    let island = html[..at].rfind("<leptos-island")?;
    let inside = html[island..at].split_once('>')?.1;
    let number = inside.strip_prefix("<!--i:")?;
    number.split_once("-->")?.0.parse().ok()
}

#[punctual::test]
async fn each_island_is_told_of_its_own() {
    let shop = built(pages![DataPage]);
    let html = shop.site.get("/data").await.html();
    for name in ["above", "below"] {
        let island = mark(&html, name).unwrap();
        let expected = format!("{island},[[0,\"\\\"{name} from the server\\\"\"],]");
        assert_eq!(told(&html, island), [expected], "{html}");
    }
    assert_eq!(
        mark(&html, "without"),
        None,
        "nothing is told of it: {html}"
    );
    // What it makes: the resource, the boundary, what suspends, the error.
    let failing = told(&html, mark(&html, "failing").unwrap());
    assert!(
        failing
            .iter()
            .any(|call| call.ends_with(",0,[[1,3,\"\\u003c/script\\u003e from the server\"]]")),
        "{failing:?}"
    );
    let local = told(&html, mark(&html, "local").unwrap());
    assert!(
        local.iter().any(|call| call.ends_with(",0,0,[0]")),
        "{local:?}"
    );
    shop.site.assert_nothing_remains().await;
}

#[page(async, path = "/never", timeout = "1s")]
fn NeverPage() -> impl IntoView {
    view! {
        <Panel name="panel"><Late name="never" delay=60_000/></Panel>
        <Counter name="beside" from=0/>
    }
}

#[punctual::test]
async fn data_that_do_not_come_cost_the_island_and_not_the_page() {
    let shop = built(pages![NeverPage]);
    let page = shop.site.get("/never").await;
    let html = page.assert_whole().html();
    assert_eq!(page.end(), ms(1000));
    assert_eq!(
        told(&html, mark(&html, "never").unwrap()),
        [""; 0],
        "{html}"
    );
    assert_eq!(
        told(&html, mark(&html, "panel").unwrap()).len(),
        1,
        "{html}"
    );
    shop.site.assert_nothing_remains().await;
}

/// Leptos makes what stands in such a closure more than once. (The data come by a clock of their own.)
#[page(async, path = "/again", timeout = "60s")]
fn AgainPage() -> impl IntoView {
    view! { <Suspense>{move || view! { <Late name="again" delay=20/> }}</Suspense> }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_island_that_is_made_more_than_once_is_told_of_what_is_shown() {
    let shop = built(pages![AgainPage]);
    let page = shop.site.get("/again").await;
    let html = page.assert_whole().html();
    assert!(page.end() < ms(10_000), "{:?}", page.end());
    assert_eq!(
        told(&html, mark(&html, "again").unwrap()).len(),
        1,
        "{html}"
    );
    shop.site.assert_nothing_remains().await;
}

/// An island in a view that is not shown, because the data come.
#[page(async, path = "/unshown", timeout = "3s")]
fn UnshownPage(part: Deferred<part>) -> impl IntoView {
    view! {
        <Resolve data=part on_timeout=|| view! { <Late name="unshown" delay=60_000/> } let:_n>"there"</Resolve>
    }
}

#[punctual::test]
async fn nobody_waits_for_an_island_that_is_not_shown() {
    let (log, _logged) = Log::begin();
    let shop = built(pages![UnshownPage, NeverPage]);
    let page = shop.site.get("/unshown").await;
    page.assert_whole().assert_shows("there");
    assert_eq!(page.end(), ms(100));
    shop.site.get("/never").await.assert_whole();
    let late = log.lines(&["a place was late", "the data of an island", "Late_"]);
    assert_eq!(late.len(), 1, "{late:?}");
}

#[page(async, path = "/in-order", timeout = "1s", stream = "in-order")]
fn InOrderPage(part: Deferred<part>) -> impl IntoView {
    view! {
        <Counter name="one" from=1/>
        <Late name="data" delay=0/>
        <p><Resolve data=part let:_n>"part"</Resolve></p>
        <Counter name="two" from=2/>
    }
}

#[punctual::test]
async fn in_order_islands_do_not_wait_for_the_end() {
    let shop = built(pages![InOrderPage]);
    let page = shop.site.get("/in-order").await;
    assert_eq!(page.at("/pkg/shop.js"), ms(0));
    assert_eq!(page.at("$i(1,"), ms(0));
    assert_eq!(page.at("data-test=\"two\""), ms(100));
}

#[page(async, path = "/unmarked", timeout = "1s")]
fn UnmarkedPage() -> impl IntoView {
    view! { <OfLeptosWithData/> }
}

#[punctual::test]
async fn an_island_that_cannot_be_told_is_named_in_the_log() {
    let (log, _logged) = Log::begin();
    let shop = built(pages![UnmarkedPage]);
    let html = shop.site.get("/unmarked").await.html();
    assert!(html.contains(">7") && told(&html, 0).is_empty(), "{html}");
    assert_eq!(log.lines(&["#[punctual_islands::island]"]).len(), 1);
    shop.site.assert_nothing_remains().await;
}
