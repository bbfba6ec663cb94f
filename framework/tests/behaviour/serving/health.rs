//! `/healthz` and `/readyz`.

use super::*;
use axum::http::{Request, StatusCode};
use tower::ServiceExt as _;

async fn ask(router: &Router, method: &str, path: &str) -> (StatusCode, String, String) {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let header = |name| {
        response
            .headers()
            .get(name)
            .map(|value| format!("{value:?}"))
    };
    let headers = format!("{:?} {:?}", header("content-type"), header("cache-control"));
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .expect("a body");
    let body = String::from_utf8(body.to_vec()).expect("text");
    (status, headers, body)
}

#[tokio::test]
async fn says_that_it_is_alive_and_ready_until_it_drains() {
    let site = builder(&Alive::default())
        .build()
        .expect("the site is right");
    let readiness = site.readiness();
    let nested = Router::new().nest("/shop", site.into_router());
    let headers = r#"Some("\"text/plain; charset=utf-8\"") Some("\"no-store\"")"#;
    for (method, path, text) in [
        ("GET", "/shop/healthz", "ok"),
        ("HEAD", "/shop/healthz", ""),
        ("GET", "/shop/readyz", "ready"),
    ] {
        let (status, found, body) = ask(&nested, method, path).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, text));
        assert_eq!(found, headers);
    }
    assert!(readiness.is_ready());
    readiness.drain();
    assert!(!readiness.is_ready());
    let (status, found, body) = ask(&nested, "GET", "/shop/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((body.as_str(), found.as_str()), ("draining", headers));
    let (status, ..) = ask(&nested, "GET", "/shop/healthz").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn is_outside_of_layers_and_of_the_record() {
    let alive = Alive::default();
    let counted = alive.clone();
    let site = builder(&alive)
        .on_record(move |_| std::mem::forget(counted.token()))
        .wrap(|router| router.layer(axum::middleware::from_fn(refuse)));
    let router = site.build().expect("the site is right").into_router();
    let (status, _, body) = ask(&router, "GET", "/healthz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ok"));
    let (status, ..) = ask(&router, "GET", "/stream").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(alive.count(), 0);
}

async fn refuse(_: axum::extract::Request, _: axum::middleware::Next) -> StatusCode {
    StatusCode::UNAUTHORIZED
}

#[page(async, path = "/healthz")]
fn OwnPage() -> impl IntoView {
    "how are you"
}

#[page(async, path = "/{name}")]
fn AnyPage() -> impl IntoView {
    "anything"
}

#[tokio::test]
async fn a_page_or_a_route_with_the_same_path_comes_first() {
    let routes = Router::new().route("/readyz", post(|| async { "mine" }));
    let site = Site::builder()
        .pages(pages![OwnPage, AnyPage])
        .routes(routes);
    let router = site.build().expect("the site is right").into_router();
    let (_, _, body) = ask(&router, "GET", "/healthz").await;
    assert!(body.contains("how are you"), "{body}");
    let (status, _, body) = ask(&router, "POST", "/readyz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "mine"));
    let (status, ..) = ask(&router, "GET", "/readyz").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    // A page that takes everything does not take these.
    let router = Site::builder()
        .pages(pages![AnyPage])
        .build()
        .expect("the site is right")
        .into_router();
    let (_, _, body) = ask(&router, "GET", "/readyz").await;
    assert_eq!(body, "ready");
}

#[tokio::test]
async fn has_other_paths_or_none() {
    let site = builder(&Alive::default()).health_paths("/livez", None);
    let router = site.build().expect("the site is right").into_router();
    let (_, _, body) = ask(&router, "GET", "/livez").await;
    assert_eq!(body, "ok");
    for path in ["/healthz", "/readyz"] {
        let (status, ..) = ask(&router, "GET", path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let error = builder(&Alive::default())
        .health_paths("livez", "/{ready}")
        .build();
    let error = error.expect_err("they are no paths");
    let problems = error.problems();
    assert!(
        matches!(
            problems,
            [Problem::HealthPath { .. }, Problem::HealthPath { .. }]
        ),
        "{error}"
    );
}

#[tokio::test]
async fn is_not_ready_while_all_goes_on() {
    let server = serve_with(|site| site.shutdown_notice(ms(1500))).await;
    let request = "GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut kept = server.send(request).await;
    let text = read_one(&mut kept).await;
    assert!(
        text.ends_with("ready") && !text.contains("connection:"),
        "{text}"
    );
    let addr = server.addr;
    server.stop.send(()).expect("the server runs");
    // Connections are still accepted.
    let became = async {
        loop {
            let mut stream = send(addr, request).await;
            let text = read_one(&mut stream).await;
            if text.starts_with("HTTP/1.1 503") {
                return text;
            }
            tokio::time::sleep(ms(5)).await;
        }
    };
    let text = in_time(became).await;
    assert!(text.ends_with("draining"), "{text}");
    // One that is kept open is used once more, and not again.
    kept.write_all(request.as_bytes())
        .await
        .expect("it is open");
    let text = in_time(read_to_end(&mut kept)).await;
    assert!(
        text.contains("\r\nconnection: close\r\n") && text.ends_with("draining"),
        "{text}"
    );
    let request = "GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let page = in_time(read_to_end(&mut send(addr, request).await)).await;
    assert!(page.ends_with("</body></html>\r\n0\r\n\r\n"), "{page}");
    assert!(in_time(server.task).await.expect("no panic").is_ok());
    assert!(TcpStream::connect(server.addr).await.is_err());
}
