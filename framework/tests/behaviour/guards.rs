//! Guards: they run before anything else of the page starts.

use crate::support::{ms, sleep};
use axum::body::Body;
use http::{StatusCode, header::COOKIE, request::Parts};
use punctual::{
    LoadOutcome,
    prelude::*,
    testing::{Fake, TestPage, TestSite},
};
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

#[loader]
async fn session(parts: Parts) -> Result<Option<String>, Infallible> {
    sleep(20).await;
    let cookie = parts.headers.get(COOKIE);
    Ok(cookie
        .and_then(|cookie| cookie.to_str().ok())
        .map(str::to_owned))
}

#[loader(guard)]
async fn signed_in(session: Loaded<session>) -> Result<String, PageError> {
    match &*session {
        Some(name) => Ok(name.clone()),
        None => Err(PageError::redirect("/sign-in")),
    }
}

#[loader(guard)]
async fn admin(user: Loaded<signed_in>) -> Result<(), PageError> {
    sleep(30).await;
    match user.contains("admin") {
        true => Ok(()),
        false => Err(PageError::status(StatusCode::FORBIDDEN)),
    }
}

#[loader]
async fn orders(user: Loaded<signed_in>) -> Result<String, PageError> {
    sleep(100).await;
    Ok(format!("orders of {}", *user))
}

#[loader]
async fn weather() -> Result<&'static str, Infallible> {
    sleep(100).await;
    Ok("fair")
}

#[layout]
fn Area(weather: Deferred<weather>, children: Children) -> impl IntoView {
    view! { {children()} <Resolve data=weather let:weather><i>{*weather}</i></Resolve> }
}

#[page(async, path = "/direct", layout = Area)]
fn DirectPage(weather: Loaded<weather>, _user: Loaded<signed_in>) -> impl IntoView {
    *weather
}

/// The guard is only a dependency of a loader.
#[page(async, path = "/deep", layout = Area)]
fn DeepPage(tasks: Tasks, orders: Loaded<orders>) -> impl IntoView {
    let _ = tasks;
    orders.to_string()
}

#[loader]
async fn history(user: Loaded<signed_in>) -> Result<String, Infallible> {
    sleep(100).await;
    Ok(format!("history of {}", *user))
}

/// The same of a loader that is deferred.
#[page(async, path = "/deferred", layout = Area)]
fn DeferredPage(history: Deferred<history>) -> impl IntoView {
    view! { <Resolve data=history let:history>{history.to_string()}</Resolve> }
}

#[page(async, path = "/admin", layout = Area)]
fn AdminPage(weather: Deferred<weather>, _admin: Loaded<admin>) -> impl IntoView {
    let _ = weather;
    "for admins"
}

#[layout(layout = Area)]
fn Guarded(_user: Loaded<signed_in>, children: Children) -> impl IntoView {
    children()
}

#[page(async, path = "/in-layout", layout = Guarded)]
fn InLayoutPage(weather: Loaded<weather>) -> impl IntoView {
    *weather
}

#[page(async, path = "/handled", layout = Area)]
fn HandledPage(user: LoadResult<signed_in>, weather: Loaded<weather>) -> impl IntoView {
    let _ = weather;
    user.map_or("a stranger".to_owned(), |user| user.to_string())
}

fn builder() -> punctual::SiteBuilder<()> {
    Site::builder().pages(pages![
        DirectPage,
        DeepPage,
        DeferredPage,
        AdminPage,
        InLayoutPage,
        HandledPage
    ])
}

