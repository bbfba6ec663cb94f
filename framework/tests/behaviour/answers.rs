//! Status, headers and error pages: what a visitor is told, and what only the log is.

use crate::support::{Log, Refused, ms, sleep};
use axum::{Router, response::AppendHeaders};
use http::{Method, StatusCode, header::SET_COOKIE, request::Parts};
use punctual::{ErrorDetails, HeadError, Section, prelude::*, testing::TestSite};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

#[loader]
async fn session(head: ResponseHead) -> Result<(), PageError> {
    head.set([("x-loader", "1"), ("x-both", "loader")])?;
    head.set(AppendHeaders([
        (SET_COOKIE, "session=7"),
        (SET_COOKIE, "seen=1"),
    ]))?;
    Ok(())
}

#[derive(Clone, Default)]
struct Heads(Arc<Mutex<Vec<Result<(), HeadError>>>>);

#[loader]
async fn tardy(head: ResponseHead, State(heads): State<Heads>) -> Result<(), Refused> {
    sleep(50).await;
    heads.0.lock().unwrap().push(head.set([("x-late", "1")]));
    Ok(())
}

#[page(async, path = "/headers")]
fn HeadersPage(
    _session: Loaded<session>,
    tardy: Deferred<tardy>,
    head: ResponseHead,
) -> Result<impl IntoView, PageError> {
    head.set_status(StatusCode::ACCEPTED)?;
    let options = expect_context::<ResponseOptions>();
    options.insert_header("x-both".parse().unwrap(), "page".parse().unwrap());
    options.append_header(SET_COOKIE, "theme=dark".parse().unwrap());
    Ok(view! { <Resolve data=tardy let:_x>"late part"</Resolve> })
}

#[page(async, path = "/refused")]
fn RefusedPage(_session: Loaded<session>) -> Result<impl IntoView, PageError> {
    if true {
        return Err(PageError::redirect("/sign-in"));
    }
    Ok("page")
}

#[punctual::test]
async fn pages_and_critical_loaders_set_headers_and_cookies() {
    let heads = Heads::default();
    let builder = Site::builder().state(heads.clone());
    let site = TestSite::new(builder.pages(pages![HeadersPage, RefusedPage]));
    let page = site.get("/headers").await;
    page.assert_whole().assert_shows("late part");
    assert_eq!(page.status(), StatusCode::ACCEPTED);
    assert_eq!(
        (page.header("x-loader"), page.header("x-both")),
        (Some("1"), Some("page"))
    );
    let cookies = ["session", "seen", "theme"].map(|name| page.cookie(name).unwrap());
    assert_eq!(cookies, ["7", "1", "dark"]);
    assert_eq!(
        *heads.0.lock().unwrap(),
        [Err(HeadError::Sent)],
        "a deferred loader is too late"
    );

    // What is answered in place of a page has the cookies, and not the other headers.
    let page = site.get("/refused").await;
    assert_eq!(page.header("location"), Some("/sign-in"));
    assert_eq!(
        (page.cookie("session"), page.header("x-loader")),
        (Some("7".to_owned()), None)
    );
}

#[loader]
async fn sold_out(head: ResponseHead) -> Result<(), PageError> {
    head.set([(SET_COOKIE, "seen=1")])?;
    let public = http::HeaderValue::from_static("public, max-age=60");
    Err(PageError::not_found().with_header(http::header::CACHE_CONTROL, public))
}

#[page(async, path = "/sold-out")]
fn SoldOutPage(_sold_out: Loaded<sold_out>) -> impl IntoView {}

#[punctual::test]
async fn what_sets_a_cookie_is_not_cached_for_others() {
    let site = TestSite::new(Site::builder().pages(pages![SoldOutPage]));
    let page = site.get("/sold-out").await;
    assert_eq!(page.cookie("seen").as_deref(), Some("1"));
    assert_eq!(page.header("cache-control"), Some("private, max-age=60"));
}

fn status(parts: &Parts) -> StatusCode {
    let query = parts.uri.query().and_then(|query| query.parse().ok());
    query.unwrap_or(StatusCode::OK)
}

#[loader]
async fn asked(parts: Parts) -> Result<(), PageError> {
    match status(&parts) {
        StatusCode::OK => Ok(()),
        status => Err(PageError::status(status).with_source(Refused)),
    }
}

#[page(async, path = "/")]
fn HomePage(_asked: Loaded<asked>) -> impl IntoView {}

