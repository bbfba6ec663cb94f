//! Pages that answer POST.

use crate::support::{Refused, by, ms, sleep};
use axum::{Router, body::Body, extract::DefaultBodyLimit};
use http::StatusCode;
use punctual::{
    prelude::*,
    testing::{TestPage, TestSite},
};
use serde::Deserialize;

#[derive(Clone, Deserialize)]
struct Order {
    gizmo: String,
    count: u32,
}

#[loader]
async fn order(Form(order): Form<Order>) -> Result<Order, PageError> {
    match order.count {
        0 => Err(PageError::redirect("/orders")),
        _ => Ok(order),
    }
}

/// Takes the same form.
#[loader]
async fn stock(Form(order): Form<Order>) -> Result<u32, Refused> {
    sleep(100).await;
    Ok(order.count * 10)
}

#[page(async, path = "/orders", method = "post", timeout = "1s")]
fn OrderPage(order: Loaded<order>, stock: Deferred<stock>) -> impl IntoView {
    view! {
        <p>{order.count} " " {order.gizmo.clone()}</p>
        <Resolve data=stock fallback=|| "wait" let:n><b>{*n}</b></Resolve>
    }
}

#[page(async, path = "/orders")]
fn OrdersPage() -> impl IntoView {
    "your orders"
}

#[page(path = "/sync", method = "post")]
fn SyncPage(Form(order): Form<Order>) -> impl IntoView {
    order.gizmo
}

#[page(async, path = "/ignores", method = "post")]
fn IgnoresPage() -> impl IntoView {
    "nobody reads it"
}

fn shop() -> TestSite {
    TestSite::new(Site::builder().pages(pages![OrderPage, OrdersPage, SyncPage, IgnoresPage]))
}

/// Posts a form that is written as it is sent.
async fn post(site: &TestSite, path: &str, form: impl Into<Body>) -> TestPage {
    let page = site
        .post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .await;
    // It is sent as one document, whose length is known.
    match page.header("content-length") {
        Some(length) => assert_eq!(length, page.bytes().len().to_string()),
        None => assert!(!page.status().is_success(), "{page:?}"),
    }
    page
}

#[punctual::test]
async fn what_was_posted_is_there_for_every_loader_and_the_response_is_one_document() {
    let page = shop()
        .post("/orders")
        .form(&[("gizmo", "a b"), ("count", "2")])
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.chunks().len(), 1);
    let length = page.html().len().to_string();
    assert_eq!(page.header("content-length"), Some(length.as_str()));
    let html = page.assert_whole().html().replace("<!>", "");
    assert!(html.contains("<p>2 a b</p><b>20</b></body>"), "{html}");
    assert_eq!(page.end(), ms(100));
    assert_eq!(page.header("cache-control"), Some("private, no-cache"));
}

#[punctual::test]
async fn a_post_is_answered_with_a_redirect_or_with_what_is_wrong_in_it() {
    let shop = shop();
    let page = post(&shop, "/orders", "gizmo=a&count=0").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    let page = post(&shop, "/orders", "gizmo=a&count=many").await;
    assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = shop.post("/orders").body("{}").await;
    assert_eq!(page.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[punctual::test]
async fn a_body_that_is_too_long_or_never_ends_is_refused() {
    let long = format!("count=1&gizmo={}", "a".repeat(3_000_000));
    let page = post(&shop(), "/orders", long.clone()).await;
    assert_eq!(page.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let limit = |router: Router| router.layer(DefaultBodyLimit::max(4_000_000));
    let site = TestSite::new(Site::builder().pages(pages![OrderPage]).wrap(limit));
    assert_eq!(post(&site, "/orders", long).await.status(), StatusCode::OK);

    let pieces = futures::stream::pending::<Result<bytes::Bytes, std::io::Error>>();
    let page = post(&shop(), "/orders", Body::from_stream(pieces)).await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(page.end() <= by(1000), "{:?}", page.end());
}

#[punctual::test]
async fn two_pages_share_an_address_by_their_methods() {
    let shop = shop();
    let page = shop.get("/orders").await;
    page.assert_whole().assert_shows("your orders");
    let page = shop.get("/ignores").await;
    assert_eq!(page.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(page.header("allow"), Some("POST"));
    let page = post(&shop, "/ignores", "count=1").await;
    assert_eq!(page.status(), StatusCode::OK);
    page.assert_shows("nobody reads it");
}

#[tokio::test]
async fn a_synchronous_page_takes_a_form_as_well() {
    let page = post(&shop(), "/sync", "gizmo=x%20y&count=1").await;
    page.assert_shows("<body>x y</body>");
}

#[page(async, path = "/orders", method = "post")]
fn OtherOrderPage() -> impl IntoView {}

#[page(async, path = "/{anything}", method = "post")]
fn AnythingPage() -> impl IntoView {}

#[page(async, path = "/{other}")]
fn OtherPage() -> impl IntoView {}

#[test]
fn two_pages_with_one_address_and_one_method_are_a_problem() {
    let build = |site: punctual::SiteBuilder<()>| site.build().map(drop);
    let error = build(Site::builder().pages(pages![OrderPage, OrdersPage, OtherOrderPage]))
        .expect_err("both answer POST");
    assert!(
        error
            .to_string()
            .contains("`OtherOrderPage` matches the same requests as `/orders` of `OrderPage`"),
        "{error}"
    );
    // Axum takes one name for a segment, whatever the method.
    let error =
        build(Site::builder().pages(pages![AnythingPage, OtherPage])).expect_err("two names");
    assert!(error.to_string().contains("`OtherPage`"), "{error}");
    let error =
        build(Site::builder().pages(pages![OrderPage, OrdersPage, OrderPage])).expect_err("twice");
    assert!(
        error.to_string().contains("`OrderPage` is listed twice"),
        "{error}"
    );
}

#[tokio::test]
async fn a_plain_handler_that_takes_it_says_what_to_take() {
    let handler = |_: Form<Order>| async { "ordered" };
    let routes = Router::new().route("/plain", axum::routing::post(handler).get(handler));
    let site = TestSite::new(Site::builder().pages(pages![OrdersPage]).routes(routes));
    let page = post(&site, "/plain", "gizmo=a&count=1").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.html().contains("`axum::Form`"), "{}", page.html());
    assert_eq!(site.get("/plain?gizmo=a&count=1").await.html(), "ordered");
}