#[punctual::test]
async fn strangers_start_nothing_but_the_guard() {
    let site = TestSite::new(builder());
    for path in ["/direct", "/deep", "/deferred", "/in-layout"] {
        let page = site.get(path).await;
        assert_eq!(page.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(page.header("location"), Some("/sign-in"));
        let names: Vec<_> = page.loads().iter().map(|load| load.name).collect();
        assert_eq!(names, ["signed_in", "session"], "{path}");
        assert_eq!(page.end(), ms(20));
    }
    // Of two guards, one of which needs the other, the refusal of that one counts.
    let page = site.get("/admin").await;
    assert_eq!(page.header("location"), Some("/sign-in"));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_guards_let_through_starts_when_they_are_done() {
    let site = TestSite::new(builder());
    let page = site.get("/direct").header("cookie", "Ada").await;
    page.assert_whole().assert_shows("fair");
    assert_eq!(page.load("weather").requested, ms(20));
    assert_eq!(page.first_byte(), ms(120));

    let page = site.get("/deep").header("cookie", "Ada").await;
    page.assert_shows("orders of Ada");
    assert_eq!(
        page.loads()
            .iter()
            .filter(|load| load.name == "signed_in")
            .count(),
        1
    );

    let page = site.get("/deferred").header("cookie", "Ada").await;
    page.assert_whole().assert_shows("history of Ada");
    assert_eq!(page.load("history").requested, ms(20));

    let page = site.get("/admin").header("cookie", "Ada").await;
    assert_eq!((page.status(), page.end()), (StatusCode::FORBIDDEN, ms(50)));
    let page = site.get("/admin").header("cookie", "admin").await;
    page.assert_shows("for admins");
    assert_eq!(page.load("weather").requested, ms(50));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_guard_whose_failure_is_handled_refuses_nobody() {
    let site = TestSite::new(builder());
    let page = site.get("/handled").await;
    page.assert_whole().assert_shows("a stranger");
    assert_eq!(
        page.load("weather").requested,
        ms(20),
        "it runs first all the same"
    );
    site.get("/handled")
        .header("cookie", "Ada")
        .await
        .assert_shows("Ada");
}

#[punctual::test]
async fn a_guard_has_the_time_of_the_page() {
    let builder = builder().timeout(ms(500));
    let site = TestSite::new(builder.replace::<session>(Fake::never()));
    let page = site.get("/direct").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(page.load("session").outcome, Some(LoadOutcome::Late));
    assert!(page.loads().iter().all(|load| load.name != "weather"));
    site.get("/direct").leave_at(ms(100)).await;
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_guard_runs_on_head_too() {
    let site = TestSite::new(builder());
    let page = site.head("/direct").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
}

/// The names of what the page has asked for.
fn names(page: &TestPage) -> Vec<&'static str> {
    page.loads().iter().map(|load| load.name).collect()
}

#[loader(guard)]
async fn open_today() -> Result<(), PageError> {
    sleep(100).await;
    Err(PageError::redirect("/closed"))
}

#[loader(guard)]
async fn not_blocked() -> Result<(), PageError> {
    sleep(50).await;
    Err(PageError::status(StatusCode::FORBIDDEN))
}

#[page(async, path = "/two", layout = Area)]
fn TwoPage(
    weather: Loaded<weather>,
    _open: Loaded<open_today>,
    _allowed: Loaded<not_blocked>,
) -> impl IntoView {
    *weather
}

#[punctual::test]
async fn of_two_guards_that_refuse_the_first_answers_although_the_other_is_earlier() {
    let builder = || Site::builder().pages(pages![TwoPage]);
    let site = TestSite::new(builder());
    let page = site.get("/two").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::SEE_OTHER, ms(100))
    );
    assert_eq!(page.header("location"), Some("/closed"));
    assert_eq!(names(&page), ["open_today", "not_blocked"]);
    for name in ["open_today", "not_blocked"] {
        assert_eq!(page.load(name).started, Some(ms(0)), "{name}");
    }
    assert_eq!(page.load("not_blocked").ended, Some(ms(50)));
    site.assert_nothing_remains().await;

    // The first one is not waited for in vain: when it lets through, the other's answer is there.
    let lets = Fake::value(()).after(ms(100));
    let site = TestSite::new(builder().replace::<open_today>(lets));
    let page = site.get("/two").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::FORBIDDEN, ms(100))
    );
    assert_eq!(names(&page), ["open_today", "not_blocked"]);
    site.assert_nothing_remains().await;
}

#[loader(guard)]
async fn broken() -> Result<(), PageError> {
    sleep(20).await;
    panic!("in a guard")
}

#[page(async, path = "/broken", layout = Area)]
fn BrokenPage(weather: Loaded<weather>, _broken: Loaded<broken>) -> impl IntoView {
    *weather
}

#[punctual::test]
async fn a_guard_that_panics_fails_the_page_before_anything_else_has_started() {
    let site = TestSite::new(Site::builder().pages(pages![BrokenPage]));
    let page = site.get("/broken").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::INTERNAL_SERVER_ERROR, ms(20))
    );
    assert_eq!(names(&page), ["broken"]);
    assert_eq!(page.load("broken").outcome, Some(LoadOutcome::Panicked));
    site.assert_nothing_remains().await;
}

#[loader(guard, timeout = "200ms")]
async fn hasty() -> Result<(), PageError> {
    std::future::pending().await
}

#[page(async, path = "/hasty", layout = Area, timeout = "1s")]
fn HastyPage(weather: Loaded<weather>, _hasty: Loaded<hasty>) -> impl IntoView {
    *weather
}

#[punctual::test]
async fn a_guard_that_is_late_at_its_own_limit_fails_the_page_then() {
    let site = TestSite::new(Site::builder().pages(pages![HastyPage]));
    let page = site.get("/hasty").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::GATEWAY_TIMEOUT, ms(200))
    );
    assert_eq!(names(&page), ["hasty"]);
    assert_eq!(page.load("hasty").outcome, Some(LoadOutcome::Late));
    site.assert_nothing_remains().await;
}

type Fields = Vec<(String, String)>;

#[loader]
async fn stored(Form(fields): Form<Fields>) -> Result<usize, Infallible> {
    Ok(fields.len())
}

#[page(async, path = "/form", method = "post", layout = Area)]
fn FormPage(
    Form(fields): Form<Fields>,
    stored: Loaded<stored>,
    _user: Loaded<signed_in>,
) -> impl IntoView {
    format!("{} of {} fields", *stored, fields.len())
}

