//! Visitors without JavaScript.

use crate::support::{Alive, Refused, get, ms, respond, router, send, site, sleep};
use axum::Router;
use http::{Request, StatusCode, request::Parts};
use http_body_util::BodyExt as _;
use punctual::{Outcome, PageSet, RequestRecord, prelude::*};
use serde::Deserialize;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::time::Instant;

/// Knows no other key than its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    delay: u64,
}

#[loader]
async fn number(Query(options): Query<Options>) -> Result<u64, Refused> {
    sleep(options.delay).await;
    Ok(options.delay)
}

#[loader]
async fn critical(Query(options): Query<Options>) -> Result<u64, PageError> {
    match options.delay {
        404 => Err(PageError::not_found()),
        delay => Ok(delay),
    }
}

#[page(async, path = "/numbers", timeout = "1s")]
fn NumbersPage(critical: Loaded<critical>, number: Deferred<number>) -> impl IntoView {
    let address = expect_context::<Parts>().uri.to_string();
    view! {
        <p>{address}</p>
        <Resolve data=number fallback=|| "wait" on_timeout=|| "late" let:n><b>{*n}</b></Resolve>
        <p>"after " {*critical}</p>
    }
}

#[page(async, path = "/in-order", timeout = "1s", stream = "in-order")]
fn InOrderPage(number: Deferred<number>) -> impl IntoView {
    view! { <Resolve data=number let:n><b>{*n}</b></Resolve> }
}

fn not_found(failure: PageFailure) -> impl IntoView {
    failure.path_and_query().to_owned()
}

fn shop() -> Router {
    let pages = pages![NumbersPage, InOrderPage];
    router(Site::builder().pages(pages).not_found_page(not_found))
}

const KEY: &str = "__stream=in-order";

#[tokio::test(start_paused = true)]
async fn a_page_that_is_streamed_sends_them_to_itself_in_order() {
    let html = get(&shop(), "/numbers?delay=100").await.whole();
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0;url=?delay=100&amp;{KEY}\">");
    let element = format!("{refresh}</noscript></head>");
    assert!(html.contains(&element), "{html}");
}

/// The address of the style sheet that only browsers without scripts ask for.
fn end_of(html: &str) -> String {
    let (_, rest) = html
        .split_once("<noscript><link rel=\"stylesheet\" href=\"")
        .unwrap();
    let (query, _) = rest.split_once('"').unwrap();
    format!("/numbers{}", query.replace("&amp;", "&"))
}

static RUNNING: LazyLock<Alive> = LazyLock::new(Alive::default);

#[loader]
async fn stuck() -> Result<u8, Refused> {
    let _running = RUNNING.token();
    std::future::pending().await
}

#[page(async, path = "/stuck", timeout = "10s")]
fn StuckPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <p>"top"</p><Resolve data=stuck on_timeout=|| "late" let:_n>"never"</Resolve><p>"end"</p> }
}

