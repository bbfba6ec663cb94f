//! What runs, how often, and what a failure means.

use crate::support::{Refused, ms, sleep};
use axum::response::Redirect;
use http::{StatusCode, request::Parts};
use punctual::{ErrorDetails, prelude::*, testing::TestSite};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[loader]
async fn counted() -> Result<usize, Refused> {
    let run = RUNS.fetch_add(1, SeqCst) + 1;
    sleep(50).await;
    Ok(run)
}

#[loader]
async fn also_counts(counted: Loaded<counted>) -> Result<usize, Refused> {
    Ok(*counted)
}

#[component]
fn Asks() -> impl IntoView {
    let counted = RequestContext::<()>::current()
        .expect("in a page")
        .deferred::<counted>();
    view! { <Resolve data=counted let:n>"component " {*n}</Resolve> }
}

#[page(async, path = "/once")]
fn OncePage(
    a: Loaded<counted>,
    b: LoadResult<counted>,
    c: Deferred<counted>,
    d: Loaded<also_counts>,
) -> impl IntoView {
    let b = b.map(|b| *b).unwrap_or_default();
    view! {
        {*a} {b} {*d}
        <Resolve data=c.clone() let:c>" deferred " {*c}</Resolve>
        <Resolve data=c let:c>" again " {*c}</Resolve>
        <Asks/>
    }
}

#[punctual::test]
async fn a_loader_runs_once_per_request() {
    let site = TestSite::new(Site::builder().pages(pages![OncePage]));
    let before = RUNS.load(SeqCst);
    let html = site.get("/once").await.assert_whole().shown();
    let run = before + 1;
    assert!(
        html.contains(&format!("component {run}")) && html.contains(&format!("again {run}")),
        "{html}"
    );
    assert_eq!(RUNS.load(SeqCst), before + 1);
    site.get("/once").await.assert_whole();
    assert_eq!(RUNS.load(SeqCst), before + 2);
}

#[loader]
async fn number(Path(id): Path<u32>) -> Result<u32, PageError> {
    match id {
        404 => Err(PageError::not_found()),
        300 => Err(PageError::redirect("/elsewhere")),
        id => Ok(id),
    }
}

#[loader]
async fn double(number: Loaded<number>) -> Result<u32, Refused> {
    sleep(500).await;
    Ok(*number * 2)
}

#[loader]
async fn text(double: Loaded<double>) -> Result<String, Refused> {
    Ok(format!("the double is {}", *double))
}

#[page(async, path = "/number/{id}")]
fn NumberPage(number: Loaded<number>) -> impl IntoView {
    view! { <p>"number " {*number}</p> }
}

#[page(async, path = "/text/{id}")]
fn TextPage(text: Deferred<text>) -> impl IntoView {
    view! { <Resolve data=text fallback=|| "wait" let:text>{text.to_string()}</Resolve> }
}

#[page(async, path = "/text-critical/{id}")]
fn TextCriticalPage(text: Loaded<text>) -> impl IntoView {
    text.to_string()
}

#[punctual::test]
async fn a_critical_loader_decides_the_status() {
    let site = TestSite::new(Site::builder().pages(pages![NumberPage]));
    assert_eq!(site.get("/number/7").await.status(), StatusCode::OK);
    let page = site.get("/number/404").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    page.assert_whole().assert_shows("There is no such page.");
    let page = site.get("/number/300").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    assert_eq!(page.header("location"), Some("/elsewhere"));
    assert!(page.chunks().is_empty());
}

#[punctual::test]
async fn a_path_that_does_not_parse_is_404() {
    let page = TestSite::new(Site::builder().pages(pages![NumberPage]))
        .get("/number/seven")
        .await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
}

