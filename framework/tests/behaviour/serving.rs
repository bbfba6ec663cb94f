//! Over real sockets.

mod health;
mod http2;
mod limits;
mod stopping;
#[cfg(unix)]
mod unix;

use crate::support::{Alive, Refused, Token, ms};
use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use futures::{StreamExt as _, stream};
use punctual::{
    ConnectionLimits, Exit, Form, ListenAddr, Problem, ServeError, SiteBuilder, prelude::*,
};
use std::{collections::HashMap, future::pending, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

#[loader]
async fn stuck(State(alive): State<Alive>) -> Result<Token, Refused> {
    let _token = alive.token();
    pending().await
}

#[page(async, path = "/stream", timeout = "300ms")]
fn StreamPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Resolve data=stuck on_timeout=|| "late" let:_x>"never"</Resolve> }
}

#[page(async, path = "/waits", timeout = "20s")]
fn WaitsPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Resolve data=stuck on_timeout=|| "late" let:_x>"never"</Resolve> }
}

/// More than the buffers of two sockets hold.
#[page(async, path = "/large", timeout = "300ms")]
fn LargePage(stuck: Deferred<stuck>) -> impl IntoView {
    let text = "x".repeat(16 << 20);
    view! { <p>{text}</p><Resolve data=stuck on_timeout=|| "late" let:_x>"never"</Resolve> }
}

#[page(async, path = "/large-whole", timeout = "300ms")]
fn LargeWholePage() -> impl IntoView {
    let text = "x".repeat(16 << 20);
    view! { <p>{text}</p> }
}

/// Leaves something to be done when it has been sent.
#[page(async, path = "/after")]
fn AfterPage(tasks: Tasks, State(alive): State<Alive>) -> impl IntoView {
    let token = alive.token();
    let work = |_| async move {
        tokio::time::sleep(ms(300)).await;
        drop(token);
    };
    tasks.after_response(work).is_ok().to_string()
}

/// Has nothing to send before the data is there.
#[page(async, path = "/critical", timeout = "20s")]
fn CriticalPage(_stuck: Loaded<stuck>) -> impl IntoView {}

#[page(async, path = "/form", method = "post")]
fn FormPage(Form(fields): Form<HashMap<String, String>>) -> impl IntoView {
    format!("{} fields", fields.len())
}

/// As long as [`LargePage`], and no page: it holds a token until its body is gone.
async fn large(State(alive): State<Alive>) -> Body {
    let pieces = stream::repeat_with(|| vec![b'x'; 1 << 16]).take(256);
    let token = alive.token();
    Body::from_stream(pieces.map(move |piece| {
        let _held = &token;
        Ok::<_, std::io::Error>(piece)
    }))
}

async fn length(body: String) -> String {
    body.len().to_string()
}

struct Server {
    addr: SocketAddr,
    alive: Alive,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Exit>,
}

fn builder(alive: &Alive) -> SiteBuilder<Alive> {
    let routes = Router::new()
        .route("/plain-large", get(large))
        .route("/length", post(length))
        .route("/long", post(length).layer(DefaultBodyLimit::max(1 << 20)));
    Site::builder()
        .state(alive.clone())
        .drain(ms(500))
        .pages(pages![
            StreamPage,
            WaitsPage,
            LargePage,
            LargeWholePage,
            AfterPage,
            CriticalPage,
            FormPage
        ])
        .routes(routes)
}

async fn serve() -> Server {
    serve_with(|builder| builder).await
}

async fn serve_with(configure: impl FnOnce(SiteBuilder<Alive>) -> SiteBuilder<Alive>) -> Server {
    let alive = Alive::default();
    let site = configure(builder(&alive));
    let site = site.build().expect("the site is right");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(site.serve_on(listener, async { drop(stopped.await) }));
    Server {
        addr,
        alive,
        stop,
        task,
    }
}

impl Server {
    /// Sends this, which may be nothing, and leaves the connection open.
    async fn send(&self, text: &str) -> TcpStream {
        send(self.addr, text).await
    }

    /// Tells it to stop; it ends in order.
    async fn stop(self) {
        self.stop.send(()).expect("the server runs");
        let exit = in_time(self.task).await;
        assert!(exit.expect("no panic").is_ok());
    }

    async fn ask(&self, path: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let mut stream = socket.connect(self.addr).await.expect("a connection");
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("to be heard");
        stream
    }

    async fn loads_become(&self, count: usize) {
        let reached = async {
            while self.alive.count() != count {
                tokio::time::sleep(ms(5)).await;
            }
        };
        let reached = tokio::time::timeout(Duration::from_secs(10), reached).await;
        assert!(
            reached.is_ok(),
            "{} loads run, not {count}",
            self.alive.count()
        );
    }
}

async fn send(addr: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    let sent = stream.write_all(text.as_bytes()).await;
    sent.expect("to be heard");
    stream
}

/// Nothing here takes longer than that, but for a machine that is busy.
async fn in_time<F: Future>(future: F) -> F::Output {
    let result = tokio::time::timeout(Duration::from_secs(10), future).await;
    result.expect("it ends in time")
}