#[tokio::test(start_paused = true)]
async fn their_first_document_ends_as_soon_as_they_are_known() {
    let records = Arc::new(Mutex::new(Vec::<RequestRecord>::new()));
    let kept = records.clone();
    let site = router(
        Site::builder()
            .pages(pages![StuckPage, NumbersPage])
            .on_record(move |record| kept.lock().unwrap().push(record.clone())),
    );
    let start = Instant::now();
    let mut body = respond(&site, Request::get("/stuck")).await.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let mut html = String::from_utf8(first.to_vec()).unwrap();
    assert_eq!(RUNNING.count(), 1);

    // The number of another document, and one that is no number, end nothing.
    for address in ["/numbers?__stream=end-7", "/numbers?__stream=end-x&delay=0"] {
        get(&site, address).await;
    }
    sleep(100).await;
    assert_eq!(RUNNING.count(), 1);

    let reply = get(&site, &end_of(&html)).await;
    assert_eq!((reply.status, reply.html().as_str()), (StatusCode::OK, ""));
    assert_eq!(
        reply.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    while let Some(frame) = body.frame().await {
        html.push_str(std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap());
    }
    assert!(html.ends_with("<p>end</p></body></html>"), "{html}");
    assert!(
        !html.contains(">late") && !html.contains("<script"),
        "{html}"
    );
    assert_eq!(start.elapsed(), ms(100));
    sleep(1).await;
    assert_eq!(RUNNING.count(), 0);
    let record = records.lock().unwrap().pop().unwrap();
    assert_eq!(
        (record.page, record.outcome),
        ("StuckPage", Some(Outcome::Disconnected))
    );
}

#[tokio::test(start_paused = true)]
async fn in_order_they_see_the_same_content_and_nothing_that_needs_a_script() {
    let address = format!("/numbers?{KEY}&delay=100");
    let reply = get(&shop(), &address).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(
        reply
            .text()
            .ends_with("<p>/numbers?delay=100</p><b>100</b><p>after 100</p></body></html>"),
        "{}",
        reply.text()
    );
    for stranger in ["<script", "<template", "noscript", "wait"] {
        assert!(!reply.html().contains(stranger), "{}", reply.html());
    }
    assert_eq!(reply.header("x-robots-tag"), Some("noindex"));
    assert_eq!((reply.at("/numbers?"), reply.end), (ms(0), ms(100)));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_holds_for_them() {
    let reply = get(&shop(), &format!("/numbers?delay=9000&{KEY}")).await;
    assert!(
        reply.text().contains("</p>late<p>after"),
        "{}",
        reply.text()
    );
    assert!(reply.end >= ms(1000) && reply.end <= ms(1050));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_sent_anywhere_who_misses_nothing() {
    let shop = shop();
    for (path, streamed) in [("/numbers?delay=0", false), ("/in-order?delay=10", true)] {
        let reply = get(&shop, path).await;
        assert!(!reply.html().contains("noscript"), "{}", reply.html());
        assert_eq!(reply.header("content-length").is_none(), streamed, "{path}");
    }
    let reply = get(&shop, "/numbers?delay=100").await;
    assert_eq!(reply.header("x-robots-tag"), None);
}

#[tokio::test(start_paused = true)]
async fn the_key_is_seen_by_nobody() {
    // A page that is not there, and one whose data is not: their addresses are without the key.
    let reply = get(&shop(), &format!("/numbers?delay=404&{KEY}")).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(
        reply.text().contains("<body>/numbers?delay=404</body>"),
        "{}",
        reply.text()
    );
    assert_eq!(reply.header("x-robots-tag"), Some("noindex"));
    let reply = get(&shop(), "/numbers?delay=404&__stream=other").await;
    assert!(
        reply.text().contains("<body>/numbers?delay=404</body>"),
        "{}",
        reply.text()
    );
}

#[tokio::test(start_paused = true)]
async fn a_nested_site_sends_them_to_its_own_address() {
    let outer = Router::new().nest("/shop", shop());
    let html = get(&outer, "/shop/numbers?delay=100").await.whole();
    assert!(html.contains("content=\"0;url=?delay=100&amp;"), "{html}");
    let reply = get(&outer, &format!("/shop/numbers?delay=404&{KEY}")).await;
    assert!(
        reply
            .text()
            .contains("<body>/shop/numbers?delay=404</body>"),
        "{}",
        reply.text()
    );
}

fn bare(page: AnyView) -> impl IntoView {
    view! { <html><body>{page}</body></html> }
}

fn based(page: AnyView) -> impl IntoView {
    view! { <html><head><base href="/"/></head><body>{page}</body></html> }
}

#[tokio::test(start_paused = true)]
async fn the_shell_decides_how_they_are_sent() {
    let pages = |set: PageSet<()>| pages![NumbersPage](set);
    let site = router(Site::builder().pages(pages).shell(bare));
    let reply = get(&site, "/numbers?delay=100").await;
    assert!(!reply.whole().contains("noscript"));
    let site = router(Site::builder().pages(pages).shell(based));
    let html = get(&site, "/numbers?delay=100").await.whole();
    assert!(
        html.contains("content=\"0;url=/numbers?delay=100&amp;"),
        "{html}"
    );
}

#[tokio::test(start_paused = true)]
async fn head_is_answered_as_for_everybody() {
    let request = Request::head(format!("/numbers?delay=100&{KEY}"));
    let reply = send(&site(pages![NumbersPage]), request).await;
    assert_eq!((reply.status, reply.end), (StatusCode::OK, ms(0)));
}
