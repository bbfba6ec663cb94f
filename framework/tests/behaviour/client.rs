//! Who asks, over real sockets.

use axum::{Router, extract::Request, routing::get};
use http::HeaderName;
use punctual::{Client, Problem, SiteBuilder, prelude::*, testing::TestSite};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

fn text(client: &Client) -> String {
    let address = client.address().map(|address| address.to_string());
    let address = address.as_deref().unwrap_or("nowhere");
    let host = client.host().unwrap_or("no host");
    format!("{address} {}://{host}", client.scheme().as_str())
}

#[page(async, path = "/")]
fn ClientPage(client: Client) -> impl IntoView {
    text(&client)
}

/// The headers that have come through.
async fn headers(request: Request) -> String {
    let names = request.headers().keys().map(HeaderName::as_str);
    names.collect::<Vec<_>>().join(" ")
}

fn builder() -> SiteBuilder<()> {
    let plain = |client: Client| async move { text(&client) };
    let routes = Router::new()
        .route("/plain", get(plain))
        .route("/headers", get(headers));
    Site::builder().pages(pages![ClientPage]).routes(routes)
}

async fn serve(builder: SiteBuilder<()>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let site = builder.build().unwrap();
    tokio::spawn(site.serve_on(listener, std::future::pending()));
    addr
}

async fn ask(addr: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\nx-forwarded-for: 203.0.113.7\r\n\
         x-forwarded-proto: https\r\nx-forwarded-host: www.shop.example\r\nx-real-ip: 203.0.113.7\r\n\
         forwarded: for=203.0.113.7\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_trusted_proxy_says_who_asks() {
    let addr = serve(builder().trusted_proxies(["127.0.0.0/8"])).await;
    for path in ["/", "/plain"] {
        let page = ask(addr, path).await;
        assert!(
            page.contains("203.0.113.7 https://www.shop.example"),
            "{page}"
        );
    }
    let names = ask(addr, "/headers").await;
    assert!(names.contains("x-forwarded-for") && !names.contains(" forwarded"));
}

#[tokio::test]
async fn nobody_else_is_believed() {
    for builder in [builder(), builder().trusted_proxies(["10.0.0.0/8", "unix"])] {
        let addr = serve(builder).await;
        for path in ["/", "/plain"] {
            let page = ask(addr, path).await;
            assert!(page.contains("127.0.0.1 http://shop.example"), "{page}");
        }
        let names = ask(addr, "/headers").await;
        assert!(names.contains("\r\n\r\nhost"), "{names}");
        assert!(
            !names.contains("forwarded") && !names.contains("real-ip"),
            "{names}"
        );
    }
}

#[punctual::test]
async fn in_another_server_s_router_the_headers_are_not_believed() {
    let site = TestSite::new(builder().trusted_proxies(["127.0.0.1"]));
    let page = site.get("/").header("x-forwarded-for", "203.0.113.7").await;
    assert!(
        page.html().contains("nowhere http://no host"),
        "{}",
        page.html()
    );
}

#[test]
fn what_is_no_proxy_is_told() {
    let builder = builder().trusted_proxies(["10.0.0.0/8", "proxy.example"]);
    let error = builder.build().unwrap_err();
    let [Problem::Proxy { text, .. }] = error.problems() else {
        panic!("{error}");
    };
    assert_eq!(text, "proxy.example");
}
