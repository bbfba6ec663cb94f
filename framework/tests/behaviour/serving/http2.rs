//! HTTP/2 by prior knowledge.

use super::*;
use axum::http::{Request, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http2::{Builder, SendRequest},
};
use hyper_util::rt::{TokioExecutor, TokioIo};

struct Client {
    sender: SendRequest<Empty<Bytes>>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Client {
    async fn connect(server: &Server) -> Self {
        let stream = TokioIo::new(server.send("").await);
        let (sender, connection) = Builder::new(TokioExecutor::new())
            .initial_stream_window_size(65_535)
            .initial_connection_window_size(16 << 20)
            .handshake(stream)
            .await
            .expect("to be understood");
        Self {
            sender,
            connection: tokio::spawn(connection),
        }
    }

    async fn get(&mut self, path: &str) -> Response<Incoming> {
        let uri = format!("http://localhost{path}");
        let request = Request::get(uri).body(Empty::new()).expect("a request");
        self.sender.ready().await.expect("it is open");
        let response = in_time(self.sender.send_request(request)).await;
        response.expect("an answer")
    }

    async fn text(&mut self, path: &str) -> String {
        let body = self.get(path).await.into_body();
        let body = in_time(body.collect()).await.expect("a whole body");
        String::from_utf8(body.to_bytes().to_vec()).expect("text")
    }
}

#[tokio::test]
async fn a_page_is_streamed_in_its_order() {
    let server = serve().await;
    let mut client = Client::connect(&server).await;
    let mut body = client.get("/stream").await.into_body();
    let mut frames = Vec::new();
    while let Some(frame) = in_time(body.frame()).await {
        let data = frame.expect("a good stream").into_data().expect("data");
        frames.push(String::from_utf8(data.to_vec()).expect("text"));
    }
    let (first, last) = (&frames[0], frames.last().expect("frames"));
    assert!(
        first.contains("<body>") && !first.contains("</body>"),
        "{first}"
    );
    assert!(
        last.contains("late") && last.ends_with("</body></html>"),
        "{last}"
    );
    assert_eq!(client.text("/healthz").await, "ok");
}

#[tokio::test]
async fn a_stream_that_is_not_read_is_released_while_others_go_on() {
    let limits = ConnectionLimits::default().write_time(ms(800));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let mut client = Client::connect(&server).await;
    let mut all_stalled = Vec::new();
    for path in ["/large", "/large-whole", "/plain-large"] {
        all_stalled.push((path, client.get(path).await.into_body()));
    }
    // The deadline of the pages and their drain time are over with the third one.
    for _ in 0..5 {
        let text = client.text("/stream").await;
        assert!(text.ends_with("</body></html>"), "{text}");
    }
    server.loads_become(0).await;
    for (path, mut stalled) in all_stalled {
        let mut length = 0;
        let ended = loop {
            match in_time(stalled.frame()).await {
                Some(Ok(frame)) => length += frame.into_data().expect("data").len(),
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        };
        assert!(ended.is_some(), "{path} was sent whole");
        // It has what its window let through, and no more.
        assert!(length <= 1 << 17, "{length} bytes of {path} came");
    }
    assert_eq!(client.text("/healthz").await, "ok");
    client.connection.abort();
}

async fn comes_whole_when_it_is_read_slowly(path: &str) {
    let limits = ConnectionLimits::default().write_time(ms(300));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let mut client = Client::connect(&server).await;
    let mut body = client.get(path).await.into_body();
    let (mut length, mut paused) = (0, 0);
    while let Some(frame) = in_time(body.frame()).await {
        length += frame
            .expect("a good stream")
            .into_data()
            .expect("data")
            .len();
        if length >> 20 > paused {
            paused = length >> 20;
            tokio::time::sleep(ms(60)).await;
        }
    }
    assert!(length >= 16 << 20, "{length} bytes came");
}

#[tokio::test]
async fn a_stream_that_is_read_slowly_comes_whole() {
    comes_whole_when_it_is_read_slowly("/large").await;
}

#[tokio::test]
async fn a_document_in_one_piece_that_is_read_slowly_comes_whole() {
    comes_whole_when_it_is_read_slowly("/large-whole").await;
}

#[tokio::test]
async fn what_is_no_page_and_read_slowly_comes_whole() {
    comes_whole_when_it_is_read_slowly("/plain-large").await;
}

#[tokio::test]
async fn a_visitor_who_leaves_one_page_cancels_its_loads_alone() {
    let server = serve().await;
    let mut client = Client::connect(&server).await;
    let one = client.get("/waits").await;
    let other = client.get("/waits").await;
    server.loads_become(2).await;
    drop(one);
    server.loads_become(1).await;
    drop(other);
    server.loads_become(0).await;
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let limits = ConnectionLimits::default()
        .idle_time(ms(300))
        .header_time(ms(200));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let mut client = Client::connect(&server).await;
    // Its stream is open for longer than that.
    let text = client.text("/stream").await;
    assert!(text.ends_with("</body></html>"), "{text}");
    let text = client.text("/stream").await;
    assert!(text.ends_with("</body></html>"), "{text}");
    let _ = in_time(client.connection).await.expect("no panic");
    // And one that never asks for anything.
    let client = Client::connect(&server).await;
    let _ = in_time(client.connection).await.expect("no panic");
}

#[tokio::test]
async fn stopping_finishes_what_is_in_flight() {
    let server = serve().await;
    let mut client = Client::connect(&server).await;
    let body = client.get("/stream").await.into_body();
    server.loads_become(1).await;
    let stopped = tokio::spawn(server.stop());
    let body = in_time(body.collect())
        .await
        .expect("a whole body")
        .to_bytes();
    assert!(body.ends_with(b"</body></html>"), "{body:?}");
    stopped.await.expect("no panic");
    let _ = in_time(client.connection).await;
}

#[tokio::test]
async fn a_document_that_is_not_done_after_the_grace_has_its_end() {
    let server = serve_with(|site| site.shutdown_grace(ms(100))).await;
    let mut client = Client::connect(&server).await;
    let body = client.get("/waits").await.into_body();
    server.loads_become(1).await;
    let stopped = tokio::spawn(server.stop());
    let body = in_time(body.collect())
        .await
        .expect("a whole body")
        .to_bytes();
    assert!(body.ends_with(b"</body></html>"), "{body:?}");
    stopped.await.expect("no panic");
}
