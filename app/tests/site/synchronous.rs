//! Synchronous pages beside asynchronous ones that show the same.

use std::time::{Duration, Instant};

use super::document::{assembled, main_of};
use super::harness::{Site, all, within};

/// The queries with which pages are compared: all goes well, the catalog fails, an option of the
/// visitor's own.
const QUERIES: [&str; 4] = ["", "?fail=500", "?fail=json", "?delay=7ms"];

#[tokio::test(flavor = "multi_thread")]
async fn the_gizmos_are_the_same_page_up_to_the_timeline() {
    let site = Site::start("0ms").await;
    for query in QUERIES {
        let synchronous = site.get(&format!("/gizmos{query}")).await;
        let asynchronous = site.get(&format!("/gizmos-async{query}")).await;
        assert_eq!(synchronous.status, asynchronous.status);
        assert!(synchronous.headers.contains_key("content-length"));
        let main = main_of(&synchronous.text);
        assert!(main.contains("<h1>Gizmos</h1>"), "{main}");
        assert_eq!(main, main_of(&asynchronous.text), "{query}");
        synchronous.assert_contains("A thread of the site waited");
        asynchronous.assert_contains("No thread waited");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_tables_are_the_same_page_up_to_the_timeline_and_a_paragraph() {
    /// Without the paragraph that explains how this page does it.
    fn without_lead(main: &str) -> String {
        let (before, rest) = main.split_once("<p class=\"lead\">").expect("a lead");
        let (_, after) = rest.split_once("</p>").expect("its end");
        format!("{before}{after}")
    }
    let site = Site::start("0ms").await;
    for query in QUERIES {
        let pages = ["/pwg", "/pwg-async", "/pwg-sequential"].map(|path| format!("{path}{query}"));
        let [first, others @ ..] = &pages;
        let expected = without_lead(&main_of(&site.get(first).await.text));
        assert_eq!(expected.matches("<section>").count(), 3, "{expected}");
        for path in others {
            let page = assembled(&site.get(path).await.text);
            assert_eq!(without_lead(&main_of(&page)), expected, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_after_another_takes_the_sum_and_all_at_once_the_longest() {
    let call = Duration::from_millis(500);
    let site = Site::start("500ms").await;
    let timed = async |path| {
        let started = Instant::now();
        let page = site.get(path).await;
        (page, started.elapsed())
    };
    let (synchronous, sum) = timed("/pwg").await;
    let after_sum = site.stats().await;
    let (asynchronous, longest) = timed("/pwg-async").await;
    let after_both = site.stats().await;
    for page in [synchronous, asynchronous] {
        page.assert_document();
        assert_eq!(page.count("<table>"), 3);
        assert_eq!(page.count(r#"<li data-outcome="complete">"#), 3);
    }
    assert!(sum >= 3 * call, "{sum:?}");
    assert!(longest >= call, "{longest:?}");
    // Two calls' time between them, less what a busy machine takes.
    assert!(longest + call * 6 / 5 <= sum, "{longest:?}, {sum:?}");
    assert_eq!((after_sum.requests, after_sum.max_in_flight), (3, 1));
    assert_eq!((after_both.requests, after_both.max_in_flight), (6, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn synchronous_pages_wait_for_a_thread_and_the_timeline_says_so() {
    /// What a site has when it says nothing else.
    const THREADS: u64 = 25;
    const WAITED: &str = r#"<span class="name">a thread</span>"#;
    let site = Site::start("0ms").await;
    site.get("/gizmos").await.assert_lacks(WAITED);
    let visits = (0..30).map(|_| site.get("/gizmos?delay=1s"));
    let pages = within(all(visits)).await;
    let (mut waited, mut at_once) = (0, 0);
    for page in &pages {
        page.assert_document();
        page.assert_contains("Gizmo 3");
        *(if page.text.contains(WAITED) {
            &mut waited
        } else {
            &mut at_once
        }) += 1;
    }
    assert!(waited >= 1 && at_once >= 1, "{waited}, {at_once}");
    let stats = site.stats().await;
    assert_eq!(stats.requests, 31);
    assert!(stats.max_in_flight <= THREADS, "{stats:?}");
}