#[page(async, path = "/account/orders")]
fn OrdersPage(_asked: Loaded<asked>) -> impl IntoView {}

#[page(async, path = "/account/admin/users")]
fn UsersPage(_asked: Loaded<asked>) -> impl IntoView {}

fn says(text: &'static str) -> impl Fn(PageFailure) -> AnyView + Send + Sync {
    move |failure| {
        view! {
            <Title text=text/>
            <h1>{text} ": " {failure.status().as_u16()}</h1>
        }
        .into_any()
    }
}

#[punctual::test]
async fn error_pages_are_chosen_by_section_and_status() {
    let account = Section::new("/account")
        .error_page(says("account"))
        .error_page_for(StatusCode::FORBIDDEN, says("not yours"));
    let admin = Section::new("/account/admin").not_found_page(says("no such user"));
    let builder = Site::builder()
        .error_page(says("site"))
        .not_found_page(says("not found"))
        .error_page_for(StatusCode::GONE, || "gone for ever")
        .section(account)
        .section(admin)
        .shell(|page| view! { <html><head></head><body><nav>"shell"</nav>{page}</body></html> });
    let site = TestSite::new(builder.pages(pages![HomePage, OrdersPage, UsersPage]));
    let cases = [
        ("/?500", "site: 500"),
        ("/?410", "gone for ever"),
        ("/nothing", "not found: 404"),
        ("/account/orders?500", "account: 500"),
        ("/account/orders?403", "not yours: 403"),
        ("/account/nothing", "account: 404"),
        ("/accounts", "not found: 404"),
        ("/account/admin/users?500", "account: 500"),
        ("/account/admin/users?403", "not yours: 403"),
        ("/account/%61dmin/users/9", "no such user: 404"),
    ];
    for (path, text) in cases {
        let page = site.get(path).await;
        page.assert_whole()
            .assert_shows("<nav>shell</nav>")
            .assert_shows(text);
    }
    site.assert_nothing_remains().await;
}

#[test]
fn a_section_that_is_none_is_named() {
    let builder = Site::builder().pages(pages![HomePage]);
    let builder = ["account", "/", "/a//b", "/{id}", "/twice", "/twice/"]
        .into_iter()
        .fold(builder, |builder, path| builder.section(Section::new(path)));
    let text = builder.build().unwrap_err().to_string();
    assert_eq!(text.matches("the section `").count(), 5, "{text}");
}

#[loader]
async fn broken() -> Result<(), Refused> {
    Err(Refused)
}

#[page(async, path = "/broken")]
fn BrokenPage(broken: Deferred<broken>, tasks: Tasks) -> impl IntoView {
    let task = tasks.register("broken", async { Err::<(), _>(Refused) });
    view! {
        <p><Resolve data=broken let:_x>"no"</Resolve></p>
        <p><Resolve data=task let:_x>"no"</Resolve></p>
    }
}

