//! Loaders, asked for by plain Axum handlers.

use crate::support::{Alive, Refused, Token, ms, sleep};
use axum::{Router, extract::State, routing};
use http::StatusCode;
use punctual::{
    Deadline, LoadOutcome, RequestContext,
    prelude::*,
    testing::{End, TestSite},
};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[loader]
async fn number(Path(id): Path<u32>) -> Result<u32, PageError> {
    RUNS.fetch_add(1, SeqCst);
    if id == 404 {
        Err(PageError::not_found())
    } else {
        Ok(id)
    }
}

#[loader]
async fn double(number: Loaded<number>) -> Result<u32, Refused> {
    sleep(100).await;
    Ok(*number * 2)
}

#[loader]
async fn stuck(State(alive): State<Alive>) -> Result<Token, Refused> {
    let _token = alive.token();
    std::future::pending().await
}

async fn both(
    first: RequestContext<Alive>,
    second: RequestContext<Alive>,
) -> Result<String, PageError> {
    let number = first.loaded::<number>().await?;
    let double = second.loaded::<double>().await?;
    Ok(format!("{} and {}", *number, *double))
}

async fn late(cx: RequestContext<Alive>) -> Result<String, PageError> {
    cx.loaded::<stuck>().await?;
    Ok("never".to_owned())
}

async fn leaves_it_running(cx: RequestContext<Alive>) -> &'static str {
    let _running = cx.deferred::<stuck>();
    sleep(10).await;
    assert_eq!(cx.state().count(), 1);
    "done"
}

#[page(async, path = "/")]
fn HomePage() -> impl IntoView {
    "home"
}

fn site(alive: &Alive) -> TestSite {
    let routes = Router::new()
        .route("/both/{id}", routing::get(both))
        .route("/late", routing::get(late))
        .route("/running", routing::get(leaves_it_running));
    TestSite::new(
        Site::builder()
            .state(alive.clone())
            .timeout(ms(300))
            .pages(pages![HomePage])
            .routes(routes),
    )
}

#[punctual::test]
async fn a_handler_asks_once_per_request_and_fails_as_a_page_does() {
    let site = site(&Alive::default());
    let before = RUNS.load(SeqCst);
    let page = site.get("/both/21").await;
    assert_eq!((page.html().as_str(), page.end()), ("21 and 42", ms(100)));
    assert_eq!(RUNS.load(SeqCst), before + 1);
    assert_eq!(site.get("/both/404").await.status(), StatusCode::NOT_FOUND);
}

#[punctual::test]
async fn a_handler_has_the_site_s_time_or_less() {
    let alive = Alive::default();
    let site = site(&alive);
    let page = site.get("/late").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::GATEWAY_TIMEOUT, ms(300))
    );
    let page = site.get("/late").extension(Deadline::after(ms(50))).await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::GATEWAY_TIMEOUT, ms(50))
    );
    site.assert_nothing_remains().await;
    assert_eq!(alive.count(), 0);
}

#[punctual::test]
async fn what_still_runs_is_cancelled_when_the_handler_is_done_or_the_visitor_leaves() {
    let alive = Alive::default();
    let site = site(&alive);
    let page = site.get("/running").await;
    assert_eq!(page.html(), "done");
    site.assert_nothing_remains().await;
    assert_eq!(alive.count(), 0);
    assert_eq!(page.load("stuck").outcome, Some(LoadOutcome::Cancelled));

    let running = async {
        sleep(10).await;
        alive.count()
    };
    let (page, running) = tokio::join!(site.get("/late").leave_at(ms(20)), running);
    assert_eq!((page.ended(), running), (End::Left, 1));
    site.assert_nothing_remains().await;
    assert_eq!(alive.count(), 0);
    assert_eq!(page.load("stuck").ended, Some(ms(20)));
}

#[punctual::test]
async fn a_handler_outside_a_site_has_the_default_time() {
    let router = Router::new()
        .route("/late", routing::get(late))
        .with_state(Alive::default());
    let page = TestSite::of_router(router).get("/late").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::GATEWAY_TIMEOUT, ms(45_000))
    );
}

#[page(async, path = "/context")]
fn ContextPage(cx: RequestContext<Alive>, answer: Loaded<asks_itself>) -> impl IntoView {
    format!("{} {}", cx.parts().uri, *answer)
}

#[loader]
async fn asks_itself(cx: RequestContext<Alive>) -> Result<u32, PageError> {
    // An undeclared dependency, which the types do not show; declared ones are to be preferred.
    Ok(cx.load_result::<constant>().await.map(|n| *n)?)
}

#[loader]
async fn constant() -> Result<u32, Refused> {
    Ok(5)
}

#[punctual::test]
async fn a_page_and_a_loader_may_take_the_context() {
    let site = TestSite::new(
        Site::builder()
            .state(Alive::default())
            .pages(pages![ContextPage]),
    );
    site.get("/context?a=1")
        .await
        .assert_whole()
        .assert_shows("/context?a=1 5");
}
