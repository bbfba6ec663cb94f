//! Which page answers, and what is said of a site that cannot be built.

use crate::support::ms;
use axum::{Router, routing};
use punctual::{BuildError, Problem, prelude::*, testing::TestSite};
use std::time::Duration;

#[page(async, path = "/products/{id}")]
fn ProductPage(Path(id): Path<String>) -> impl IntoView {
    format!("product {id}")
}

#[page(async, path = "/products/new")]
fn NewProductPage() -> impl IntoView {
    "a new product"
}

#[page(async, path = "/files/{*path}")]
fn FilesPage(Path(path): Path<String>) -> impl IntoView {
    format!("file {path}")
}

#[page(async, path = "/products/{name}")]
fn SameProductPage() -> impl IntoView {}

#[page(async, path = "/products/new")]
fn OtherNewPage() -> impl IntoView {}

#[page(path = "/sync")]
fn SyncPage() -> impl IntoView {
    std::thread::sleep(ms(1));
    "synchronous"
}

#[tokio::test]
async fn of_overlapping_paths_the_more_exact_one_answers() {
    let site = TestSite::new(Site::builder().pages(pages![ProductPage, NewProductPage, FilesPage]));
    site.get("/products/7")
        .await
        .assert_whole()
        .assert_shows("product 7");
    site.get("/products/new")
        .await
        .assert_whole()
        .assert_shows("a new product");
    site.get("/files/a/b%20c")
        .await
        .assert_whole()
        .assert_shows("file a/b c");
}

#[test]
fn a_page_knows_its_address() {
    assert_eq!(ProductPage::href(7), "/products/7");
    assert_eq!(ProductPage::href("a/b ?"), "/products/a%2Fb%20%3F");
    assert_eq!(NewProductPage::href(), "/products/new");
    assert_eq!(FilesPage::href("a/b c"), "/files/a/b%20c");
}

#[tokio::test]
async fn a_synchronous_page_runs_on_a_thread_and_comes_in_one_piece() {
    let page = TestSite::new(Site::builder().pages(pages![SyncPage]))
        .get("/sync")
        .await;
    page.assert_whole().assert_shows("synchronous");
    assert!(page.header("content-length").is_some());
}

#[tokio::test]
async fn a_site_nests_in_another_service_and_takes_layers() {
    let shop = Site::builder().pages(pages![ProductPage]).build().unwrap();
    let service = Router::new()
        .nest("/shop", shop.into_router())
        .route("/", routing::get(|| async { "outside" }));
    let service = TestSite::of_router(service);
    service
        .get("/shop/products/7")
        .await
        .assert_whole()
        .assert_shows("product 7");
    assert_eq!(service.get("/").await.html(), "outside");
    assert_eq!(service.get("/shop/nowhere").await.status().as_u16(), 404);
}

#[loader]
async fn stuck() -> Result<u8, std::convert::Infallible> {
    std::future::pending().await
}

#[page(async, path = "/late", timeout = "1s")]
fn LatePage(stuck: Loaded<stuck>) -> impl IntoView {
    *stuck
}

#[punctual::test]
async fn a_nested_site_knows_the_address_that_was_asked_for() {
    let shop = Site::builder().pages(pages![LatePage]).build().unwrap();
    let service = TestSite::of_router(Router::new().nest("/shop", shop.into_router()));
    let html = service.get("/shop/late?a=1").await.assert_whole().html();
    assert!(html.contains("href=\"/shop/late?a=1\""), "{html}");
}

#[tokio::test]
async fn plain_routes_stand_beside_pages() {
    let routes = Router::new().route("/plain", routing::get(|| async { "plain" }));
    let more = Router::new().route("/more", routing::get(|| async { "more" }));
    let site = TestSite::new(
        Site::builder()
            .pages(pages![NewProductPage])
            .routes(routes)
            .routes(more),
    );
    assert_eq!(site.get("/plain").await.html(), "plain");
    assert_eq!(site.get("/more").await.html(), "more");
    site.get("/nowhere")
        .await
        .assert_whole()
        .assert_shows("There is no such page.");
}

fn error(result: Result<Site, BuildError>) -> BuildError {
    result.expect_err("something is wrong with this site")
}

#[test]
fn a_site_that_cannot_be_built_names_every_problem() {
    let site = Site::builder()
        .timeout(Duration::ZERO)
        .blocking_threads(0)
        .pages(pages![
            ProductPage,
            SameProductPage,
            NewProductPage,
            OtherNewPage,
            SyncPage
        ]);
    let error = error(site.build());
    let text = error.to_string();
    assert_eq!(error.problems().len(), 4, "{text}");
    for part in [
        "4 things are wrong",
        "`timeout` is 0ns",
        "`blocking_threads` is 0, but `SyncPage`",
        "the path `/products/{name}` of `SameProductPage` matches the same requests as `/products/{id}` of `ProductPage`",
        "`/products/new` of `OtherNewPage` matches the same requests as `/products/new` of `NewProductPage`",
    ] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    assert_eq!(punctual::Failure::from(error).code(), 2);
}

#[test]
fn a_site_without_pages_says_how_to_add_them() {
    let error = error(Site::builder().build());
    assert!(matches!(error.problems(), [Problem::NoPages]));
    assert!(error.to_string().contains(".pages(pages![HomePage])"));
}

#[test]
fn a_page_that_is_listed_twice_is_a_problem() {
    let error = error(
        Site::builder()
            .pages(pages![NewProductPage, NewProductPage])
            .build(),
    );
    assert!(
        error
            .to_string()
            .contains("`NewProductPage` is listed twice"),
        "{error}"
    );
}

#[test]
fn a_fallback_in_routes_is_a_problem() {
    let routes = Router::new().fallback(|| async { "files" });
    let error = error(
        Site::builder()
            .pages(pages![NewProductPage])
            .routes(routes)
            .build(),
    );
    assert!(matches!(error.problems(), [Problem::Fallback]), "{error}");
}

#[tokio::test]
async fn a_site_is_wrapped_in_layers() {
    let header = (
        http::HeaderName::from_static("x-layer"),
        http::HeaderValue::from_static("on"),
    );
    let layer = axum::middleware::map_response(move |mut response: axum::response::Response| {
        let (name, value) = header.clone();
        async move {
            response.headers_mut().insert(name, value);
            response
        }
    });
    let site = Site::builder()
        .pages(pages![NewProductPage])
        .wrap(|router| router.layer(layer));
    let site = TestSite::new(site);
    for path in ["/products/new", "/nowhere"] {
        assert_eq!(site.get(path).await.header("x-layer"), Some("on"));
    }
}

#[test]
fn pages_before_the_state_are_a_problem() {
    let site = Site::builder().pages(pages![NewProductPage]).state(7_u8);
    let error = error(site.pages(pages![ProductPage]).build());
    assert!(
        matches!(error.problems(), [Problem::BeforeState { count: 1 }]),
        "{error}"
    );
}

#[test]
fn routes_that_overlap_with_a_page_are_a_problem_beside_others() {
    let routes = Router::new().route("/products/new", routing::get(|| async {}));
    let pages = pages![NewProductPage, OtherNewPage];
    let error = error(Site::builder().pages(pages).routes(routes).build());
    let problems = error.problems();
    assert!(
        matches!(problems, [Problem::Conflict { .. }, Problem::Routes { .. }]),
        "{error}"
    );
}
