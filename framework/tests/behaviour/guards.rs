//! Guards: they run before anything else of the page starts.

use crate::support::{ms, sleep};
use http::{StatusCode, header::COOKIE, request::Parts};
use punctual::{
    LoadOutcome,
    prelude::*,
    testing::{Fake, TestSite},
};
use std::convert::Infallible;

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
