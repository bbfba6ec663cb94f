//! The rules of time.

use crate::support::{Refused, by, get, ms, router, send, site, sleep};
use http::{Request, StatusCode};
use punctual::{Deadline, prelude::*};
use std::{
    future::pending,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

#[loader]
async fn fast() -> Result<&'static str, Refused> {
    sleep(100).await;
    Ok("fast value")
}

#[loader]
async fn medium() -> Result<&'static str, Refused> {
    sleep(300).await;
    Ok("medium value")
}

#[loader]
async fn slow() -> Result<&'static str, Refused> {
    sleep(500).await;
    Ok("slow value")
}

#[loader]
async fn stuck() -> Result<&'static str, Refused> {
    pending().await
}

#[component]
fn Text<L>(data: Deferred<L>) -> impl IntoView
where
    L: punctual::Deferrable<Output = &'static str, Error = Refused>,
{
    let name = L::NAME;
    view! {
        <Resolve
            data=data
            fallback=move || format!("{name} pending")
            on_timeout=move || format!("{name} late")
            on_error=|error| error.to_string()
            let:value
        >
            <b>{*value}</b>
        </Resolve>
    }
}

#[page(async, path = "/deferred", timeout = "1s")]
fn DeferredPage(
    slow: Deferred<slow>,
    fast: Deferred<fast>,
    medium: Deferred<medium>,
) -> impl IntoView {
    view! { <Text data=slow/> <Text data=fast/> <Text data=medium/> }
}

#[tokio::test(start_paused = true)]
async fn deferred_loads_run_together_and_appear_as_they_finish() {
    let reply = get(&site(pages![DeferredPage]), "/deferred").await;
    reply.whole();
    assert_eq!(reply.head_at, ms(0));
    assert_eq!(reply.at("slow pending"), ms(0));
    let seen = [
        reply.at("fast value"),
        reply.at("medium value"),
        reply.at("slow value"),
    ];
    assert_eq!(seen, [ms(100), ms(300), ms(500)]);
    assert_eq!(reply.end, ms(500));
    assert_eq!(reply.chunks.len(), 4);
    assert_eq!(reply.header("content-length"), None);
}

#[page(async, path = "/critical", timeout = "1s")]
fn CriticalPage(slow: Loaded<slow>, fast: Loaded<fast>, medium: Loaded<medium>) -> impl IntoView {
    view! { <p>{*slow} {*fast} {*medium}</p> }
}

#[tokio::test(start_paused = true)]
async fn critical_loads_run_together_and_the_page_comes_in_one_piece() {
    let reply = get(&site(pages![CriticalPage]), "/critical").await;
    let html = reply.whole();
    assert_eq!((reply.head_at, reply.end), (ms(500), ms(500)));
    assert_eq!(
        reply.header("content-length"),
        Some(html.len().to_string().as_str())
    );
    assert!(!html.contains("<script"), "{html}");
}

#[loader]
async fn second(fast: Loaded<fast>) -> Result<String, Refused> {
    sleep(200).await;
    Ok(format!("{} then second", *fast))
}

#[loader]
async fn third(second: Loaded<second>, slow: Loaded<slow>) -> Result<String, Refused> {
    sleep(100).await;
    Ok(format!("{} and {}", *second, *slow))
}

#[page(async, path = "/chain", timeout = "1s")]
fn ChainPage(third: Loaded<third>) -> impl IntoView {
    view! { <p>{third.to_string()}</p> }
}

#[tokio::test(start_paused = true)]
async fn dependent_loads_cost_the_longest_way_and_no_more() {
    let reply = get(&site(pages![ChainPage]), "/chain").await;
    // max(100 + 200, 500) + 100
    assert_eq!(reply.end, ms(600));
    assert!(
        reply
            .whole()
            .contains("fast value then second and slow value")
    );
}

#[page(async, path = "/late-part", timeout = "1s")]
fn LatePartPage(fast: Deferred<fast>, stuck: Deferred<stuck>) -> impl IntoView {
    view! { <main><Text data=fast/> <Text data=stuck/></main><footer>"the end"</footer> }
}

