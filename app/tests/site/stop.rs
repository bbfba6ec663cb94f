//! Loads that the visitor stops while the page is being sent.

use std::time::{Duration, Instant};

use reqwest::{Response, StatusCode};

use super::document::{assembled, between, main_of, text_of};
use super::harness::{Page, Site, ask, client, within};

/// Reads the document up to the button, and gives the address that it asks at.
async fn address_in(response: &mut Response) -> (String, String) {
    let mut read = String::new();
    loop {
        let chunk = within(response.chunk()).await.expect("a good connection");
        let chunk = chunk.expect("the document goes on");
        read += std::str::from_utf8(&chunk).expect("text");
        let found = between(&read, "/stop/", "&quot;");
        if let [number, ..] = found[..] {
            let address = format!("/stop/{number}");
            return (read, address);
        }
    }
}

/// What the site answers to the button.
async fn stop(site: &Site, address: &str) -> StatusCode {
    ask(client().post(site.url(address))).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_ends_and_the_page_says_so() {
    for (path, time, calls, text) in [
        (
            "/gizmos-cancel?hang",
            1_000,
            1,
            "You have stopped the gizmos.",
        ),
        (
            "/progress?delay=2s",
            8_000,
            1,
            "You have stopped the stock-taking.",
        ),
    ] {
        // A machine that is busy until the deadline proves nothing, and is asked again.
        let mut stopped = false;
        for _ in 0..5 {
            let site = Site::start("0ms").await;
            let started = Instant::now();
            let mut response = site.open(path).await;
            assert_eq!(response.status(), 200);
            let (first, address) = address_in(&mut response).await;
            assert!(!first.contains("</html>"), "{first}");
            site.stats_become(|stats| stats.in_flight == 1).await;
            let status = stop(&site, &address).await;

            let mut page = Page::read(response).await;
            let took = started.elapsed();
            page.text = first + &page.text;
            if status != 204 || took >= Duration::from_millis(time) {
                continue;
            }
            page.assert_document();
            let read = text_of(&main_of(&assembled(&page.text)));
            assert!(read.contains(text), "{read}");
            page.assert_contains(r#"<li data-outcome="failed">"#);
            page.assert_lacks("did not arrive in time.</strong> The call");
            let stats = site.stats_become(|stats| stats.in_flight == 0).await;
            assert_eq!((stats.requests, stats.cancelled), (calls, 1), "{path}");
            // It can be stopped once.
            assert_eq!(stop(&site, &address).await, 404);
            stopped = true;
            break;
        }
        assert!(stopped, "{path} went on to its deadline");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_cannot_be_stopped() {
    let site = Site::start("0ms").await;
    for path in ["/gizmos-cancel", "/progress"] {
        let mut response = site.open(path).await;
        let (_, address) = address_in(&mut response).await;
        Page::read(response).await;
        assert_eq!(stop(&site, &address).await, 404, "{path}");
    }
    for number in ["0", "x", "", "ffffffffffffffffffffffffffffffffff", "1/2"] {
        assert_eq!(stop(&site, &format!("/stop/{number}")).await, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_post_of_this_site_stops() {
    let site = Site::start("0ms").await;
    let mut response = site.open("/progress?delay=200ms").await;
    let (first, address) = address_in(&mut response).await;
    let url = site.url(&address);
    assert_eq!(ask(client().get(&url)).await.status, 405);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://elsewhere.test"),
    ] {
        let forged = client().post(&url).header(name, value);
        assert_eq!(ask(forged).await.status, 403, "{name}");
    }
    let page = Page::read(response).await;
    let read = text_of(&main_of(&assembled(&(first + &page.text))));
    assert!(read.contains("The stock-taking is done."), "{read}");
    assert_eq!(site.stats().await.cancelled, 0);
}
