//! What is shown in place of a page.

use crate::support::{Refused, by, ms};
use http::{Method, StatusCode};
use leptos_axum::ResponseOptions;
use punctual::{prelude::*, testing::TestSite};

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html>
            <head><title>"shop"</title></head>
            <body><nav>"the nav"</nav>{page}</body>
        </html>
    }
}

fn error_page(failure: PageFailure) -> impl IntoView {
    let kind = if failure.is_late() { "late" } else { "failed" };
    view! { <h1>{kind} " " {failure.status().as_u16()}</h1><a href=failure.path_and_query().to_owned()>"again"</a> }
}

fn not_found() -> impl IntoView {
    view! { <h1>"nothing here"</h1> }
}

#[loader]
async fn fails() -> Result<u8, Refused> {
    Err(Refused)
}

#[loader]
async fn missing() -> Result<u8, PageError> {
    Err(PageError::not_found())
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[page(async, path = "/fails")]
fn FailsPage(fails: Loaded<fails>) -> impl IntoView {
    *fails
}

#[page(async, path = "/missing")]
fn MissingPage(missing: Loaded<missing>) -> impl IntoView {
    *missing
}

#[page(async, path = "/late", timeout = "1s")]
fn LatePage(stuck: Loaded<stuck>) -> impl IntoView {
    *stuck
}

#[page(async, path = "/teapot")]
fn TeapotPage() -> impl IntoView {
    let response = expect_context::<ResponseOptions>();
    response.set_status(StatusCode::IM_A_TEAPOT);
    response.insert_header(
        http::HeaderName::from_static("x-flavour"),
        http::HeaderValue::from_static("earl grey"),
    );
    "short and stout"
}

#[page(async, path = "/moved")]
fn MovedPage(stuck: Deferred<stuck>) -> impl IntoView {
    leptos_axum::redirect("/late");
    view! { <Resolve data=stuck let:n>{*n}</Resolve> }
}

fn site() -> TestSite {
    let pages = pages![FailsPage, MissingPage, LatePage, TeapotPage, MovedPage];
    TestSite::new(
        Site::builder()
            .shell(shell)
            .error_page(error_page)
            .not_found_page(not_found)
            .pages(pages),
    )
}

#[punctual::test]
async fn the_site_s_pages_are_shown_in_the_shell() {
    let cases = [
        (
            "/fails?x=1",
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed 500",
        ),
        ("/missing", StatusCode::NOT_FOUND, "nothing here"),
        ("/no/such/page", StatusCode::NOT_FOUND, "nothing here"),
        ("/late", StatusCode::GATEWAY_TIMEOUT, "late 504"),
    ];
    for (path, status, text) in cases {
        let page = site().get(path).await;
        let html = page.assert_whole().shown();
        assert_eq!(page.status(), status, "{path}");
        assert!(html.contains(text) && html.contains("the nav"), "{html}");
        assert!(page.end() <= by(1000));
    }
    assert!(
        site()
            .get("/fails?x=1")
            .await
            .html()
            .contains("href=\"/fails?x=1\"")
    );
}

#[punctual::test]
async fn a_component_says_status_and_headers_through_leptos_axum() {
    let page = site().get("/teapot").await;
    assert_eq!(page.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(page.header("x-flavour"), Some("earl grey"));
    // Leptos' redirect is for browsers; for a script it sets a header instead of the status.
    let page = site().get("/moved").header("accept", "text/html").await;
    assert_eq!(page.status(), StatusCode::FOUND);
    assert_eq!(page.header("location"), Some("/late"));
    assert_eq!(page.end(), ms(0));
}

#[punctual::test]
async fn pages_are_private_unless_they_say_otherwise() {
    let site = site();
    assert_eq!(
        site.get("/fails").await.header("cache-control"),
        Some("private, no-cache")
    );
}

#[punctual::test]
async fn an_unknown_method_is_405_with_allow() {
    let page = site().request(Method::DELETE, "/missing").await;
    assert_eq!(page.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(page.header("allow"), Some("GET,HEAD"));
}

#[punctual::test]
async fn an_error_page_after_the_deadline_that_waits_is_sent_at_once() {
    fn waits(failure: PageFailure) -> impl IntoView {
        let place: Deferred<stuck> = Deferred::never();
        let never = Resource::new(|| (), |()| std::future::pending::<u8>());
        view! {
            <h1>{failure.status().as_u16()}</h1>
            <Suspense fallback=|| "waiting">{move || Suspend::new(async move { never.await })}</Suspense>
            <Resolve data=place on_timeout=|| "no time left" let:n>{*n}</Resolve>
        }
    }
    let site = TestSite::new(Site::builder().error_page(waits).pages(pages![LatePage]));
    let page = site.get("/late").await;
    let html = page.assert_whole().html();
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(page.end() <= by(1000), "{:?}", page.end());
    assert!(
        html.contains("waiting") && html.contains("no time left"),
        "{html}"
    );
}