#[tokio::test(start_paused = true)]
async fn a_deferred_load_that_never_ends_shows_its_text_at_the_deadline() {
    let reply = get(&site(pages![LatePartPage]), "/late-part").await;
    let html = reply.whole();
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.at("stuck late"), ms(1000));
    assert!(reply.end <= by(1000), "{:?}", reply.end);
    assert!(html.contains("fast value") && html.contains("the end"));
}

fn late_view(failure: PageFailure) -> impl IntoView {
    let loads = failure.record.loads;
    let loads = loads
        .iter()
        .map(|load| format!("{}={}", load.name, load.outcome.unwrap()));
    let loads = loads.collect::<Vec<_>>().join(" ");
    view! { <p>"late view of " {failure.uri.to_string()} " " {loads}</p> }
}

#[page(async, path = "/late", timeout = "1s", on_timeout = late_view)]
fn LatePage(fast: Loaded<fast>, stuck: Loaded<stuck>, slow: Deferred<slow>) -> impl IntoView {
    view! { <p>{*fast} {*stuck}</p><Text data=slow/> }
}

#[page(async, path = "/late-plain", timeout = "1s")]
fn LatePlainPage(stuck: Loaded<stuck>) -> impl IntoView {
    view! { <p>{*stuck}</p> }
}

#[tokio::test(start_paused = true)]
async fn a_late_critical_load_is_504_with_the_view_of_the_page() {
    let reply = get(&site(pages![LatePage]), "/late?q=1").await;
    let html = reply.text();
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(
        reply.end >= ms(1000) && reply.end <= by(1000),
        "{:?}",
        reply.end
    );
    assert!(
        html.contains("late view of /late?q=1 fast=complete stuck=late slow=complete"),
        "{html}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_late_page_without_a_view_of_its_own_shows_the_site_s_error_page() {
    let reply = get(&site(pages![LatePlainPage]), "/late-plain").await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(reply.whole().contains("did not arrive in time"));
}

#[loader(timeout = "300ms")]
async fn impatient(fast: Loaded<fast>) -> Result<&'static str, Refused> {
    let _ = fast;
    pending().await
}

#[page(async, path = "/own-limit", timeout = "1s")]
fn OwnLimitPage(impatient: Loaded<impatient>) -> impl IntoView {
    view! { <p>{*impatient}</p> }
}

#[page(async, path = "/own-limit-others", timeout = "1s", on_timeout = late_view)]
fn OwnLimitOthersPage(impatient: Loaded<impatient>, stuck: Deferred<stuck>) -> impl IntoView {
    view! { <p>{*impatient}</p><Text data=stuck/> }
}

#[page(async, path = "/own-limit-handled", timeout = "1s")]
fn OwnLimitHandledPage(impatient: LoadResult<impatient>, slow: Deferred<slow>) -> impl IntoView {
    let text = match impatient {
        Err(LoadError::Late) => "late, and handled",
        _ => "something else",
    };
    view! { <p>{text}</p><Text data=slow/> }
}

#[page(async, path = "/own-limit-deferred", timeout = "1s")]
fn OwnLimitDeferredPage(impatient: Deferred<impatient>, slow: Deferred<slow>) -> impl IntoView {
    view! { <Text data=impatient/> <Text data=slow/> }
}

#[tokio::test(start_paused = true)]
async fn a_loader_s_own_limit_counts_from_its_start() {
    let site = site(pages![
        OwnLimitPage,
        OwnLimitOthersPage,
        OwnLimitHandledPage,
        OwnLimitDeferredPage
    ]);
    let reply = get(&site, "/own-limit").await;
    // It starts when its dependency is there, at 100 ms.
    assert_eq!(
        (reply.status, reply.head_at),
        (StatusCode::GATEWAY_TIMEOUT, ms(400))
    );

    let reply = get(&site, "/own-limit-others").await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    let html = reply.text();
    assert!(
        html.contains("impatient=late") && html.contains("stuck=cancelled"),
        "{html}"
    );

    let reply = get(&site, "/own-limit-handled").await;
    assert_eq!((reply.status, reply.head_at), (StatusCode::OK, ms(400)));
    assert!(reply.whole().contains("late, and handled"));

    let reply = get(&site, "/own-limit-deferred").await;
    assert_eq!(reply.at("impatient late"), ms(400));
    assert_eq!(reply.at("slow value"), ms(500));
    assert_eq!(reply.end, ms(500));
}

