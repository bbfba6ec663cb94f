//! A hundred calls, eight at a time.

use std::time::{Duration, Instant};

use super::document::{assembled, between, main_of};
use super::harness::{Page, Site, within};

/// What became of each product, in the order of the cells.
fn cells(page: &Page) -> Vec<(u32, String)> {
    let main = main_of(&assembled(&page.text));
    let (_, cells) = main.split_once(r#"<ol class="cells">"#).expect("cells");
    let (cells, _) = cells.split_once("</ol>").expect("their end");
    let cell = |cell: &str| {
        let (outcome, rest) = cell.split_once('"').expect("an outcome");
        let id = between(rest, "<span>", "</span>")[0];
        (id.parse().expect("a number"), outcome.to_owned())
    };
    let cells = cells.split(r#"<li data-outcome=""#).skip(1);
    cells.map(cell).collect()
}

/// How many cells have this outcome.
fn count(cells: &[(u32, String)], outcome: &str) -> u64 {
    cells.iter().filter(|(_, had)| had == outcome).count() as u64
}

#[track_caller]
fn assert_in_order(cells: &[(u32, String)]) {
    assert!(cells.iter().map(|(id, _)| *id).eq(1..=100), "{cells:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_calls_are_made_eight_at_a_time() {
    let site = Site::start("0ms").await;
    let started = Instant::now();
    let page = site.get("/fan-out?delay=100ms").await;
    // 13 rounds. With more of them at once it would take less.
    assert!(started.elapsed() >= Duration::from_millis(1_300));
    assert_eq!(page.status, 200);
    page.assert_document();
    let cells = cells(&page);
    assert_in_order(&cells);
    assert_eq!(count(&cells, "complete"), 100);
    page.assert_contains("100 of 100 are there.");
    page.assert_contains(r#"<a href="/products/100" aria-label="Product 100: 40 in stock">"#);
    page.assert_contains(r#"<span class="name">100 products</span>"#);
    page.assert_contains("1 task in ");
    let stats = site.stats().await;
    assert_eq!((stats.requests, stats.max_in_flight), (100, 8));
    assert_eq!((stats.in_flight, stats.cancelled), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_in_time_is_marked_in_its_place() {
    let site = Site::start("0ms").await;
    let started = Instant::now();
    let page = site.get("/fan-out?delay=1s").await;
    assert!(started.elapsed() >= Duration::from_secs(5));
    assert_eq!(page.status, 200);
    page.assert_document();
    let cells = cells(&page);
    assert_in_order(&cells);
    let (there, late) = (count(&cells, "complete"), count(&cells, "late"));
    // Five rounds at most.
    assert!((8..=40).contains(&there), "{there}");
    assert_eq!(there + late, 100);
    page.assert_contains(&format!("{there} of 100 are there."));
    page.assert_contains(&format!("{late} did not arrive in time"));
    page.assert_contains(r#"<li data-outcome="late"><span class="name">100 products</span>"#);
    let stats = site.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!(stats.max_in_flight, 8);
    assert!(stats.requests <= there + 8, "{stats:?}, {there}");
    assert!(stats.cancelled <= 8, "{stats:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_how_many_are_there_while_it_runs() {
    let site = Site::start("0ms").await;
    let mut response = site.open("/fan-out?delay=100ms").await;
    let first = within(response.chunk()).await.expect("a good connection");
    let first = String::from_utf8(first.expect("a first piece").to_vec()).expect("text");
    assert!(first.contains(r#"aria-busy="true""#), "{first}");
    assert!(!first.contains(r#"data-outcome="complete""#), "{first}");
    let mut page = Page::read(response).await;
    page.text.insert_str(0, &first);
    let said = between(&page.text, r#"<span class="done">"#, " of 100</span>");
    let said: Vec<u32> = said
        .iter()
        .map(|said| said.parse().expect("a number"))
        .collect();
    assert!(said.len() >= 3 && said.is_sorted(), "{said:?}");
    // Nothing of it is left in the end.
    let shown = assembled(&page.text);
    assert!(!shown.contains("aria-busy"), "{shown}");
    assert!(!shown.contains("<progress"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_fail_are_marked_and_the_page_says_why() {
    let site = Site::start("0ms").await;
    for (query, reason) in [
        (
            "fail=500",
            "100 failed. The catalog answered with status 500.",
        ),
        ("fail=404", "The catalog does not know 100."),
    ] {
        let page = site.get(&format!("/fan-out?{query}")).await;
        assert_eq!(page.status, 200);
        page.assert_document();
        page.assert_contains("0 of 100 are there.");
        page.assert_contains(reason);
        let cells = cells(&page);
        assert_in_order(&cells);
        assert_eq!(count(&cells, "failed"), 100);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calls_are_cancelled_when_the_visitor_leaves() {
    // A machine that is busy until the deadline proves nothing, and is asked again.
    for _ in 0..5 {
        let site = Site::start("0ms").await;
        let started = Instant::now();
        let mut response = site.open("/fan-out?hang").await;
        within(response.chunk()).await.expect("a good connection");
        site.stats_become(|stats| stats.in_flight == 8).await;
        drop(response);
        let stats = site.stats_become(|stats| stats.in_flight == 0).await;
        assert_eq!((stats.requests, stats.cancelled), (8, 8));
        if started.elapsed() < Duration::from_secs(5) {
            return;
        }
    }
    panic!("the calls went on to the page's deadline");
}
