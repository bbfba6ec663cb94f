//! Loaders that run one after another.

use crate::support::{Refused, ms, sleep};
use http::StatusCode;
use punctual::{RequestContext, prelude::*, testing::TestSite};
use std::time::Duration;

macro_rules! loaders {
    ($($name:ident($($argument:ident: $type:ty),*) $time:literal),* $(,)?) => {$(
        #[loader]
        async fn $name($($argument: $type),*) -> Result<u8, Refused> {
            $(let _ = $argument;)*
            sleep($time).await;
            Ok(1)
        }
    )*};
}

loaders! {
    a(x: Loaded<x>, y: Loaded<y>) 100,
    b() 100,
    c(y: LoadResult<y>) 100,
    x() 100,
    y(z: Loaded<z>) 100,
    z() 100,
}

#[page(async, path = "/", timeout = "1s", load = "sequential")]
fn SequentialPage(a: Loaded<a>, b: Deferred<b>, z: Loaded<z>, c: Loaded<c>) -> impl IntoView {
    let _ = (a, z, c);
    view! { <Resolve data=b let:_n>"b"</Resolve><Component/> }
}

#[page(async, path = "/concurrent", timeout = "1s")]
fn ConcurrentPage(a: Loaded<a>, b: Deferred<b>, z: Loaded<z>, c: Loaded<c>) -> impl IntoView {
    let _ = (a, z, c);
    view! { <Resolve data=b let:_n>"b"</Resolve> }
}

/// Asks for a loader when the page is rendered.
#[component]
fn Component() -> impl IntoView {
    let last = RequestContext::<()>::current().unwrap().deferred::<last>();
    view! { <Resolve data=last let:_n>"last"</Resolve> }
}

loaders! { last() 100 }

type Spans = Vec<(&'static str, Duration, Duration)>;

/// When each load of the page began and ended, in the order in which they began.
async fn spans(path: &str) -> Spans {
    let pages = pages![SequentialPage, ConcurrentPage, AskingPage, InThePage];
    let page = TestSite::new(Site::builder().pages(pages)).get(path).await;
    assert_eq!(page.status(), StatusCode::OK);
    let mut spans: Spans = page
        .assert_whole()
        .loads()
        .iter()
        .map(|load| (load.name, load.started.unwrap(), load.ended.unwrap()))
        .collect();
    spans.sort_by_key(|(_, start, _)| *start);
    spans
}

#[punctual::test]
async fn they_run_dependencies_first_then_in_argument_order_one_at_a_time() {
    let names = ["x", "z", "y", "a", "b", "c", "last"];
    let expected: Spans = names
        .iter()
        .zip(0..)
        .map(|(name, n)| (*name, ms(n * 100), ms(n * 100 + 100)))
        .collect();
    assert_eq!(spans("/").await, expected);
}

#[punctual::test]
async fn without_it_the_same_page_takes_its_longest_chain() {
    let spans = spans("/concurrent").await;
    assert_eq!(spans.iter().map(|(.., end)| *end).max(), Some(ms(300)));
}

#[page(async, path = "/first-byte", timeout = "1s", load = "sequential")]
fn FirstBytePage(b: Loaded<b>, x: Deferred<x>) -> impl IntoView {
    let _ = b;
    view! { <p>"top"</p><Resolve data=x let:_n>"x is there"</Resolve> }
}

#[punctual::test]
async fn deferred_ones_come_behind_without_holding_up_the_first_byte() {
    let page = TestSite::new(Site::builder().pages(pages![FirstBytePage]))
        .get("/first-byte")
        .await;
    assert_eq!((page.at("top"), page.at("x is there")), (ms(100), ms(200)));
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader(timeout = "200ms")]
async fn limited() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader]
async fn fails() -> Result<u8, Refused> {
    Err(Refused)
}

#[page(async, path = "/stuck", timeout = "1s", load = "sequential")]
fn StuckPage(stuck: Deferred<stuck>, b: Deferred<b>) -> impl IntoView {
    view! {
        <Resolve data=stuck on_timeout=|| "stuck is late" let:_n>"no"</Resolve>
        <Resolve data=b on_timeout=|| ", and so is b" let:_n>"no"</Resolve>
    }
}

#[page(async, path = "/goes-on", timeout = "1s", load = "sequential")]
fn GoesOnPage(
    fails: LoadResult<fails>,
    limited: Deferred<limited>,
    b: Deferred<b>,
) -> impl IntoView {
    assert!(fails.is_err());
    view! {
        <Resolve data=limited on_timeout=|| "limited is late" let:_n>"no"</Resolve>
        <Resolve data=b let:_n>"b is there"</Resolve>
    }
}

#[punctual::test]
async fn one_that_is_stuck_takes_the_time_of_those_behind_it_but_not_more() {
    let site = TestSite::new(Site::builder().pages(pages![StuckPage, GoesOnPage]));
    let page = site.get("/stuck").await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("stuck is late") && html.contains(", and so is b"),
        "{html}"
    );
    assert!(page.end() <= ms(1050));
    // Its own limit counts from its own start, and a failure holds up nobody.
    let page = site.get("/goes-on").await;
    assert_eq!(
        (page.at("is late"), page.at("b is there")),
        (ms(200), ms(300))
    );
}

/// Asks for another load of the page itself, which stands behind it.
#[loader]
async fn asking(request: RequestContext<()>) -> Result<u8, Refused> {
    let b = request.load_result::<b>().await.map_err(|_| Refused)?;
    Ok(*b)
}

#[page(async, path = "/asking", timeout = "1s", load = "sequential")]
fn AskingPage(asking: Loaded<asking>, b: Loaded<b>) -> impl IntoView {
    (*asking + *b).to_string()
}

#[punctual::test]
async fn a_load_that_asks_for_one_behind_it_does_not_wait_for_itself() {
    let spans = spans("/asking").await;
    assert_eq!(spans, [("asking", ms(0), ms(100)), ("b", ms(0), ms(100))]);
}

#[page(async, path = "/in-the-page", timeout = "1s", load = "sequential")]
async fn InThePage(b: Deferred<b>, request: RequestContext<()>) -> impl IntoView {
    let z = request.load_result::<z>().await.is_ok();
    view! { {z.then_some("z, ")}<Resolve data=b let:_n>"b"</Resolve> }
}

#[punctual::test]
async fn what_the_page_asks_for_itself_waits_for_its_turn() {
    let spans = spans("/in-the-page").await;
    assert_eq!(spans, [("b", ms(0), ms(100)), ("z", ms(100), ms(200))]);
}