#[page(async, path = "/result-at-deadline", timeout = "1s")]
fn ResultAtDeadlinePage(stuck: LoadResult<stuck>, slow: Deferred<slow>) -> impl IntoView {
    let late = matches!(stuck, Err(LoadError::Late));
    view! { <p>{if late { "handled at the deadline" } else { "no" }}</p><Text data=slow/> }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_handles_failures_is_shown_at_the_deadline_too() {
    let reply = get(&site(pages![ResultAtDeadlinePage]), "/result-at-deadline").await;
    assert_eq!(reply.status, StatusCode::OK);
    let html = reply.whole();
    assert!(
        html.contains("handled at the deadline") && html.contains("slow value"),
        "{html}"
    );
    assert!(reply.end <= by(1000), "{:?}", reply.end);
}

#[loader]
async fn on_the_dot() -> Result<&'static str, Refused> {
    sleep(1000).await;
    Ok("just in time")
}

#[page(async, path = "/tie", timeout = "1s")]
fn TiePage(on_the_dot: Loaded<on_the_dot>) -> impl IntoView {
    view! { <p>{*on_the_dot}</p> }
}

#[page(async, path = "/tie-deferred", timeout = "1s")]
fn TieDeferredPage(on_the_dot: Deferred<on_the_dot>) -> impl IntoView {
    view! { <Text data=on_the_dot/> }
}

#[tokio::test(start_paused = true)]
async fn a_result_at_the_deadline_counts() {
    let site = site(pages![TiePage, TieDeferredPage]);
    let reply = get(&site, "/tie").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.whole().contains("just in time"));
    let reply = get(&site, "/tie-deferred").await;
    assert!(reply.whole().contains("<b>just in time</b>"));
}

#[page(async, path = "/async-body", timeout = "1s")]
async fn AsyncBodyPage(fast: Loaded<fast>) -> impl IntoView {
    sleep(200).await;
    view! { <p>{*fast} " in an async body"</p> }
}

#[page(async, path = "/async-body-late", timeout = "1s")]
async fn AsyncBodyLatePage() -> impl IntoView {
    pending::<()>().await;
    view! { <p>"never"</p> }
}

#[tokio::test(start_paused = true)]
async fn an_async_page_function_runs_under_the_deadline() {
    let site = site(pages![AsyncBodyPage, AsyncBodyLatePage]);
    let reply = get(&site, "/async-body").await;
    assert_eq!(reply.end, ms(300));
    assert!(reply.whole().contains("in an async body"));
    let reply = get(&site, "/async-body-late").await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(reply.end <= by(1000));
}

static TOLD: AtomicUsize = AtomicUsize::new(0);
static BUSY_STEPS: AtomicUsize = AtomicUsize::new(0);

/// Hands its work to a task of its own, which only the token reaches.
#[loader]
async fn handed_over(cancel: Cancel) -> Result<&'static str, Refused> {
    tokio::spawn(async move {
        cancel.cancelled().await;
        TOLD.fetch_add(1, SeqCst);
    });
    pending().await
}

/// Does not look at any token.
#[loader]
async fn deaf() -> Result<&'static str, Refused> {
    loop {
        BUSY_STEPS.fetch_add(1, SeqCst);
        sleep(10).await;
    }
}

#[page(async, path = "/cancel", timeout = "200ms")]
fn CancelPage(handed_over: Deferred<handed_over>, deaf: Deferred<deaf>) -> impl IntoView {
    view! { <Text data=handed_over/> <Text data=deaf/> }
}

#[tokio::test(start_paused = true)]
async fn cancelling_signals_the_token_and_drops_the_future() {
    let reply = get(&site(pages![CancelPage]), "/cancel").await;
    reply.whole();
    assert!(reply.end <= by(200));
    sleep(1).await;
    assert_eq!(TOLD.load(SeqCst), 1);
    let steps = BUSY_STEPS.load(SeqCst);
    assert!(steps > 5, "{steps}");
    sleep(1000).await;
    assert_eq!(BUSY_STEPS.load(SeqCst), steps);
}