/// A body, and whether anybody has begun to read it.
fn watched_body(text: &'static str) -> (Body, Arc<AtomicBool>) {
    let is_read = Arc::<AtomicBool>::default();
    let reads = is_read.clone();
    let pieces = futures::stream::once(async move {
        reads.store(true, SeqCst);
        Ok::<_, Infallible>(text)
    });
    (Body::from_stream(pieces), is_read)
}

#[punctual::test]
async fn a_guard_refuses_a_post_before_its_form_is_read() {
    let site = TestSite::new(Site::builder().pages(pages![FormPage]));
    let post = |body: Body| {
        let form = "application/x-www-form-urlencoded";
        site.post("/form").header("content-type", form).body(body)
    };
    let (body, is_read) = watched_body("a=1&b=2");
    let page = post(body).await;
    assert_eq!((page.status(), page.end()), (StatusCode::SEE_OTHER, ms(20)));
    assert_eq!(page.header("location"), Some("/sign-in"));
    assert_eq!(names(&page), ["signed_in", "session"]);
    assert!(!is_read.load(SeqCst), "its form was read");

    // What is no form is no matter either: 415 is for those whom the guard lets through.
    let page = site.post("/form").body("{}").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    let page = site.post("/form").header("cookie", "Ada").body("{}").await;
    assert_eq!(page.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let (body, is_read) = watched_body("a=1&b=2");
    let page = post(body).header("cookie", "Ada").await;
    page.assert_whole().assert_shows("2 of 2 fields");
    assert!(is_read.load(SeqCst));
    site.assert_nothing_remains().await;
}

#[layout(layout = Area)]
fn Greets(user: LoadResult<signed_in>, children: Children) -> impl IntoView {
    view! { <h1>{user.map_or("a stranger".to_owned(), |user| user.to_string())}</h1> {children()} }
}

#[page(async, path = "/greeted", layout = Greets)]
fn GreetedPage(weather: Loaded<weather>) -> impl IntoView {
    *weather
}

#[page(async, path = "/greeted/members", layout = Greets)]
fn MembersPage(weather: Loaded<weather>, _user: Loaded<signed_in>) -> impl IntoView {
    *weather
}

#[punctual::test]
async fn a_failure_that_the_layout_handles_and_the_page_does_not_refuses() {
    let site = TestSite::new(Site::builder().pages(pages![GreetedPage, MembersPage]));
    let page = site.get("/greeted/members").await;
    assert_eq!((page.status(), page.end()), (StatusCode::SEE_OTHER, ms(20)));
    assert_eq!(page.header("location"), Some("/sign-in"));
    let names = names(&page);
    assert_eq!(names, ["signed_in", "session"], "it runs once");
    let page = site.get("/greeted/members").header("cookie", "Ada").await;
    page.assert_whole().assert_shows("<h1>Ada</h1>");

    // In the same layout, a page that takes it not at all is for everybody.
    let page = site.get("/greeted").await;
    page.assert_whole().assert_shows("<h1>a stranger</h1>");
    site.assert_nothing_remains().await;
}

#[loader(guard)]
async fn slow_gate() -> Result<(), PageError> {
    sleep(100).await;
    Ok(())
}

#[loader(guard)]
async fn quick_gate() -> Result<(), PageError> {
    sleep(60).await;
    Ok(())
}

#[loader]
async fn tide() -> Result<&'static str, Infallible> {
    sleep(100).await;
    Ok("high")
}

#[page(async, path = "/sequential", load = "sequential", timeout = "1s")]
fn SequentialPage(
    weather: Loaded<weather>,
    tide: Loaded<tide>,
    _slow: Loaded<slow_gate>,
    _quick: Loaded<quick_gate>,
) -> impl IntoView {
    format!("{}, {}", *weather, *tide)
}

#[punctual::test]
async fn where_loaders_run_one_after_another_guards_run_at_once_and_first() {
    let site = TestSite::new(Site::builder().pages(pages![SequentialPage]));
    let page = site.get("/sequential").await;
    page.assert_whole().assert_shows("fair, high");
    let span = |name: &'static str| {
        let load = page.load(name);
        (name, load.started, load.ended)
    };
    let ran = |name, from, to| (name, Some(ms(from)), Some(ms(to)));
    assert_eq!(
        ["slow_gate", "quick_gate", "weather", "tide"].map(span),
        [
            ran("slow_gate", 0, 100),
            ran("quick_gate", 0, 60),
            ran("weather", 100, 200),
            ran("tide", 200, 300),
        ]
    );
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_stands_in_for_a_guard_needs_no_other_guard() {
    // Nobody is signed in.
    let site = TestSite::new(builder().replace::<admin>(Fake::value(())));
    let page = site.get("/admin").await;
    page.assert_whole().assert_shows("for admins");
    let names = names(&page);
    assert_eq!(names, ["admin", "weather"], "no `signed_in`, no `session`");
    assert_eq!(page.load("weather").requested, ms(0));
    site.assert_nothing_remains().await;

    // Where somebody else needs it, it runs.
    let site = TestSite::new(builder().replace::<orders>(Fake::value("none".to_owned())));
    let page = site.get("/direct").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
}
