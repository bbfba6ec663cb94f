//! The rules of time.

use crate::support::{Refused, by, ms, sleep};
use http::StatusCode;
use punctual::{Deadline, prelude::*, testing::TestSite};
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

#[punctual::test]
async fn deferred_loads_run_together_and_appear_as_they_finish() {
    let page = TestSite::new(Site::builder().pages(pages![DeferredPage]))
        .get("/deferred")
        .await;
    page.assert_whole();
    assert_eq!(page.first_byte(), ms(0));
    assert_eq!(page.at("slow pending"), ms(0));
    let seen = [
        page.at("fast value"),
        page.at("medium value"),
        page.at("slow value"),
    ];
    assert_eq!(seen, [ms(100), ms(300), ms(500)]);
    assert_eq!(page.end(), ms(500));
    assert_eq!(page.chunks().len(), 4);
    assert_eq!(page.header("content-length"), None);
}

#[page(async, path = "/critical", timeout = "1s")]
fn CriticalPage(slow: Loaded<slow>, fast: Loaded<fast>, medium: Loaded<medium>) -> impl IntoView {
    view! { <p>{*slow} {*fast} {*medium}</p> }
}

#[punctual::test]
async fn critical_loads_run_together_and_the_page_comes_in_one_piece() {
    let page = TestSite::new(Site::builder().pages(pages![CriticalPage]))
        .get("/critical")
        .await;
    let html = page.assert_whole().html();
    assert_eq!((page.first_byte(), page.end()), (ms(500), ms(500)));
    assert_eq!(
        page.header("content-length"),
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

#[punctual::test]
async fn dependent_loads_cost_the_longest_way_and_no_more() {
    let page = TestSite::new(Site::builder().pages(pages![ChainPage]))
        .get("/chain")
        .await;
    // max(100 + 200, 500) + 100
    assert_eq!(page.end(), ms(600));
    page.assert_whole()
        .assert_shows("fast value then second and slow value");
}

#[page(async, path = "/late-part", timeout = "1s")]
fn LatePartPage(fast: Deferred<fast>, stuck: Deferred<stuck>) -> impl IntoView {
    view! { <main><Text data=fast/> <Text data=stuck/></main><footer>"the end"</footer> }
}

#[punctual::test]
async fn a_deferred_load_that_never_ends_shows_its_text_at_the_deadline() {
    let page = TestSite::new(Site::builder().pages(pages![LatePartPage]))
        .get("/late-part")
        .await;
    let html = page.assert_whole().html();
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.at("stuck late"), ms(1000));
    assert!(page.end() <= by(1000), "{:?}", page.end());
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

#[punctual::test]
async fn a_late_critical_load_is_504_with_the_view_of_the_page() {
    let page = TestSite::new(Site::builder().pages(pages![LatePage]))
        .get("/late?q=1")
        .await;
    let html = page.assert_whole().shown();
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(
        page.end() >= ms(1000) && page.end() <= by(1000),
        "{:?}",
        page.end()
    );
    assert!(
        html.contains("late view of /late?q=1 fast=complete stuck=late slow=complete"),
        "{html}"
    );
}

#[punctual::test]
async fn a_late_page_without_a_view_of_its_own_shows_the_site_s_error_page() {
    let page = TestSite::new(Site::builder().pages(pages![LatePlainPage]))
        .get("/late-plain")
        .await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    page.assert_whole().assert_shows("did not arrive in time");
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

#[punctual::test]
async fn a_loader_s_own_limit_counts_from_its_start() {
    let site = TestSite::new(Site::builder().pages(pages![
        OwnLimitPage,
        OwnLimitOthersPage,
        OwnLimitHandledPage,
        OwnLimitDeferredPage
    ]));
    let page = site.get("/own-limit").await;
    // It starts when its dependency is there, at 100 ms.
    assert_eq!(
        (page.status(), page.first_byte()),
        (StatusCode::GATEWAY_TIMEOUT, ms(400))
    );

    let page = site.get("/own-limit-others").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    let html = page.assert_whole().shown();
    assert!(
        html.contains("impatient=late") && html.contains("stuck=cancelled"),
        "{html}"
    );

    let page = site.get("/own-limit-handled").await;
    assert_eq!(
        (page.status(), page.first_byte()),
        (StatusCode::OK, ms(400))
    );
    page.assert_whole().assert_shows("late, and handled");

    let page = site.get("/own-limit-deferred").await;
    assert_eq!(page.at("impatient late"), ms(400));
    assert_eq!(page.at("slow value"), ms(500));
    assert_eq!(page.end(), ms(500));
}

#[page(async, path = "/result-at-deadline", timeout = "1s")]
fn ResultAtDeadlinePage(stuck: LoadResult<stuck>, slow: Deferred<slow>) -> impl IntoView {
    let late = matches!(stuck, Err(LoadError::Late));
    view! { <p>{if late { "handled at the deadline" } else { "no" }}</p><Text data=slow/> }
}

#[punctual::test]
async fn a_page_that_handles_failures_is_shown_at_the_deadline_too() {
    let page = TestSite::new(Site::builder().pages(pages![ResultAtDeadlinePage]))
        .get("/result-at-deadline")
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.assert_whole().html();
    assert!(
        html.contains("handled at the deadline") && html.contains("slow value"),
        "{html}"
    );
    assert!(page.end() <= by(1000), "{:?}", page.end());
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

#[punctual::test]
async fn a_result_at_the_deadline_counts() {
    let site = TestSite::new(Site::builder().pages(pages![TiePage, TieDeferredPage]));
    let page = site.get("/tie").await;
    assert_eq!(page.status(), StatusCode::OK);
    page.assert_whole().assert_shows("just in time");
    let page = site.get("/tie-deferred").await;
    page.assert_whole().assert_shows("<b>just in time</b>");
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

#[punctual::test]
async fn an_async_page_function_runs_under_the_deadline() {
    let site = TestSite::new(Site::builder().pages(pages![AsyncBodyPage, AsyncBodyLatePage]));
    let page = site.get("/async-body").await;
    assert_eq!(page.end(), ms(300));
    page.assert_whole().assert_shows("in an async body");
    let page = site.get("/async-body-late").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(page.end() <= by(1000));
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

#[punctual::test]
async fn cancelling_signals_the_token_and_drops_the_future() {
    let site = TestSite::new(Site::builder().pages(pages![CancelPage]));
    let page = site.get("/cancel").await;
    page.assert_whole();
    assert!(page.end() <= by(200));
    site.assert_nothing_remains().await;
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

#[punctual::test]
async fn a_loader_is_told_the_deadline_that_holds_for_it() {
    let page = TestSite::new(Site::builder().pages(pages![DeadlinesPage]))
        .get("/deadlines")
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    let mut deadlines = DEADLINES.lock().unwrap().clone();
    deadlines.sort_unstable();
    assert_eq!(deadlines, [("own", ms(300)), ("page", ms(1000))]);
}

#[page(async, path = "/site-default")]
fn SiteDefaultPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Text data=stuck/> }
}

#[punctual::test]
async fn a_page_without_a_time_has_the_site_s() {
    let page = TestSite::new(Site::builder().pages(pages![SiteDefaultPage]))
        .get("/site-default")
        .await;
    assert!(
        page.end() >= ms(45_000) && page.end() <= by(45_000),
        "{:?}",
        page.end()
    );
    let site = TestSite::new(
        Site::builder()
            .timeout(ms(250))
            .pages(pages![SiteDefaultPage]),
    );
    let page = site.get("/site-default").await;
    assert!(
        page.end() >= ms(250) && page.end() <= by(250),
        "{:?}",
        page.end()
    );
}

#[punctual::test]
async fn a_deadline_in_the_request_shortens_and_never_lengthens() {
    let site = TestSite::new(Site::builder().pages(pages![LatePartPage]));
    let page = site
        .get("/late-part")
        .extension(Deadline::after(ms(400)))
        .await;
    assert!(
        page.end() >= ms(400) && page.end() <= by(400),
        "{:?}",
        page.end()
    );
    let page = site
        .get("/late-part")
        .extension(Deadline::after(ms(4000)))
        .await;
    assert!(
        page.end() >= ms(1000) && page.end() <= by(1000),
        "{:?}",
        page.end()
    );
}

#[punctual::test]
async fn head_starts_no_deferred_loads() {
    let site = TestSite::new(Site::builder().pages(pages![DeferredPage, LatePage, CriticalPage]));
    let page = site.head("/deferred").await;
    assert_eq!((page.status(), page.end()), (StatusCode::OK, ms(0)));
    assert!(page.chunks().is_empty());
    assert_eq!(page.header("content-length"), None);
    let page = site.head("/critical").await;
    assert!(
        page.header("content-length")
            .is_some_and(|length| length != "0")
    );
    assert!(page.chunks().is_empty());
    // Critical loads decide the status of HEAD, too.
    let page = site.head("/late").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
}

#[punctual::test]
async fn a_thousand_pages_wait_side_by_side() {
    let site = TestSite::new(Site::builder().pages(pages![DeferredPage]));
    let start = tokio::time::Instant::now();
    let pages = (0..1000).map(|_| {
        let site = site.clone();
        tokio::spawn(async move { site.get("/deferred").await.assert_whole().html().len() })
    });
    for page in pages.collect::<Vec<_>>() {
        assert!(page.await.unwrap() > 0);
    }
    assert_eq!(start.elapsed(), ms(500));
}

#[loader(timeout = "100ms")]
async fn slow_part() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader]
async fn made_of_it(part: Loaded<slow_part>) -> Result<u8, Refused> {
    Ok(*part)
}

#[loader]
async fn endless_part() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader]
async fn made_of_endless(part: Loaded<endless_part>) -> Result<u8, Refused> {
    Ok(*part)
}

#[page(async, path = "/made-of", timeout = "300ms")]
fn MadeOfPage(made: Deferred<made_of_it>, endless: Deferred<made_of_endless>) -> impl IntoView {
    view! {
        <Resolve data=made on_timeout=|| "first is late" on_error=|_| "first failed" let:_n>"no"</Resolve>
        <Resolve data=endless on_timeout=|| "second is late" on_error=|_| "second failed" let:_n>"no"</Resolve>
    }
}

#[punctual::test]
async fn what_is_made_of_something_late_is_late() {
    let site = TestSite::new(Site::builder().pages(pages![MadeOfPage]));
    let page = site.get("/made-of").await;
    page.assert_whole()
        .assert_shows("first is late")
        .assert_shows("second is late");
    assert_eq!(page.at("first is late"), ms(100));
    site.assert_nothing_remains().await;
}
