//! Loaders, asked for by plain Axum handlers.

use crate::support::{Alive, Refused, Token, get, ms, router, send, sleep};
use axum::{Router, extract::State, routing};
use http::{Request, StatusCode};
use punctual::{Deadline, RequestContext, prelude::*};
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

fn site(alive: &Alive) -> Router {
    let routes = Router::new()
        .route("/both/{id}", routing::get(both))
        .route("/late", routing::get(late))
        .route("/running", routing::get(leaves_it_running));
    router(
        Site::builder()
            .state(alive.clone())
            .timeout(ms(300))
            .pages(pages![HomePage])
            .routes(routes),
    )
}

#[tokio::test(start_paused = true)]
async fn a_handler_asks_once_per_request_and_fails_as_a_page_does() {
    let site = site(&Alive::default());
    let before = RUNS.load(SeqCst);
    let reply = get(&site, "/both/21").await;
    assert_eq!((reply.html().as_str(), reply.end), ("21 and 42", ms(100)));
    assert_eq!(RUNS.load(SeqCst), before + 1);
    assert_eq!(get(&site, "/both/404").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_handler_has_the_site_s_time_or_less() {
    let alive = Alive::default();
    let site = site(&alive);
    let reply = get(&site, "/late").await;
    assert_eq!(
        (reply.status, reply.end),
        (StatusCode::GATEWAY_TIMEOUT, ms(300))
    );
    let reply = send(
        &site,
        Request::get("/late").extension(Deadline::after(ms(50))),
    )
    .await;
    assert_eq!(
        (reply.status, reply.end),
        (StatusCode::GATEWAY_TIMEOUT, ms(50))
    );
    sleep(1).await;
    assert_eq!(alive.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_still_runs_is_cancelled_when_the_handler_is_done_or_the_visitor_leaves() {
    let alive = Alive::default();
    let site = site(&alive);
    assert_eq!(get(&site, "/running").await.html(), "done");
    sleep(1).await;
    assert_eq!(alive.count(), 0);

    let asking = tokio::spawn({
        let site = site.clone();
        async move { get(&site, "/late").await }
    });
    sleep(20).await;
    assert_eq!(alive.count(), 1);
    asking.abort();
    sleep(1).await;
    assert_eq!(alive.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handler_outside_a_site_has_the_default_time() {
    let router = Router::new()
        .route("/late", routing::get(late))
        .with_state(Alive::default());
    let reply = get(&router, "/late").await;
    assert_eq!(
        (reply.status, reply.end),
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

#[tokio::test(start_paused = true)]
async fn a_page_and_a_loader_may_take_the_context() {
    let site = router(
        Site::builder()
            .state(Alive::default())
            .pages(pages![ContextPage]),
    );
    assert!(
        get(&site, "/context?a=1")
            .await
            .whole()
            .contains("/context?a=1 5")
    );
}