#[punctual::test]
async fn a_status_in_the_dependencies_of_a_deferred_loader_is_waited_for() {
    let site = TestSite::new(Site::builder().pages(pages![TextPage, TextCriticalPage]));
    let page = site.get("/text/7").await;
    assert_eq!(
        (page.first_byte(), page.at("the double is 14")),
        (ms(0), ms(500))
    );
    assert_eq!(site.get("/text/404").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(site.get("/text/300").await.status(), StatusCode::SEE_OTHER);
    // The status of a dependency goes through a chain of loaders.
    assert_eq!(
        site.get("/text-critical/404").await.status(),
        StatusCode::NOT_FOUND
    );
}

#[derive(serde::Deserialize)]
struct Options {
    n: u32,
}

#[loader]
async fn from_query(Query(options): Query<Options>) -> Result<u32, Refused> {
    Ok(options.n)
}

#[page(async, path = "/query")]
fn QueryPage(from_query: Loaded<from_query>) -> impl IntoView {
    view! { <p>"n is " {*from_query}</p> }
}

#[page(async, path = "/query-deferred")]
fn QueryDeferredPage(from_query: Deferred<from_query>) -> impl IntoView {
    view! {
        <Resolve data=from_query on_error=|error| match error {
            LoadError::Rejected(rejection) => format!("{}: {}", rejection.status_code(), rejection.message()),
            _ => "another error".to_owned(),
        } let:n>{*n}</Resolve>
    }
}

#[punctual::test]
async fn a_rejected_query_is_400_and_in_a_deferred_loader_an_error_in_its_place() {
    let site = TestSite::new(Site::builder().pages(pages![QueryPage, QueryDeferredPage]));
    site.get("/query?n=3")
        .await
        .assert_whole()
        .assert_shows("n is 3");
    let page = site.get("/query?n=x").await;
    assert_eq!(page.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let page = site.get("/query-deferred?n=x").await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.assert_whole().html();
    assert!(
        html.contains("400 Bad Request: Failed to deserialize query string"),
        "{html}"
    );
}

/// An extractor that sends strangers to the sign-in.
struct User(&'static str);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for User {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Redirect> {
        sleep(20).await;
        match parts.headers.contains_key("authorization") {
            true => Ok(Self("a friend")),
            false => Err(Redirect::to("/sign-in")),
        }
    }
}

#[page(async, path = "/user")]
fn UserPage(User(name): User) -> impl IntoView {
    view! { <p>"Hello, " {name}</p> }
}

#[punctual::test]
async fn an_extractor_may_redirect() {
    let site = TestSite::new(Site::builder().pages(pages![UserPage]));
    let page = site.get("/user").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    assert_eq!(page.header("location"), Some("/sign-in"));
    let page = site.get("/user").header("authorization", "yes").await;
    page.assert_whole().assert_shows("Hello, a friend");
}

#[loader]
async fn gone() -> Result<u8, PageError> {
    Err(PageError::status(StatusCode::GONE))
}

#[loader]
async fn forbidden() -> Result<u8, PageError> {
    sleep(100).await;
    Err(PageError::status(StatusCode::FORBIDDEN))
}

#[page(async, path = "/order")]
fn OrderPage(forbidden: Loaded<forbidden>, gone: Loaded<gone>) -> impl IntoView {
    *forbidden + *gone
}

#[punctual::test]
async fn of_several_failures_the_first_in_argument_order_counts() {
    // `gone` fails at once, `forbidden` after 100 ms.
    let page = TestSite::new(Site::builder().pages(pages![OrderPage]))
        .get("/order")
        .await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::FORBIDDEN, ms(100))
    );
}

#[derive(Debug, thiserror::Error)]
#[error("too much to do")]
struct Busy;

impl Respond for Busy {
    fn respond(&self) -> PageError {
        let retry = (
            http::header::RETRY_AFTER,
            http::HeaderValue::from_static("7"),
        );
        PageError::status(StatusCode::SERVICE_UNAVAILABLE).with_header(retry.0, retry.1)
    }
}

#[loader]
async fn busy() -> Result<u8, Busy> {
    Err(Busy)
}

#[loader]
async fn refused() -> Result<u8, Refused> {
    Err(Refused)
}

#[loader]
async fn survives(busy: LoadResult<busy>) -> Result<String, Refused> {
    Ok(match busy {
        Ok(_) => "not busy".to_owned(),
        Err(error) => format!("survived: {error}"),
    })
}

#[page(async, path = "/busy")]
fn BusyPage(busy: Loaded<busy>) -> impl IntoView {
    *busy
}

#[page(async, path = "/refused")]
fn RefusedPage(refused: Loaded<refused>) -> impl IntoView {
    *refused
}

#[page(async, path = "/errors")]
fn ErrorsPage(
    busy: Deferred<busy>,
    refused: Deferred<refused>,
    survives: Deferred<survives>,
) -> impl IntoView {
    view! {
        <Resolve data=busy on_error=|error| error.to_string() let:n>{*n}</Resolve>
        <Resolve data=refused let:n>{*n}</Resolve>
        <Resolve data=survives let:text>{text.to_string()}</Resolve>
    }
}

#[punctual::test]
async fn an_error_chooses_its_status_or_is_500() {
    let builder = Site::builder().error_details(ErrorDetails::Hidden);
    let site = TestSite::new(builder.pages(pages![BusyPage, RefusedPage, ErrorsPage]));
    let page = site.get("/busy").await;
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), Some("7"));
    let page = site.get("/refused").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        !page.html().contains("the upstream said no"),
        "a source is not for visitors"
    );

    let html = site.get("/errors").await.assert_whole().html();
    assert!(html.contains("too much to do"), "{html}");
    assert!(html.contains("This part could not be loaded."), "{html}");
    assert!(html.contains("survived: too much to do"), "{html}");
}

#[punctual::test]
async fn the_error_itself_is_the_source_of_the_answer() {
    fn error_page(failure: PageFailure) -> String {
        let source = failure.error.source().map(ToString::to_string);
        format!("because {}", source.unwrap_or_default())
    }
    let pages = pages![BusyPage, RefusedPage, QueryPage];
    let site = TestSite::new(Site::builder().error_page(error_page).pages(pages));
    site.get("/busy")
        .await
        .assert_whole()
        .assert_shows("because too much to do");
    site.get("/refused")
        .await
        .assert_whole()
        .assert_shows("because the upstream said no");
    site.get("/query?n=x")
        .await
        .assert_whole()
        .assert_shows("because the request was refused");
}