/// Reads the head of a response and what its `Content-Length` says, from a connection that stays open.
async fn read_one(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().expect("a number"));
            if body.len() >= length {
                return text.into_owned();
            }
        }
        let read = in_time(stream.read_buf(&mut bytes)).await.expect("to read");
        assert!(
            read > 0,
            "it ends after {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

/// Waits for the end of a connection, whichever way it ends.
async fn closed(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    let _ = in_time(stream.read_to_end(&mut bytes)).await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(bytes.is_empty(), "{text}");
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .await
        .expect("to read the page");
    String::from_utf8(bytes).expect("HTML is text")
}

#[tokio::test]
async fn a_page_is_streamed_and_ends() {
    let server = serve().await;
    let text = read_to_end(&mut server.ask("/stream").await).await;
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.contains("transfer-encoding: chunked"),
        "{text}"
    );
    assert!(
        text.contains("late") && text.ends_with("</body></html>\r\n0\r\n\r\n"),
        "{text}"
    );
    server.loads_become(0).await;
}

#[tokio::test]
async fn options_of_the_server_itself_are_answered() {
    let server = serve().await;
    let request = "OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let text = read_to_end(&mut server.send(request).await).await;
    assert!(text.starts_with("HTTP/1.1 204"), "{text}");
}

#[tokio::test]
async fn a_visitor_who_leaves_cancels_the_loads() {
    let server = serve().await;
    let stream = server.ask("/waits").await;
    server.loads_become(1).await;
    drop(stream);
    server.loads_become(0).await;
}

#[tokio::test]
async fn a_visitor_who_stops_reading_is_cut_off() {
    let server = serve().await;
    let mut stream = server.ask("/large").await;
    server.loads_become(1).await;
    // The loads end at the deadline although nobody reads.
    server.loads_become(0).await;
    // After the drain time the connection is closed, with most of the page unread: what comes
    // then is what the sockets held, and no end of the document.
    tokio::time::sleep(ms(1500)).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert!(bytes.len() < 16 << 20, "{} bytes came", bytes.len());
    assert!(!bytes.ends_with(b"0\r\n\r\n"));
}

#[tokio::test]
async fn a_visitor_who_stops_reading_a_page_that_is_whole_is_cut_off_too() {
    let server = serve().await;
    let mut stream = server.ask("/large-whole").await;
    tokio::time::sleep(ms(2500)).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert!(bytes.len() < 16 << 20, "{} bytes came", bytes.len());
}

async fn comes_whole_when_it_is_read_slowly(path: &str) {
    let server = serve().await;
    let mut stream = server.ask(path).await;
    // Longer than the deadline and the drain time together, but never that long without reading.
    let start = tokio::time::Instant::now();
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 1 << 20]);
    loop {
        let mut taken = 0;
        while taken < 1 << 20 {
            match stream.read(&mut buffer).await.expect("to read the page") {
                0 => break,
                n => {
                    bytes.extend_from_slice(&buffer[..n]);
                    taken += n;
                }
            }
        }
        if taken == 0 {
            break;
        }
        tokio::time::sleep(ms(70)).await;
    }
    assert!(start.elapsed() > ms(800), "{:?}", start.elapsed());
    let end = &bytes[bytes.len() - 40..];
    assert!(
        String::from_utf8_lossy(end).contains("</body></html>"),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_visitor_who_reads_slowly_gets_the_whole_page() {
    comes_whole_when_it_is_read_slowly("/large").await;
}

#[tokio::test]
async fn a_visitor_who_reads_slowly_gets_a_page_in_one_piece() {
    comes_whole_when_it_is_read_slowly("/large-whole").await;
}

#[tokio::test]
async fn a_visitor_who_reads_steadily_is_not_taken_for_stalled() {
    let server = serve().await;
    let mut stream = server.ask("/large").await;
    let (mut read, mut buffer) = (0, vec![0; 64 << 10]);
    // 1.3 MB a second, until long after the deadline and the drain time; then what is left.
    for _ in 0..30 {
        stream
            .read_exact(&mut buffer)
            .await
            .expect("to read the page");
        read += buffer.len();
        tokio::time::sleep(ms(50)).await;
    }
    let rest = read_to_end(&mut stream).await;
    assert!(
        rest.ends_with("</body></html>\r\n0\r\n\r\n"),
        "{} bytes came",
        read + rest.len()
    );
}

#[tokio::test]
async fn a_taken_port_is_a_clear_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let site = Site::builder()
        .state(Alive::default())
        .addr(addr)
        .pages(pages![StreamPage]);
    let failure = site
        .build()
        .expect("the site is right")
        .serve()
        .await
        .expect_err("the port is taken");
    assert!(matches!(
        failure.error().downcast_ref(),
        Some(ServeError::Taken { .. })
    ));
    let text = failure.to_string();
    assert!(
        text.contains(&addr.to_string()) && text.contains("LEPTOS_SITE_ADDR="),
        "{text}"
    );
    assert_eq!(failure.code(), 1);
}
