//! Pages that answer POST.

use crate::support::{Refused, get, ms, router, site, sleep};
use axum::{Router, body::Body, extract::DefaultBodyLimit, response::Response};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use punctual::prelude::*;
use serde::Deserialize;
use tower::ServiceExt as _;

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

fn shop() -> Router {
    site(pages![OrderPage, OrdersPage, SyncPage, IgnoresPage])
}

async fn post(router: &Router, path: &str, body: impl Into<Body>) -> (Response, String) {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into())
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    // It is sent as one document, whose length is known.
    if let Some(length) = head.headers.get("content-length") {
        assert_eq!(*length, bytes.len().to_string());
    } else {
        assert!(!head.status.is_success(), "{head:?}");
    }
    let html = String::from_utf8(bytes.to_vec())
        .unwrap()
        .replace("<!>", "");
    (Response::from_parts(head, Body::empty()), html)
}

#[tokio::test(start_paused = true)]
async fn what_was_posted_is_there_for_every_loader_and_the_response_is_one_document() {
    let start = tokio::time::Instant::now();
    let (response, html) = post(&shop(), "/orders", "gizmo=a+b&count=2").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(html.contains("<p>2 a b</p><b>20</b></body>"), "{html}");
    assert_eq!(start.elapsed(), ms(100));
    assert_eq!(response.headers()["cache-control"], "private, no-cache");
}

#[tokio::test(start_paused = true)]
async fn a_post_is_answered_with_a_redirect_or_with_what_is_wrong_in_it() {
    let shop = shop();
    let (response, _) = post(&shop, "/orders", "gizmo=a&count=0").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let (response, _) = post(&shop, "/orders", "gizmo=a&count=many").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let request = Request::post("/orders").body(Body::from("{}")).unwrap();
    let response = shop.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_long_or_never_ends_is_refused() {
    let long = format!("count=1&gizmo={}", "a".repeat(3_000_000));
    let (response, _) = post(&shop(), "/orders", long.clone()).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let pages = pages![OrderPage];
    let limit = |router: Router| router.layer(DefaultBodyLimit::max(4_000_000));
    let (response, _) = post(
        &router(Site::builder().pages(pages).wrap(limit)),
        "/orders",
        long,
    )
    .await;
    assert_eq!(response.status(), StatusCode::OK);

    let start = tokio::time::Instant::now();
    let pieces = futures::stream::pending::<Result<bytes::Bytes, std::io::Error>>();
    let (response, _) = post(&shop(), "/orders", Body::from_stream(pieces)).await;
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(start.elapsed() <= ms(1050));
}

#[tokio::test(start_paused = true)]
async fn two_pages_share_an_address_by_their_methods() {
    let shop = shop();
    let reply = get(&shop, "/orders").await;
    assert!(reply.whole().contains("your orders"));
    let reply = get(&shop, "/ignores").await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(reply.header("allow"), Some("POST"));
    let (response, html) = post(&shop, "/ignores", "count=1").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(html.contains("nobody reads it"));
}

#[tokio::test]
async fn a_synchronous_page_takes_a_form_as_well() {
    let (_, html) = post(&shop(), "/sync", "gizmo=x%20y&count=1").await;
    assert!(html.contains("<body>x y</body>"), "{html}");
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
    let site = router(Site::builder().pages(pages![OrdersPage]).routes(routes));
    let (response, text) = post(&site, "/plain", "gizmo=a&count=1").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text.contains("`axum::Form`"), "{text}");
    assert_eq!(get(&site, "/plain?gizmo=a&count=1").await.html(), "ordered");
}
