//! What stands where when the catalog fails, or an address is wrong.

use super::harness::{Page, Site};
use super::pages::PAGES;

const STATUS: &str = "The catalog answered with status 500.";
const BROKEN: &str = "The catalog sent something that is not what was expected.";
const AWAY: &str = "The catalog cannot be reached.";

/// Each way to fail: the query, what it says, and the status of a page that cannot do without.
async fn failures() -> [(Site, &'static str, &'static str, u16); 3] {
    [
        (Site::start("0ms").await, "?fail=500", STATUS, 502),
        (Site::start("0ms").await, "?fail=json", BROKEN, 502),
        (Site::without_catalog().await, "", AWAY, 503),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_says_that_it_failed_and_the_page_stands() {
    for (site, query, reason, _) in failures().await {
        for path in ["/pwg", "/pwg-async", "/pwg-sequential"] {
            let page = site.get(&format!("{path}{query}")).await;
            assert_eq!(page.status, 200, "{path}{query}");
            page.assert_document();
            for table in ["products", "widgets", "gizmos"] {
                page.assert_contains(&format!("The {table} cannot be shown."));
            }
            assert_eq!(page.count(reason), 3, "{}", page.text);
            assert_eq!(page.count(r#"<li data-outcome="failed">"#), 3);
            page.assert_lacks("<table>");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_handles_the_failure_stays_a_page() {
    for (site, query, reason, _) in failures().await {
        for (path, heading, table) in [
            ("/gizmos", "Gizmos", "gizmos"),
            ("/gizmos-async", "Gizmos", "gizmos"),
            ("/gizmos-cancel", "Gizmos, within a second", "gizmos"),
            ("/products", "Products", "products"),
            ("/widgets", "Widgets", "widgets"),
        ] {
            let page = site.get(&format!("{path}{query}")).await;
            assert_eq!(page.status, 200, "{path}{query}");
            page.assert_document();
            page.assert_contains(&format!("<h1>{heading}</h1>"));
            page.assert_contains(&format!("The {table} cannot be shown."));
            page.assert_contains(reason);
            page.assert_contains("failed after");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_do_without_is_an_error_page_that_says_why() {
    for (site, query, reason, status) in failures().await {
        let path = format!("/products/1{query}");
        let page = site.get(&path).await;
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.headers.contains_key("retry-after"), status == 503);
        page.assert_document();
        page.assert_contains("<h1>The catalog failed</h1>");
        page.assert_contains(reason);
        page.assert_contains(&format!(r#"<a href="{path}" class="button">Try again</a>"#));
        page.assert_contains(r#"<li data-outcome="failed">"#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_the_catalog_does_not_know_is_a_404() {
    let site = Site::start("0ms").await;
    assert_eq!(site.get("/products/1?fail=404").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_option_is_a_400_that_says_what_to_write() {
    let site = Site::start("0ms").await;
    for (path, ..) in &PAGES[1..] {
        for (query, advice) in [
            ("delay=abc", "write a whole number and a unit (ms, s or m)"),
            ("delay=5", "write <code>5ms</code>"),
            ("fail=200", "write a status from 400 to 599"),
            ("hang=maybe", "write <code>hang</code> or leave it out"),
        ] {
            let page = site.get(&format!("{path}?{query}")).await;
            assert_eq!(page.status, 400, "{path}?{query}");
            page.assert_document();
            page.assert_contains("<h1>This address cannot be read</h1>");
            assert!(without_marks(&page).contains(advice), "{}", page.text);
            // The way back is the page without its options; trying again would not help.
            page.assert_contains(&format!(r#"<a href="{path}" class="button quiet">"#));
            page.assert_lacks("Try again");
        }
    }
    assert_eq!(site.stats().await.requests, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visitor_writes_is_text_and_no_markup() {
    let site = Site::start("0ms").await;
    let page = site
        .get("/pwg-async?delay=%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    assert_eq!(page.status, 400);
    page.assert_lacks("<script>alert");
    page.assert_contains("&lt;script&gt;alert(1)");
    let page = site.get("/%3Cscript%3Ealert(1)").await;
    assert_eq!(page.status, 404);
    page.assert_lacks("<script>alert");
}

/// The text without the marks that separate two texts.
fn without_marks(page: &Page) -> String {
    page.text.replace("<!>", "")
}
