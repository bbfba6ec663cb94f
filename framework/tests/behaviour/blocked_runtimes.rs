//! Connections with a runtime of their own, while code of pages blocks all threads of the other one: over real sockets, on
//! real threads. The visitors have a third runtime, else they would wait with the pages. A gate blocks the threads until a
//! test opens it, so what is answered before that is answered while they are blocked.

use crate::support::{Alive, Refused, Token, by, ms};
use axum::{Router, body::Body, extract::FromRef, routing::get};
use futures::stream;
use punctual::{Exit, SiteBuilder, prelude::*};
use std::{
    convert::Infallible,
    future::pending,
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex, mpsc},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Builder,
    sync::oneshot,
    time::{sleep, timeout},
};

/// How many threads the runtime of the pages has.
const THREADS: usize = 2;
/// Nothing here takes longer than that, but for a machine that is busy.
const LONG: Duration = Duration::from_secs(10);
/// A gate that nobody opens does, so that a test that fails ends.
const GATE: Duration = Duration::from_secs(20);
/// How much later than it should a machine that is busy may be.
const BUSY: Duration = Duration::from_secs(2);

/// Blocks threads until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<Passing>, Condvar)>);

#[derive(Default)]
struct Passing {
    blocked: usize,
    is_open: bool,
}

impl Gate {
    fn pass(&self) {
        let (state, told) = &*self.0;
        let mut state = state.lock().unwrap();
        state.blocked += 1;
        let (mut state, _) = told
            .wait_timeout_while(state, GATE, |state| !state.is_open)
            .unwrap();
        state.blocked -= 1;
    }

    fn open(&self) {
        let (state, told) = &*self.0;
        state.lock().unwrap().is_open = true;
        told.notify_all();
    }

    fn blocked(&self) -> usize {
        self.0.0.lock().unwrap().blocked
    }
}

#[derive(Clone, FromRef)]
struct AppState {
    alive: Alive,
    gate: Gate,
    drops: Drops,
}

#[loader]
async fn stuck(State(alive): State<Alive>) -> Result<Token, Refused> {
    let _token = alive.token();
    pending().await
}

/// Blocks its thread in its function.
#[page(async, path = "/blocks")]
fn BlocksPage(State(gate): State<Gate>) -> impl IntoView {
    gate.pass();
}

#[loader]
async fn soon() -> Result<(), Refused> {
    sleep(ms(1)).await;
    Ok(())
}

/// Blocks its thread in a part.
#[page(async, path = "/blocks-late")]
fn BlocksLatePage(State(gate): State<Gate>, soon: Deferred<soon>) -> impl IntoView {
    let pass = move || gate.pass();
    view! { <Resolve data=soon let:_soon>{pass()}</Resolve> }
}

#[page(async, path = "/stream", timeout = "1s")]
fn StreamPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <p>"begun"</p><Resolve data=stuck on_timeout=|| "late" let:_x>"never"</Resolve> }
}

#[page(async, path = "/short", timeout = "300ms")]
fn ShortPage() -> impl IntoView {}

#[page(async, path = "/waits", timeout = "40s")]
fn WaitsPage(_stuck: Loaded<stuck>) -> impl IntoView {}

#[page(async, path = "/half", timeout = "500ms")]
fn HalfPage(stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Resolve data=stuck on_timeout=|| "late" let:_x>"never"</Resolve> }
}

fn thread() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

#[loader]
async fn of_loader() -> Result<String, Refused> {
    Ok(thread())
}

#[page(async, path = "/threads")]
fn ThreadsPage(of_loader: Loaded<of_loader>, soon: Deferred<soon>) -> impl IntoView {
    view! {
        <p>{format!("page: {}", thread())}</p>
        <p>{format!("loader: {}", *of_loader)}</p>
        <Resolve data=soon let:_soon>{format!("part: {}", thread())}</Resolve>
    }
}

/// Says which thread drops it.
struct Told(mpsc::Sender<String>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(thread());
    }
}

#[loader]
async fn told(State(drops): State<Drops>) -> Result<Told, Refused> {
    Ok(Told(drops.0.clone()))
}

#[page(async, path = "/drops")]
fn DropsPage(_told: Loaded<told>) -> impl IntoView {}

#[page(async, path = "/drops-late", stream = "off")]
fn DropsLatePage(told: Loaded<told>, soon: Deferred<soon>) -> impl IntoView {
    view! { <Resolve data=soon let:_soon>{let _told = &told;}</Resolve> }
}

#[derive(Clone)]
struct Drops(mpsc::Sender<String>);

async fn plain() -> String {
    thread()
}