static DEADLINES: Mutex<Vec<(&str, Duration)>> = Mutex::new(Vec::new());

#[loader(timeout = "300ms")]
async fn tells_its_own(deadline: Deadline, fast: Loaded<fast>) -> Result<u8, Refused> {
    let _ = fast;
    DEADLINES
        .lock()
        .unwrap()
        .push(("own", deadline.remaining()));
    Ok(1)
}

#[loader(timeout = "5s")]
async fn tells_the_page_s(deadline: Deadline) -> Result<u8, Refused> {
    DEADLINES
        .lock()
        .unwrap()
        .push(("page", deadline.remaining()));
    Ok(1)
}

#[page(async, path = "/deadlines", timeout = "1s")]
fn DeadlinesPage(_a: Loaded<tells_its_own>, _b: Loaded<tells_the_page_s>) -> impl IntoView {}

#[tokio::test(start_paused = true)]
async fn a_loader_is_told_the_deadline_that_holds_for_it() {
    let reply = get(&site(pages![DeadlinesPage]), "/deadlines").await;
    assert_eq!(reply.status, StatusCode::OK);
    let mut deadlines = DEADLINES.lock().unwrap().clone();
    deadlines.sort_unstable();
    assert_eq!(deadlines, [("own", ms(300)), ("page", ms(1000))]);
}

#[page(async, path = "/site-default")]
fn SiteDefaultPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Text data=stuck/> }
}

#[tokio::test(start_paused = true)]
async fn a_page_without_a_time_has_the_site_s() {
    let reply = get(&site(pages![SiteDefaultPage]), "/site-default").await;
    assert!(
        reply.end >= ms(45_000) && reply.end <= by(45_000),
        "{:?}",
        reply.end
    );
    let site = router(
        Site::builder()
            .timeout(ms(250))
            .pages(pages![SiteDefaultPage]),
    );
    let reply = get(&site, "/site-default").await;
    assert!(
        reply.end >= ms(250) && reply.end <= by(250),
        "{:?}",
        reply.end
    );
}

#[tokio::test(start_paused = true)]
async fn a_deadline_in_the_request_shortens_and_never_lengthens() {
    let site = site(pages![LatePartPage]);
    let request = Request::get("/late-part").extension(Deadline::after(ms(400)));
    let reply = send(&site, request).await;
    assert!(
        reply.end >= ms(400) && reply.end <= by(400),
        "{:?}",
        reply.end
    );
    let request = Request::get("/late-part").extension(Deadline::after(ms(4000)));
    let reply = send(&site, request).await;
    assert!(
        reply.end >= ms(1000) && reply.end <= by(1000),
        "{:?}",
        reply.end
    );
}

#[tokio::test(start_paused = true)]
async fn head_starts_no_deferred_loads() {
    let site = site(pages![DeferredPage, LatePage, CriticalPage]);
    let reply = send(&site, Request::head("/deferred")).await;
    assert_eq!((reply.status, reply.end), (StatusCode::OK, ms(0)));
    assert!(reply.chunks.is_empty());
    assert_eq!(reply.header("content-length"), None);
    let reply = send(&site, Request::head("/critical")).await;
    assert!(
        reply
            .header("content-length")
            .is_some_and(|length| length != "0")
    );
    assert!(reply.chunks.is_empty());
    // Critical loads decide the status of HEAD, too.
    let reply = send(&site, Request::head("/late")).await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_pages_wait_side_by_side() {
    let site = site(pages![DeferredPage]);
    let start = tokio::time::Instant::now();
    let pages = (0..1000).map(|_| {
        let site = site.clone();
        tokio::spawn(async move { get(&site, "/deferred").await.whole().len() })
    });
    for page in pages.collect::<Vec<_>>() {
        assert!(page.await.unwrap() > 0);
    }
    assert_eq!(start.elapsed(), ms(500));
}
