//! What happens when: streaming, deadlines, visitors who leave.

use std::time::{Duration, Instant};

use super::harness::{Page, Site, all, within};

const TABLES: [&str; 3] = ["products", "widgets", "gizmos"];

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_there_before_its_tables() {
    let site = Site::start("0ms").await;
    let mut response = site.open("/pwg-async?delay=500ms").await;
    assert_eq!(response.status(), 200);
    let first = within(response.chunk()).await.expect("a good connection");
    let first = String::from_utf8(first.expect("a first piece").to_vec()).expect("text");
    for table in TABLES {
        assert!(first.contains(&format!("Loading the {table}")), "{first}");
    }
    assert!(!first.contains("<table>"), "{first}");
    assert!(!first.contains("</html>"), "{first}");

    let rest = Page::read(response).await;
    for row in ["Product 2", "Widget 2", "Gizmo 3"] {
        rest.assert_contains(row);
    }
    assert_eq!(rest.count("<table>"), 3);
    rest.assert_contains("One after another they would have taken");
    assert!(rest.text.ends_with("</body></html>"));
    let stats = site.stats().await;
    assert_eq!((stats.requests, stats.max_in_flight), (3, 3));
    assert_eq!((stats.in_flight, stats.cancelled), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_catalog_does_not_hold_the_page_up() {
    // Without an answer at all, only the deadline can end the page.
    for query in ["delay=5s", "hang"] {
        let site = Site::start("0ms").await;
        let started = Instant::now();
        let page = site.get(&format!("/pwg-async?{query}")).await;
        assert!(started.elapsed() >= Duration::from_secs(2));
        assert_eq!(page.status, 200);
        page.assert_document();
        for table in TABLES {
            page.assert_contains(&format!("The {table} did not arrive in time."));
        }
        page.assert_lacks("<table>");
        assert_eq!(page.count(r#"<li data-outcome="late">"#), 3);
        page.assert_lacks("One after another");
        let stats = site.stats_become(|stats| stats.in_flight == 0).await;
        assert_eq!((stats.requests, stats.cancelled), (3, 3), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_cancelled_when_the_visitor_leaves() {
    /// The time of the page, at whose end they would be cancelled anyway.
    const DEADLINE: Duration = Duration::from_secs(2);
    // A machine that is busy for two seconds proves nothing, and is asked again.
    for _ in 0..5 {
        let site = Site::start("0ms").await;
        let started = Instant::now();
        let mut response = site.open("/pwg-async?hang").await;
        within(response.chunk()).await.expect("a good connection");
        site.stats_become(|stats| stats.in_flight == 3).await;
        drop(response);
        let stats = site.stats_become(|stats| stats.in_flight == 0).await;
        assert_eq!((stats.requests, stats.cancelled), (3, 3));
        if started.elapsed() < DEADLINE {
            return;
        }
    }
    panic!("the calls went on to the page's deadline");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_page_is_a_504_that_says_what_happened() {
    let site = Site::start("0ms").await;
    for (query, cancelled) in [("delay=3s", 1), ("hang", 2)] {
        let path = format!("/products/1?{query}");
        let started = Instant::now();
        let page = site.get(&path).await;
        assert!(started.elapsed() >= Duration::from_secs(2));
        assert_eq!(page.status, 504);
        page.assert_document();
        page.assert_contains("<title>The product is late - PWG</title>");
        page.assert_contains("<h1>The product did not arrive in time</h1>");
        page.assert_contains("The page had 2 s for everything");
        page.assert_contains(&format!(r#"<a href="{path}" class="button">Try again</a>"#));
        page.assert_contains(r#"<a href="/products/1?delay=200ms" class="button quiet">"#);
        page.assert_contains(r#"<li data-outcome="late"><span class="name">product</span>"#);
        page.assert_contains("timeout 2 s");
        page.assert_lacks("Goes well with");
        let stats = site.stats_become(|stats| stats.in_flight == 0).await;
        assert_eq!(stats.cancelled, cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_late_offers_to_try_again() {
    let site = Site::start("0ms").await;
    for (query, cancelled) in [("delay=3s", 1), ("hang", 2)] {
        let path = format!("/gizmos-cancel?{query}");
        let started = Instant::now();
        let page = site.get(&path).await;
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert_eq!(page.status, 200);
        page.assert_document();
        page.assert_contains("The gizmos did not arrive in time.");
        page.assert_contains(&format!(r#"<a href="{path}" class="button">Try again</a>"#));
        page.assert_contains(r#"<li data-outcome="late"><span class="name">gizmos</span>"#);
        page.assert_contains("timeout 1 s");
        page.assert_lacks("<table>");
        let stats = site.stats_become(|stats| stats.in_flight == 0).await;
        assert_eq!(stats.cancelled, cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gizmos_that_are_fast_enough_are_there() {
    let site = Site::start("10s").await;
    let page = site.get("/gizmos-cancel?delay=200ms").await;
    assert_eq!(page.status, 200);
    page.assert_document();
    page.assert_contains("Gizmo 3");
    assert_eq!(site.stats().await.cancelled, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_of_its_own_limit_leaves_the_page_a_page() {
    let site = Site::start("0ms").await;
    let page = site.get("/gizmos-async?delay=10s").await;
    assert_eq!(page.status, 200);
    page.assert_document();
    page.assert_contains("<h1>Gizmos</h1>");
    page.assert_contains("The gizmos did not arrive in time.");
    // It is the loader's limit that counted; the page has a second more.
    page.assert_contains("late after 3,");
    let stats = site.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!(stats.cancelled, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_with_a_product_may_be_late_alone() {
    let site = Site::start("0ms").await;
    let page = site.get("/products/1?delay=1200ms").await;
    assert_eq!(page.status, 200);
    page.assert_document();
    page.assert_contains("<h1>Product 1</h1>");
    page.assert_contains("The products that go with it did not arrive in time.");
    let stats = site.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!((stats.requests, stats.cancelled), (2, 1));

    let page = site.get("/products/1?delay=10s").await;
    assert_eq!(page.status, 504);
    page.assert_document();
    page.assert_contains("<h1>The product did not arrive in time</h1>");
    // What depends on the product was never asked for.
    page.assert_contains("never started");
    let stats = site.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!((stats.requests, stats.cancelled), (3, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_wait_side_by_side() {
    let site = Site::start("0ms").await;
    let visits = (0..20).map(|_| site.get("/pwg-async?delay=1s"));
    let pages = within(all(visits)).await;
    for page in &pages {
        page.assert_document();
    }
    // One visitor after another, there would never be more than three.
    let stats = site.stats().await;
    assert_eq!(stats.requests, 60);
    assert!(stats.max_in_flight > 3, "{stats:?}");
}