async fn plain_stream() -> Body {
    let pieces = stream::once(async { Ok::<_, Infallible>(format!("body: {}", thread())) });
    Body::from_stream(pieces)
}

async fn plain_waits(State(alive): State<Alive>) {
    let _token = alive.token();
    pending::<()>().await;
}

async fn plain_panics() -> String {
    panic!("a plain route panics")
}

/// A site on a runtime of its own, whose connections have another. It is served as from `main`, by a thread that is none of the runtime's.
struct Server {
    addr: SocketAddr,
    state: AppState,
    stop: Option<oneshot::Sender<()>>,
    /// Drops the future that serves.
    cancel: Option<oneshot::Sender<()>>,
    /// How it has ended; `None` when it was dropped.
    ended: oneshot::Receiver<Option<Exit>>,
}

fn serve() -> Server {
    serve_with(|builder| builder)
}

fn serve_with(configure: impl FnOnce(SiteBuilder<AppState>) -> SiteBuilder<AppState>) -> Server {
    serve_all(mpsc::channel().0, configure)
}

fn serve_all(
    drops: mpsc::Sender<String>,
    configure: impl FnOnce(SiteBuilder<AppState>) -> SiteBuilder<AppState>,
) -> Server {
    let state = AppState {
        alive: Alive::default(),
        gate: Gate::default(),
        drops: Drops(drops),
    };
    let routes = Router::new()
        .route("/plain", get(plain))
        .route("/plain-stream", get(plain_stream))
        .route("/plain-waits", get(plain_waits))
        .route("/plain-panics", get(plain_panics));
    let builder = Site::builder()
        .state(state.clone())
        .pages(pages![
            BlocksPage,
            BlocksLatePage,
            StreamPage,
            ShortPage,
            WaitsPage,
            HalfPage,
            ThreadsPage,
            DropsPage,
            DropsLatePage
        ])
        .routes(routes)
        // Threads that are blocked are what is tried here, not what the site does about a machine that is too slow.
        .scheduling_delay(None)
        .connection_threads(1);
    let site = configure(builder).build().unwrap();
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("of-the-site")
        .enable_all()
        .build()
        .unwrap();
    let listener = {
        let _inside = runtime.enter();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        TcpListener::from_std(listener).unwrap()
    };
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let (cancel, cancelled) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let exit = runtime.block_on(async {
            tokio::select! {
                exit = site.serve_on(listener, async { drop(stopped.await) }) => Some(exit),
                _ = cancelled => None,
            }
        });
        let _ = end.send(exit);
        runtime.shutdown_background();
    });
    Server {
        addr,
        state,
        stop: Some(stop),
        cancel: Some(cancel),
        ended,
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.gate.open();
    }
}

impl Server {
    async fn ask(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    async fn get(&self, path: &str) -> String {
        rest(&mut self.ask(path).await).await
    }

    /// Tells it to stop, and waits until it has.
    async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        let exit = timeout(LONG, &mut self.ended).await.unwrap().unwrap();
        assert!(exit.unwrap().is_ok());
    }

    /// Has pages block all threads.
    async fn block(&self) -> Vec<TcpStream> {
        let blocking = vec![self.ask("/blocks").await, self.ask("/blocks-late").await];
        until(|| self.state.gate.blocked() == THREADS).await;
        blocking
    }
}

/// What comes until the end of the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut bytes)).await;
    read.expect("it ends in time").unwrap();
    String::from_utf8(bytes).unwrap()
}

async fn until(is_so: impl Fn() -> bool) {
    let reached = async {
        while !is_so() {
            sleep(ms(5)).await;
        }
    };
    timeout(LONG, reached).await.expect("it becomes so in time");
}

#[tokio::test]
async fn a_document_ends_on_time_while_pages_block_all_threads() {
    let server = serve();
    let begin = Instant::now();
    let mut stream = server.ask("/stream").await;
    let mut begun = Vec::new();
    while !String::from_utf8_lossy(&begun).contains("begun") {
        let read = timeout(LONG, stream.read_buf(&mut begun)).await;
        assert!(read.unwrap().unwrap() > 0, "{begun:?}");
    }
    let _blocking = server.block().await;
    let text = rest(&mut stream).await;
    let took = begin.elapsed();
    assert!(
        text.contains("late") && text.ends_with("</body></html>\r\n0\r\n\r\n"),
        "{text}"
    );
    assert_eq!(server.state.gate.blocked(), THREADS);
    assert!(took < by(1000) + BUSY, "{took:?}");
}

