//! How the pages reach those who ask for them: as they are made, in order, in one piece.

use std::time::{Duration, Instant};

use super::document::{assembled, main_of, text_of};
use super::harness::{Page, Site, all, within};
use super::pages::PAGES;

/// What a visitor without JavaScript is sent to.
const IN_ORDER: &str = "__stream=in-order";

const CRAWLER: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// A way to ask for a page.
#[derive(Clone, Copy, Debug)]
enum Way {
    Plain,
    InOrder,
    Crawler,
}

const WAYS: [Way; 3] = [Way::Plain, Way::InOrder, Way::Crawler];

impl Way {
    /// Asks for a page, with options. A page that has late parts has them in their places.
    async fn get(self, site: &Site, path: &str, query: &str) -> Page {
        let mut page = match self {
            Self::Plain => site.get(&format!("{path}?{query}")).await,
            Self::InOrder => site.get(&format!("{path}?{query}&{IN_ORDER}")).await,
            Self::Crawler => site.get_as(&format!("{path}?{query}"), CRAWLER).await,
        };
        match self {
            Self::Plain => page.text = assembled(&page.text),
            Self::InOrder | Self::Crawler => {
                for machinery in ["<script", "<template", "<noscript"] {
                    page.assert_lacks(machinery);
                }
            }
        }
        page
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_the_same_in_every_way() {
    let site = Site::start("0ms").await;
    for (path, _, calls, _) in PAGES {
        for query in ["delay=20ms", "fail=500&delay=20ms"] {
            let plain = Way::Plain.get(&site, path, query).await;
            plain.assert_document();
            let read = text_of(&main_of(&plain.text));
            if calls > 0 {
                assert!(!read.contains("Loading the"), "{path}: {read}");
            }
            for way in [Way::InOrder, Way::Crawler] {
                let page = way.get(&site, path, query).await;
                assert_eq!(page.status, plain.status, "{path}?{query}");
                page.assert_document();
                let here = text_of(&main_of(&page.text));
                assert_eq!(here, read, "{path}?{query}, {way:?}");
            }
        }
    }
}

/// When each page ends whose catalog never answers, in milliseconds: at its deadline, or when the
/// last of its loaders has had its time.
const ENDS: [(&str, u64, u16); 11] = [
    ("/pwg", 7_000, 200),
    ("/pwg-async", 2_000, 200),
    ("/pwg-sequential", 7_000, 200),
    ("/gizmos", 3_000, 200),
    ("/gizmos-async", 3_000, 200),
    ("/gizmos-cancel", 1_000, 200),
    ("/products", 2_000, 200),
    ("/widgets", 2_000, 200),
    ("/products/1", 2_000, 504),
    ("/fan-out", 5_000, 200),
    ("/progress", 8_000, 200),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_ends_on_time_in_every_way() {
    /// What the response may take beyond its time.
    const GRACE: Duration = Duration::from_millis(50);
    let site = Site::start("0ms").await;
    let mut open: Vec<_> = ENDS
        .into_iter()
        .flat_map(|page| WAYS.map(|way| (page, way)))
        .collect();
    // A machine that is busy at the wrong time proves nothing, and is asked again.
    for _ in 0..5 {
        let visits = open.into_iter().map(|((path, end, status), way)| {
            let site = &site;
            async move {
                let started = Instant::now();
                let page = way.get(site, path, "hang").await;
                let took = started.elapsed();
                assert_eq!(page.status, status, "{path}, {way:?}");
                page.assert_document();
                page.assert_contains(r#"class="late""#);
                page.assert_lacks("<table>");
                let expected = Duration::from_millis(end);
                assert!(took >= expected, "{path}, {way:?}: {took:?}");
                (took > expected + GRACE).then_some(((path, end, status), way))
            }
        });
        open = within(all(visits)).await.into_iter().flatten().collect();
        if open.is_empty() {
            site.stats_become(|stats| stats.in_flight == 0).await;
            return;
        }
    }
    panic!("these end too late: {open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_products_come_in_one_piece() {
    let site = Site::start("0ms").await;
    let started = Instant::now();
    let response = site.open("/products?delay=300ms").await;
    assert!(started.elapsed() >= Duration::from_millis(300));
    let page = Page::read(response).await;
    let length = page.text.len().to_string();
    assert_eq!(page.headers["content-length"], length.as_str());
    page.assert_document();
    page.assert_lacks("<script");
    page.assert_contains(r#"<a href="/products/2">Product 2</a>"#);
    assert_eq!(page.headers["cache-control"], "public, max-age=60");
    // What is missing for one visitor may be there for the next.
    let page = site.get("/products?fail=500").await;
    assert_eq!(page.headers["cache-control"], "private, no-cache");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widgets_come_from_top_to_bottom() {
    let site = Site::start("0ms").await;
    let mut response = site.open("/widgets?delay=300ms").await;
    let first = within(response.chunk()).await.expect("a good connection");
    let first = String::from_utf8(first.expect("a first piece").to_vec()).expect("text");
    assert!(first.contains("<h1>Widgets</h1>"), "{first}");
    for later in ["Loading the", "<table>", "What to look at", "</main>"] {
        assert!(!first.contains(later), "{later:?} is in {first}");
    }
    let rest = Page::read(response).await;
    let read = text_of(&rest.text);
    let order = ["Widget 1", "Widget 2", "What to look at", "1 load in"];
    let places = order.map(|text| read.find(text));
    assert!(places.iter().all(Option::is_some), "{read}");
    assert!(places.is_sorted(), "{read}");
    rest.assert_lacks("<script");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_turn_wait_for_each_other_and_the_timeline_draws_it() {
    let site = Site::start("0ms").await;
    let mut response = site.open("/pwg-sequential?delay=200ms").await;
    let first = within(response.chunk()).await.expect("a good connection");
    let first = String::from_utf8(first.expect("a first piece").to_vec()).expect("text");
    assert_eq!(first.matches("Loading the").count(), 3, "{first}");
    let rest = Page::read(response).await;
    let order = ["Product 1", "Widget 1", "Gizmo 1"].map(|name| rest.text.find(name));
    assert!(order.iter().all(Option::is_some), "{}", rest.text);
    assert!(order.is_sorted(), "{}", rest.text);
    // The first call waits for nothing.
    assert_eq!(rest.count(r#"<span class="wait""#), 2);
    assert_eq!(rest.count(r#"<span class="waited">waited "#), 2);
    let stats = site.stats().await;
    assert_eq!((stats.requests, stats.max_in_flight), (3, 1));
}
