//! What the pages show when all goes well, and where there is none.

use super::document::main_of;
use super::harness::{Site, all, within};

/// Every page that everybody may see, with the most calls that it makes at once, all calls that it makes, and its loads
/// and tasks.
pub(crate) const PAGES: [(&str, u64, u64, usize); 12] = [
    ("/", 0, 0, 0),
    ("/pwg", 1, 3, 3),
    ("/pwg-async", 3, 3, 3),
    ("/pwg-sequential", 1, 3, 3),
    ("/gizmos", 1, 1, 1),
    ("/gizmos-async", 1, 1, 1),
    ("/gizmos-cancel", 1, 1, 1),
    ("/products", 1, 1, 1),
    ("/products/1", 1, 2, 2),
    ("/widgets", 1, 1, 1),
    ("/fan-out", 8, 100, 1),
    ("/progress", 1, 12, 1),
];

/// What a load or a task of a timeline begins with that has gone well.
pub(crate) const COMPLETE: &str = r#"<li data-outcome="complete"><span class="name">"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_a_document_and_makes_its_calls_once() {
    for (path, at_once, calls, loads) in PAGES {
        let site = Site::start("20ms").await;
        let page = site.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        page.assert_document();
        page.assert_lacks(r#"class="late""#);
        page.assert_lacks(r#"class="error""#);
        // The navigation says where one is.
        assert_eq!(page.count(r#"aria-current="page""#), 1, "{path}");
        let stats = site.stats().await;
        assert_eq!((stats.requests, stats.cancelled), (calls, 0), "{path}");
        assert!(stats.max_in_flight <= at_once, "{path}: {stats:?}");
        let timelines =
            page.count(r#"<figure class="timeline">"#) + page.count(r#"<figure class="timeline" "#);
        assert_eq!(timelines, usize::from(calls > 0), "{path}");
        assert_eq!(page.count(COMPLETE), loads, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_leads_to_all_others() {
    let site = Site::start("0ms").await;
    let home = site.get("/").await;
    let main = main_of(&home.text);
    for (path, ..) in &PAGES[1..] {
        assert!(main.contains(&format!(r#"<a href="{path}">"#)), "{path}");
        // From every page to every page.
        home.assert_contains(&format!(r#"<a href="{path}">"#));
    }
    // Each link to try something leads to a page.
    let links = main.split("href=\"").skip(1);
    let links: Vec<_> = links.filter_map(|rest| rest.split('"').next()).collect();
    let trials: Vec<_> = links.iter().filter(|link| link.contains('?')).collect();
    assert!(trials.len() > PAGES.len(), "{links:?}");
    let visits = trials.into_iter().map(|link| {
        let site = &site;
        async move { (link, site.head(link).await.status.as_u16()) }
    });
    for (link, status) in within(all(visits)).await {
        let expected: &[u16] = match link.starts_with("/stock") {
            // For the staff.
            true => &[303],
            false => &[200, 502, 504],
        };
        assert!(expected.contains(&status), "{link}: {status}");
    }
    for link in [
        "/pwg-async?delay=5s",
        "/gizmos?fail=json",
        "/gizmos-async?hang",
    ] {
        assert!(links.contains(&link), "{link}");
    }
    // What can be typed works as it stands, on the port of this site.
    home.assert_contains(&site.url("/pwg-async?delay=5s"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_has_its_facts_in_the_page_and_in_the_head() {
    let site = Site::start("0ms").await;
    let page = site.get("/products/1").await;
    page.assert_contains("<title>Product 1 - PWG</title>");
    page.assert_contains(r#"<meta name="description" content="The one to begin with."#);
    page.assert_contains("<h1>Product 1</h1>");
    for fact in ["1.99", "42 in stock", "4.7 of 5 stars", "pocket size"] {
        page.assert_contains(fact);
    }
    for related in ["/products/2", "/products/3"] {
        page.assert_contains(&format!(r#"href="{related}""#));
    }
    site.get("/products/4").await.assert_contains("sold out");
}

#[tokio::test(flavor = "multi_thread")]
async fn related_products_are_asked_for_when_the_product_is_there() {
    let site = Site::start("0ms").await;
    let page = site.get("/products/2?delay=200ms").await;
    assert_eq!(page.status, 200);
    page.assert_document();
    page.assert_contains("/products/4");
    let stats = site.stats().await;
    assert_eq!((stats.requests, stats.max_in_flight), (2, 1));
    // The timeline draws that the second call waited for the first.
    assert_eq!(page.count(r#"<span class="wait""#), 1);
    page.assert_contains(r#"<span class="waited">waited "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_404_in_the_shell() {
    let site = Site::start("0ms").await;
    for path in [
        "/products/999",
        "/products/x",
        "/products/-1",
        "/nothing",
        "/products/1/nothing",
    ] {
        let page = site.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.assert_document();
        page.assert_contains("<title>No such page - PWG</title>");
        page.assert_contains(&format!("<code>{path}</code>"));
        for (known, ..) in PAGES {
            page.assert_contains(&format!(r#"<a href="{known}">"#));
        }
    }
    // Only the first of them is a question for the catalog, and nothing depends on its answer.
    assert_eq!(site.stats().await.requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_too_many_leads_to_the_page() {
    let site = Site::start("0ms").await;
    let page = site.get("/products/?delay=1s").await;
    assert_eq!(page.status, 308);
    assert_eq!(page.location(), Some("/products?delay=1s"));
    assert_eq!(site.stats().await.requests, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_no_body_and_starts_nothing_that_can_wait() {
    let site = Site::start("0ms").await;
    for (path, status, calls) in [
        ("/pwg-async", 200, 0),
        ("/gizmos-async", 200, 1),
        ("/products/1", 200, 2),
        ("/products/999", 404, 3),
        ("/nothing", 404, 3),
    ] {
        let page = site.head(path).await;
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.text, "", "{path}");
        assert_eq!(site.stats().await.requests, calls, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_shows_the_options_that_it_was_asked_for_with() {
    let site = Site::start("0ms").await;
    // One of the links of the page ..
    let page = site.get("/gizmos-async?fail=json").await;
    page.assert_contains(r#"<a href="?fail=json" aria-current="true">"#);
    page.assert_lacks("<details open");
    // .. or values of the visitor's own, in the form.
    let page = site
        .get("/gizmos-async?delay=7ms&fail=418&hang=false")
        .await;
    page.assert_contains("<details open");
    page.assert_contains(r#"value="7ms""#);
    page.assert_contains(r#"<option value="418" selected>status 418</option>"#);
    page.assert_contains("The catalog answered with status 418.");
    // What a form sends for fields that were left alone is no option.
    let page = site.get("/gizmos-async?delay=&fail=").await;
    page.assert_contains(r#"<a href="?" aria-current="true">"#);
    page.assert_contains("Gizmo 3");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_style_sheet_that_a_page_links_is_served() {
    let site = Site::start("0ms").await;
    let page = site.get("/").await;
    let (_, rest) = page
        .text
        .split_once(r#"<link rel="stylesheet" href=""#)
        .expect("a link");
    let (href, _) = rest.split_once('"').expect("its end");
    let sheet = site.get(href).await;
    assert_eq!(sheet.status, 200);
    assert_eq!(sheet.headers["content-type"], "text/css; charset=utf-8");
    assert!(sheet.headers.contains_key("etag"));
    sheet.assert_contains(".timeline .bar");
}