#[tokio::test]
async fn a_page_that_cannot_begin_is_answered_on_time() {
    let server = serve();
    let _blocking = server.block().await;
    let begin = Instant::now();
    let text = server.get("/short").await;
    let took = begin.elapsed();
    assert!(text.starts_with("HTTP/1.1 504"), "{text}");
    assert_eq!(server.state.gate.blocked(), THREADS);
    assert!(took < by(300) + BUSY, "{took:?}");
}

#[tokio::test]
async fn the_site_says_that_it_is_alive_while_pages_block_all_threads() {
    let server = serve();
    let _blocking = server.block().await;
    let text = server.get("/healthz").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert_eq!(server.state.gate.blocked(), THREADS);
}

#[tokio::test]
async fn what_blocks_comes_through_when_it_is_not_blocked_any_more() {
    let server = serve();
    let blocking = server.block().await;
    server.state.gate.open();
    for mut stream in blocking {
        let text = rest(&mut stream).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        assert!(text.contains("</body></html>"), "{text}");
    }
}

#[tokio::test]
async fn code_of_the_user_runs_where_the_site_is_served() {
    let (told, records) = mpsc::channel();
    let server = serve_with(|builder| builder.on_record(move |_| drop(told.send(thread()))));
    let text = server.get("/threads").await;
    for part in ["page: ", "loader: ", "part: "] {
        let place = text.split_once(part).unwrap_or_else(|| panic!("{text}")).1;
        assert!(place.starts_with("of-the-site"), "{part}{place}");
    }
    let record = tokio::task::spawn_blocking(move || records.recv_timeout(LONG));
    assert_eq!(record.await.unwrap().unwrap(), "of-the-site");
    let text = server.get("/plain").await;
    assert!(text.ends_with("\r\n\r\nof-the-site"), "{text}");
    let text = server.get("/plain-stream").await;
    assert!(text.contains("body: of-the-site"), "{text}");
}

#[tokio::test]
async fn what_loads_have_given_is_dropped_where_they_ran() {
    let (sender, drops) = mpsc::channel();
    let server = serve_all(sender, |builder| builder);
    let count = 100;
    for number in 0..count {
        let path = ["/drops", "/drops-late"][number % 2];
        let text = server.get(path).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    let all = move || {
        (0..count)
            .map(|_| drops.recv_timeout(LONG))
            .collect::<Vec<_>>()
    };
    for thread in tokio::task::spawn_blocking(all).await.unwrap() {
        assert_eq!(thread.unwrap(), "of-the-site");
    }
}

#[tokio::test]
async fn a_visitor_who_leaves_ends_pages_and_plain_routes() {
    let server = serve();
    for path in ["/waits", "/plain-waits"] {
        let stream = server.ask(path).await;
        until(|| server.state.alive.count() == 1).await;
        drop(stream);
        until(|| server.state.alive.count() == 0).await;
    }
}

#[tokio::test]
async fn a_plain_route_that_panics_ends_its_connection_alone() {
    let server = serve();
    assert_eq!(server.get("/plain-panics").await, "");
    let text = server.get("/plain").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn a_site_that_is_stopped_finishes_what_is_in_flight() {
    let mut server = serve();
    let mut stream = server.ask("/half").await;
    until(|| server.state.alive.count() == 1).await;
    server.stop().await;
    let text = rest(&mut stream).await;
    assert!(
        text.contains("late") && text.contains("</body></html>"),
        "{text}"
    );
    assert!(TcpStream::connect(server.addr).await.is_err());
}

#[tokio::test]
async fn a_site_stops_while_pages_block_all_threads() {
    let mut server = serve_with(|builder| builder.shutdown_grace(ms(100)));
    let mut waiting = server.ask("/waits").await;
    until(|| server.state.alive.count() == 1).await;
    let _blocking = server.block().await;
    server.stop().await;
    assert_eq!(server.state.gate.blocked(), THREADS);
    let text = rest(&mut waiting).await;
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    assert!(TcpStream::connect(server.addr).await.is_err());
}

#[tokio::test]
async fn all_connections_end_when_the_future_is_dropped() {
    let mut server = serve();
    let mut stream = server.ask("/waits").await;
    until(|| server.state.alive.count() == 1).await;
    server.cancel.take().unwrap().send(()).unwrap();
    let mut bytes = Vec::new();
    // It may be reset.
    let _ = timeout(LONG, stream.read_to_end(&mut bytes)).await.unwrap();
    // Its page may have been found gone before its connection was.
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.is_empty() || text.starts_with("HTTP/1.1 503"),
        "{text}"
    );
    let ended = timeout(LONG, &mut server.ended).await.unwrap();
    assert!(ended.unwrap().is_none());
    until(|| server.state.alive.count() == 0).await;
}