#[punctual::test]
async fn why_something_failed_is_told_in_development_only() {
    // The tests are a development build.
    for (details, told) in [
        (ErrorDetails::InDevelopment, true),
        (ErrorDetails::Hidden, false),
    ] {
        let builder = Site::builder().error_details(details);
        let site = TestSite::new(builder.pages(pages![HomePage, BrokenPage]));
        let page = site.get("/?500").await;
        assert_eq!(page.html().contains("the upstream said no"), told);
        let html = site.get("/broken").await.assert_whole().html();
        assert_eq!(
            html.matches("This part could not be loaded.").count(),
            2,
            "{html}"
        );
        assert_eq!(
            html.matches("the upstream said no").count(),
            if told { 2 } else { 0 },
            "{html}"
        );
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the stock cannot be counted")]
struct Uncounted(#[source] Refused);

#[loader]
async fn uncounted() -> Result<(), Uncounted> {
    sleep(50).await;
    Err(Uncounted(Refused))
}

#[page(async, path = "/uncounted")]
fn UncountedPage(uncounted: Deferred<uncounted>, tasks: Tasks) -> impl IntoView {
    let task = tasks.register("count", async { Err::<(), _>(Uncounted(Refused)) });
    view! {
        <Resolve data=uncounted let:_x>"no"</Resolve>
        <Resolve data=task let:_x>"no"</Resolve>
    }
}

#[punctual::test]
async fn a_failure_after_the_first_byte_is_in_the_log_with_its_sources() {
    let (log, _logged) = Log::begin();
    let builder = Site::builder().error_details(ErrorDetails::Hidden);
    let site = TestSite::new(builder.pages(pages![UncountedPage]));
    let page = site.get("/uncounted").await;
    page.assert_whole()
        .assert_shows("This part could not be loaded.");
    assert!(!page.html().contains("stock") && !page.html().contains("upstream"));
    let sources = r#"sources=["the stock cannot be counted", "the upstream said no"]"#;
    for line in [
        log.lines(&["a loader failed"]),
        log.lines(&["a task failed"]),
    ] {
        assert_eq!(line.len(), 1, "{line:?}");
        assert!(
            line[0].contains(sources) && line[0].contains("UncountedPage"),
            "{line:?}"
        );
    }
}

#[page(async, path = "/form", method = "post")]
fn FormPage() -> impl IntoView {
    "posted"
}

#[page(async, path = "/form")]
fn ShowFormPage() -> impl IntoView {
    "form"
}

#[page(async, path = "/gr%C3%B6%C3%9Fe/{name}")]
fn SizePage(Path(name): Path<String>) -> impl IntoView {
    format!("size of {name}")
}

#[page(async, path = "/shop/")]
fn ShopPage() -> impl IntoView {
    "shop"
}

fn addresses() -> punctual::SiteBuilder<()> {
    let pages = pages![
        HomePage,
        FormPage,
        ShowFormPage,
        SizePage,
        ShopPage,
        OrdersPage
    ];
    Site::builder().pages(pages)
}

#[punctual::test]
async fn other_methods_are_refused_with_a_page_that_says_which_there_are() {
    let site = TestSite::new(addresses());
    for method in [
        Method::PUT,
        Method::DELETE,
        Method::from_bytes(b"BREW").unwrap(),
    ] {
        let page = site.request(method, "/form").await;
        assert_eq!(page.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(page.header("allow"), Some("POST,GET,HEAD"));
        page.assert_whole()
            .assert_shows("This page does not take such requests.");
        assert_eq!(page.record().status, Some(StatusCode::METHOD_NOT_ALLOWED));
    }
    let page = site.post("/account/orders").await;
    assert_eq!(
        (page.status().as_u16(), page.header("allow")),
        (405, Some("GET,HEAD"))
    );
    let page = site.request(Method::OPTIONS, "/form").await;
    assert_eq!(
        (page.status().as_u16(), page.header("allow")),
        (204, Some("POST,GET,HEAD"))
    );
    assert_eq!(page.html(), "");
    let page = site.request(Method::PUT, "/nothing").await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    site.assert_nothing_remains().await;
}

/// What a service behind the page has said of its own connection.
const OF_CONNECTION: [(&str, &str); 8] = [
    ("content-length", "3"),
    ("transfer-encoding", "chunked"),
    ("connection", "close"),
    ("keep-alive", "timeout=5"),
    ("upgrade", "websocket"),
    ("trailer", "expires"),
    ("te", "trailers"),
    ("proxy-connection", "close"),
];

#[page(async, path = "/relays/{how}")]
async fn RelaysPage(
    head: ResponseHead,
    soon: Deferred<soon>,
    Path(how): Path<String>,
) -> Result<impl IntoView, PageError> {
    head.set([("x-upstream", "1")])?;
    head.set(OF_CONNECTION)?;
    if how == "error" {
        let error = PageError::status(StatusCode::BAD_GATEWAY);
        return Err(OF_CONNECTION
            .into_iter()
            .fold(error, |error, (name, value)| {
                let name = http::HeaderName::from_static(name);
                error.with_header(name, http::HeaderValue::from_static(value))
            }));
    }
    let soon = (how == "streamed").then_some(soon);
    Ok(soon.map(|soon| view! { <Resolve data=soon let:_x>"soon"</Resolve> }))
}

#[loader]
async fn soon() -> Result<(), Refused> {
    sleep(10).await;
    Ok(())
}

/// The same said by a component.
#[page(async, path = "/relaying-component")]
fn RelayingComponentPage() -> impl IntoView {
    let response = expect_context::<ResponseOptions>();
    for (name, value) in OF_CONNECTION {
        let name = http::HeaderName::from_static(name);
        response.insert_header(name, http::HeaderValue::from_static(value));
    }
    "component"
}

#[punctual::test]
async fn how_a_body_is_sent_is_not_for_pages_to_say() {
    let (log, _logged) = Log::begin();
    let builder = Site::builder().pages(pages![RelaysPage, RelayingComponentPage]);
    let site = TestSite::new(builder);
    for (path, name) in [
        ("/relays/streamed", "RelaysPage"),
        ("/relays/whole", "RelaysPage"),
        ("/relays/error", "RelaysPage"),
        ("/relaying-component", "RelayingComponentPage"),
    ] {
        let before = log.lines(&["how its body is sent", name]).len();
        let page = site.get(path).await;
        page.assert_whole();
        let length = page.html().len().to_string();
        let length = (path != "/relays/streamed").then_some(length.as_str());
        assert_eq!(page.header("content-length"), length, "{path}");
        for (header, _) in &OF_CONNECTION[1..] {
            assert_eq!(page.header(header), None, "{path}: {header}");
        }
        if name == "RelaysPage" && !path.ends_with("error") {
            assert_eq!(page.header("x-upstream"), Some("1"));
        }
        let told = log.lines(&["how its body is sent", name]).len() - before;
        assert_eq!(told, OF_CONNECTION.len(), "{path}");
    }
    assert!(!log.lines(&["header=\"keep-alive\""]).is_empty());
}

#[punctual::test]
async fn a_page_that_is_written_in_another_way_is_a_redirect_away() {
    let site = TestSite::new(addresses());
    let cases = [
        ("/account/orders/?a=%20b", "/account/orders?a=%20b"),
        ("/shop", "/shop/"),
        ("/%73hop/", "/shop/"),
        ("/gr%c3%b6%c3%9fe/x", "/gr%C3%B6%C3%9Fe/x"),
        ("/gr%C3%B6%C3%9Fe/a%20b/", "/gr%C3%B6%C3%9Fe/a%20b"),
    ];
    for (asked, expected) in cases {
        let page = site.get(asked).await;
        assert_eq!(page.status(), StatusCode::PERMANENT_REDIRECT, "{asked}");
        assert_eq!(page.header("location"), Some(expected), "{asked}");
        assert_eq!(
            site.get(expected).await.status(),
            StatusCode::OK,
            "{expected}"
        );
    }
    let page = site.get("/gr%C3%B6%C3%9Fe/a%2Fb%20c").await;
    page.assert_shows("size of a/b c");
    for asked in ["//shop", "/shop///", "/%2e%2e/shop", "/nothing/", "/%zz"] {
        assert_eq!(
            site.get(asked).await.status(),
            StatusCode::NOT_FOUND,
            "{asked}"
        );
    }
    // A path value that is no text is a page that is not there.
    assert_eq!(
        site.get("/gr%C3%B6%C3%9Fe/%ff").await.status(),
        StatusCode::NOT_FOUND
    );

    let nested = Router::new().nest("/base", addresses().build().unwrap().into_router());
    let page = TestSite::of_router(nested)
        .get("/base/account/orders/?x")
        .await;
    assert_eq!(page.header("location"), Some("/base/account/orders?x"));
}

fn patience(parts: &Parts) -> Duration {
    match parts.headers.get("x-patience") {
        Some(patience) => ms(patience.to_str().unwrap().parse().unwrap()),
        None => ms(100),
    }
}

#[loader]
async fn never() -> Result<(), Refused> {
    std::future::pending().await
}

#[page(async, path = "/patient", timeout = patience)]
fn PatientPage(_never: Loaded<never>) -> impl IntoView {}

#[page(async, path = "/other")]
fn OtherPage(_never: Loaded<never>) -> impl IntoView {}

#[punctual::test]
async fn the_time_of_a_page_may_come_from_the_request() {
    let builder = Site::builder().pages(pages![PatientPage, OtherPage]);
    let builder = builder
        .timeout(ms(700))
        .timeout_from(|parts| patience(parts) * 3);
    let site = TestSite::new(builder);
    let time = |path: &'static str, patience: Option<&'static str>| {
        let visit = site.get(path);
        async move {
            let visit = match patience {
                Some(patience) => visit.header("x-patience", patience),
                None => visit,
            };
            let page = visit.await;
            assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
            page.record().timeout
        }
    };
    assert_eq!(time("/patient", None).await, ms(100));
    assert_eq!(time("/patient", Some("5000")).await, ms(5000));
    assert_eq!(time("/other", None).await, ms(300));
    assert_eq!(time("/other", Some("200")).await, ms(600));
    // A function that panics has said nothing.
    assert_eq!(time("/other", Some("long")).await, ms(700));
    assert_eq!(time("/patient", Some("long")).await, ms(700));
}
