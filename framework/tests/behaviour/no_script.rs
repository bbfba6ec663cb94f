//! Visitors without JavaScript.

use crate::support::{Alive, Refused, ms, sleep};
use axum::Router;
use http::{StatusCode, request::Parts};
use punctual::{Outcome, PageSet, SiteBuilder, prelude::*, testing::TestSite};
use serde::Deserialize;
use std::sync::LazyLock;

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

/// When it is rendered, its data is there.
#[page(async, path = "/there", timeout = "1s")]
fn TherePage(there: Loaded<number>, number: Deferred<number>) -> impl IntoView {
    view! {
        <Resolve data=number fallback=|| "wait" let:n><b>{*n}</b></Resolve>
        <p>{*there}</p>
    }
}

fn not_found(failure: PageFailure) -> impl IntoView {
    failure.path_and_query().to_owned()
}

fn builder() -> SiteBuilder<()> {
    let pages = pages![NumbersPage, InOrderPage, TherePage];
    Site::builder().pages(pages).not_found_page(not_found)
}

fn shop() -> TestSite {
    TestSite::new(builder())
}

const KEY: &str = "__stream=in-order";

#[punctual::test]
async fn a_page_that_is_streamed_sends_them_to_itself_in_order() {
    let html = shop().get("/numbers?delay=100").await.assert_whole().html();
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

#[punctual::test]
async fn their_first_document_ends_as_soon_as_they_are_known() {
    let site = TestSite::new(Site::builder().pages(pages![StuckPage, NumbersPage]));
    let mut stuck = site.get("/stuck").open().await;
    stuck.chunk().await.unwrap();
    assert_eq!(RUNNING.count(), 1);

    // The number of another document, and one that is no number, end nothing.
    for address in ["/numbers?__stream=end-7", "/numbers?__stream=end-x&delay=0"] {
        site.get(address).await;
    }
    sleep(100).await;
    assert_eq!(RUNNING.count(), 1);

    let page = site.get(&end_of(&stuck.html())).await;
    assert_eq!((page.status(), page.html().as_str()), (StatusCode::OK, ""));
    assert_eq!(page.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let stuck = stuck.finish().await;
    let html = stuck.assert_whole().html();
    assert!(html.ends_with("<p>end</p></body></html>"), "{html}");
    assert!(
        !html.contains(">late") && !html.contains("<script"),
        "{html}"
    );
    assert_eq!(stuck.end(), ms(100));
    site.assert_nothing_remains().await;
    assert_eq!(RUNNING.count(), 0);
    let record = stuck.record();
    assert_eq!(
        (record.page, record.outcome),
        ("StuckPage", Some(Outcome::Disconnected))
    );
}

#[punctual::test]
async fn in_order_they_see_the_same_content_and_nothing_that_needs_a_script() {
    let address = format!("/numbers?{KEY}&delay=100");
    let page = shop().get(&address).await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.assert_whole().html().replace("<!>", "");
    let read = "<p>/numbers?delay=100</p><b>100</b><p>after 100</p></body></html>";
    assert!(html.ends_with(read), "{html}");
    for stranger in ["<script", "<template", "noscript", "wait"] {
        assert!(!page.html().contains(stranger), "{}", page.html());
    }
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!((page.at("/numbers?"), page.end()), (ms(0), ms(100)));
}

#[punctual::test]
async fn the_deadline_holds_for_them() {
    let page = shop().get(&format!("/numbers?delay=9000&{KEY}")).await;
    page.assert_whole()
        .assert_shows("</p>late<p>after 9000</p>");
    assert!(page.end() >= ms(1000) && page.end() <= ms(1050));
}

#[punctual::test]
async fn nobody_is_sent_anywhere_who_misses_nothing() {
    let shop = shop();
    for (path, streamed) in [("/there?delay=10", false), ("/in-order?delay=10", true)] {
        let page = shop.get(path).await;
        assert!(!page.html().contains("noscript"), "{}", page.html());
        assert_eq!(page.header("content-length").is_none(), streamed, "{path}");
    }
    let page = shop.get("/numbers?delay=100").await;
    assert_eq!(page.header("x-robots-tag"), None);
}

#[punctual::test]
async fn the_key_is_seen_by_nobody() {
    // A page that is not there, and one whose data is not: their addresses are without the key.
    let page = shop().get(&format!("/numbers?delay=404&{KEY}")).await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    page.assert_whole()
        .assert_shows("<body>/numbers?delay=404</body>");
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    let page = shop().get("/numbers?delay=404&__stream=other").await;
    page.assert_whole()
        .assert_shows("<body>/numbers?delay=404</body>");
}

#[punctual::test]
async fn a_nested_site_sends_them_to_its_own_address() {
    let shop = builder().build().unwrap().into_router();
    let outer = TestSite::of_router(Router::new().nest("/shop", shop));
    let html = outer
        .get("/shop/numbers?delay=100")
        .await
        .assert_whole()
        .html();
    assert!(html.contains("content=\"0;url=?delay=100&amp;"), "{html}");
    let page = outer.get(&format!("/shop/numbers?delay=404&{KEY}")).await;
    page.assert_whole()
        .assert_shows("<body>/shop/numbers?delay=404</body>");
}

fn bare(page: AnyView) -> impl IntoView {
    view! { <html><body>{page}</body></html> }
}

fn based(page: AnyView) -> impl IntoView {
    view! { <html><head><base href="/"/></head><body>{page}</body></html> }
}

#[punctual::test]
async fn the_shell_decides_how_they_are_sent() {
    let pages = |set: PageSet<()>| pages![NumbersPage](set);
    let site = TestSite::new(Site::builder().pages(pages).shell(bare));
    let page = site.get("/numbers?delay=100").await;
    assert!(!page.assert_whole().html().contains("noscript"));
    let site = TestSite::new(Site::builder().pages(pages).shell(based));
    let html = site.get("/numbers?delay=100").await.assert_whole().html();
    assert!(
        html.contains("content=\"0;url=/numbers?delay=100&amp;"),
        "{html}"
    );
}

#[punctual::test]
async fn head_is_answered_as_for_everybody() {
    let page = shop().head(&format!("/numbers?delay=100&{KEY}")).await;
    assert_eq!((page.status(), page.end()), (StatusCode::OK, ms(0)));
}
