//! A long job that says how far it is.

use std::time::{Duration, Instant};

use super::document::{assembled, between, main_of, text_of};
use super::harness::{Page, Site, within};

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_does_until_the_result_is_there() {
    let site = Site::start("0ms").await;
    let page = site.get("/progress?delay=150ms").await;
    assert_eq!(page.status, 200);
    page.assert_document();
    let said = between(&page.text, r#"<span class="done">"#, " %</span>");
    let said: Vec<u32> = said
        .iter()
        .map(|said| said.parse().expect("a number"))
        .collect();
    assert!(said.len() >= 4 && said.is_sorted(), "{said:?}");
    page.assert_contains("Listing the ");
    page.assert_contains("Counting product ");
    // In the end there is the result and nothing else.
    let shown = main_of(&assembled(&page.text));
    let read = text_of(&shown);
    assert!(read.contains("The stock-taking is done."), "{read}");
    assert!(read.contains("9 products, 324 pieces"), "{read}");
    for leftover in ["<progress", "Counting product", "Listing the", "<template"] {
        assert!(!shown.contains(leftover), "{leftover:?} is in {shown}");
    }
    let stats = site.stats().await;
    assert_eq!((stats.requests, stats.max_in_flight), (12, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_there_is_only_the_result() {
    let site = Site::start("0ms").await;
    let page = site.get("/progress?delay=30ms&__stream=in-order").await;
    page.assert_document();
    page.assert_contains("The stock-taking is done.");
    for machinery in ["<progress", "Counting product", "<script", "<template"] {
        page.assert_lacks(machinery);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_end_is_cancelled_at_the_deadline() {
    let site = Site::start("0ms").await;
    let started = Instant::now();
    let page = site.get("/progress?delay=3s").await;
    assert!(started.elapsed() >= Duration::from_secs(8));
    assert_eq!(page.status, 200);
    page.assert_document();
    let read = text_of(&main_of(&assembled(&page.text)));
    assert!(
        read.contains("The stock-taking did not end in time."),
        "{read}"
    );
    assert!(!read.contains("is done"), "{read}");
    page.assert_contains(r#"<li data-outcome="late"><span class="name">stock-taking</span>"#);
    let stats = site.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!((stats.requests, stats.cancelled), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_says_why() {
    let site = Site::start("0ms").await;
    let page = site.get("/progress?fail=json").await;
    assert_eq!(page.status, 200);
    page.assert_document();
    page.assert_contains("The results of the stock-taking cannot be shown.");
    page.assert_contains("The catalog sent something that is not what was expected.");
    assert_eq!(site.stats().await.requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_the_visitor_leaves() {
    // A machine that is busy until the deadline proves nothing, and is asked again.
    for _ in 0..5 {
        let site = Site::start("0ms").await;
        let started = Instant::now();
        let mut response = site.open("/progress?delay=1s").await;
        within(response.chunk()).await.expect("a good connection");
        // The second call is under way.
        site.stats_become(|stats| stats.requests == 2).await;
        drop(response);
        let stats = site.stats_become(|stats| stats.in_flight == 0).await;
        if stats.cancelled == 1 && started.elapsed() < Duration::from_secs(8) {
            // No other call follows, when there has been time for one.
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            assert_eq!(site.stats().await.requests, stats.requests);
            return;
        }
    }
    panic!("the job went on");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_there_before_the_job_has_begun_to_answer() {
    let site = Site::start("0ms").await;
    let mut response = site.open("/progress?delay=300ms").await;
    let first = within(response.chunk()).await.expect("a good connection");
    let first = String::from_utf8(first.expect("a first piece").to_vec()).expect("text");
    assert!(first.contains("<h1>Taking stock</h1>"), "{first}");
    assert!(first.contains(r#"<div role="status">"#), "{first}");
    assert!(!first.contains("is done"), "{first}");
    Page::read(response).await.assert_contains("is done");
}
