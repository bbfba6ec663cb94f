//! Code that blocks: synchronous pages and blocking loaders, on real threads. The bounds leave room for a
//! loaded machine.

use crate::support::{Alive, Refused, ms, sleep};
use axum::{Router, routing};
use http::StatusCode;
use punctual::{BlockingPool, RequestContext, block_on, prelude::*, testing::TestSite};
use std::{
    sync::{
        LazyLock, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// A page that hangs until it is told to go on.
struct Gate {
    go_on: Mutex<Sender<()>>,
    wait: Mutex<Receiver<()>>,
}

impl Gate {
    fn new() -> Self {
        let (go_on, wait) = channel();
        Self {
            go_on: Mutex::new(go_on),
            wait: Mutex::new(wait),
        }
    }

    fn hang(&self) {
        let wait = self.wait.lock().unwrap();
        // Longer than any test, and not for ever.
        let _ = wait.recv_timeout(Duration::from_secs(60));
    }

    fn open(&self) {
        self.go_on.lock().unwrap().send(()).unwrap();
    }
}

static HUNG: LazyLock<Gate> = LazyLock::new(Gate::new);

#[page(path = "/hung", timeout = "200ms")]
fn HungPage() -> impl IntoView {
    HUNG.hang();
    "woke"
}

#[page(path = "/quick", timeout = "5s")]
fn QuickPage() -> impl IntoView {
    view! { <p>{thread::current().name().unwrap_or_default().to_owned()}</p> }
}

#[page(async, path = "/async", timeout = "5s")]
fn AsyncPage() -> impl IntoView {
    "async"
}

async fn metrics(pool: BlockingPool) -> String {
    let usage = pool.usage();
    format!("{} of {}, {} lost", usage.busy, usage.threads, usage.lost)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_hangs_is_answered_on_time_and_its_lost_thread_is_counted() {
    let site = Site::builder()
        .blocking_threads(2)
        .pages(pages![HungPage, QuickPage, AsyncPage])
        .routes(Router::new().route("/metrics", routing::get(metrics)))
        .build()
        .unwrap();
    let pool = site.blocking_pool();
    let site = TestSite::of_site(site);

    // On a loaded machine its time may be over before it has begun.
    while pool.usage().busy == 0 {
        let page = site.get("/hung").await;
        assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
        page.assert_whole();
        assert!(page.end() < ms(2500), "{:?}", page.end());
    }
    let usage = pool.usage();
    assert_eq!((usage.busy, usage.lost, usage.waiting), (1, 1, 0));
    assert_eq!(site.get("/metrics").await.html(), "1 of 2, 1 lost");

    // The other pages live, the synchronous ones on the thread that is left.
    for path in ["/quick", "/async", "/quick"] {
        let page = site.get(path).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        page.assert_whole();
    }

    HUNG.open();
    let limit = Instant::now() + Duration::from_secs(10);
    while pool.usage().busy > 0 && Instant::now() < limit {
        sleep(5).await;
    }
    let usage = pool.usage();
    assert_eq!((usage.busy, usage.lost), (0, 0));
}

#[tokio::test]
async fn a_page_runs_on_a_thread_of_the_site() {
    let html = TestSite::new(Site::builder().pages(pages![QuickPage]))
        .get("/quick")
        .await
        .assert_whole()
        .html();
    assert!(html.contains("<p>punctual-block</p>"), "{html}");
}

static RUNNING: LazyLock<Alive> = LazyLock::new(Alive::default);
static MOST: Mutex<usize> = Mutex::new(0);

#[page(path = "/busy", timeout = "30s")]
fn BusyPage() -> impl IntoView {
    let _running = RUNNING.token();
    let mut most = MOST.lock().unwrap();
    *most = RUNNING.count().max(*most);
    drop(most);
    thread::sleep(ms(20));
    "done"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_run_at_once_than_there_are_threads_and_all_get_their_turn() {
    let site = TestSite::new(Site::builder().blocking_threads(3).pages(pages![BusyPage]));
    let visitors = (0..30).map(|_| {
        let site = site.clone();
        tokio::spawn(async move { site.get("/busy").await.status() })
    });
    for status in futures::future::join_all(visitors).await {
        assert_eq!(status.unwrap(), StatusCode::OK);
    }
    assert_eq!(*MOST.lock().unwrap(), 3);
}

static TAKEN: LazyLock<Gate> = LazyLock::new(Gate::new);

#[page(path = "/taken", timeout = "200ms")]
fn TakenPage() -> impl IntoView {
    TAKEN.hang();
}

static STARTED: LazyLock<Alive> = LazyLock::new(Alive::default);

#[page(path = "/never", timeout = "300ms")]
fn NeverPage() -> impl IntoView {
    std::mem::forget(STARTED.token());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_turn_never_comes_is_answered_with_503_and_never_begun() {
    let built = Site::builder()
        .blocking_threads(1)
        .pages(pages![TakenPage, NeverPage])
        .build();
    let built = built.unwrap();
    let pool = built.blocking_pool();
    let site = TestSite::of_site(built);
    // On a loaded machine its time may be over before it has begun.
    while pool.usage().busy == 0 {
        let status = site.get("/taken").await.status();
        assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    }

    let page = site.get("/never").await;
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    page.assert_whole();
    assert!(
        page.end() >= ms(300) && page.end() < ms(2500),
        "{:?}",
        page.end()
    );

    // A visitor who leaves while waiting is forgotten.
    let visitor = tokio::spawn({
        let site = site.clone();
        async move { site.get("/never").await }
    });
    while pool.usage().waiting == 0 && !visitor.is_finished() {
        sleep(1).await;
    }
    visitor.abort();
    let _ = visitor.await;
    let limit = Instant::now() + Duration::from_secs(10);
    while pool.usage().waiting > 0 && Instant::now() < limit {
        sleep(1).await;
    }
    assert_eq!(pool.usage().waiting, 0);
    TAKEN.open();
    sleep(50).await;
    assert_eq!(STARTED.count(), 0);
}

#[loader]
async fn number() -> Result<u8, Refused> {
    sleep(50).await;
    Ok(7)
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader(timeout = "50ms")]
async fn limited() -> Result<u8, Refused> {
    std::future::pending().await
}

#[page(path = "/waits", timeout = "5s")]
fn WaitsPage(request: RequestContext<()>, recorder: Recorder) -> impl IntoView {
    let first = block_on(request.load_result::<number>()).map(|n| *n);
    let again = block_on(request.load_result::<number>()).map(|n| *n);
    let late = block_on(request.load_result::<limited>());
    let spawned = block_on(async { tokio::spawn(async { 5 }).await.unwrap() });
    let loads = recorder.snapshot().loads.len();
    view! { <p>{format!("{} {} {} {spawned} {loads}", first.unwrap(), again.unwrap(), late.is_err())}</p> }
}

#[tokio::test]
async fn a_page_waits_for_async_code_and_loaders_run_once() {
    let page = TestSite::new(Site::builder().pages(pages![WaitsPage]))
        .get("/waits")
        .await;
    let html = page.assert_whole().html();
    assert!(html.contains("<p>7 7 true 5 2</p>"), "{html}");
    assert!(page.header("content-length").is_some());
}

static UNWOUND: LazyLock<Alive> = LazyLock::new(Alive::default);

#[page(path = "/stuck", timeout = "200ms")]
fn StuckPage() -> impl IntoView {
    let _token = UNWOUND.token();
    block_on(std::future::pending::<()>());
    "never"
}

#[page(path = "/stuck-inside", timeout = "200ms")]
fn StuckInsidePage() -> impl IntoView {
    view! { <p>"a"</p>{move || { block_on(std::future::pending::<()>()); "never" }} }
}

#[page(path = "/stuck-in-a-place", timeout = "200ms")]
fn StuckInAPlacePage(recorder: Recorder) -> impl IntoView {
    view! { <Resolve data=recorder.settled() let:_record>{block_on(std::future::pending::<()>())}</Resolve> }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_deadline_waiting_ends_and_the_thread_is_free() {
    let built = Site::builder()
        .blocking_threads(1)
        .pages(pages![
            StuckPage,
            StuckInsidePage,
            StuckInAPlacePage,
            QuickPage
        ])
        .build()
        .unwrap();
    let pool = built.blocking_pool();
    let site = TestSite::of_site(built);
    for path in ["/stuck", "/stuck-inside", "/stuck-in-a-place"] {
        let page = site.get(path).await;
        assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT, "{path}");
        page.assert_whole();
        assert!(
            page.end() >= ms(200) && page.end() < ms(2500),
            "{:?}",
            page.end()
        );
        let limit = Instant::now() + Duration::from_secs(10);
        while pool.usage().busy > 0 && Instant::now() < limit {
            sleep(1).await;
        }
        let usage = pool.usage();
        assert_eq!((usage.busy, usage.lost), (0, 0), "{path}");
    }
    assert_eq!(UNWOUND.count(), 0);
    assert_eq!(site.get("/quick").await.status(), StatusCode::OK);
}

#[page(path = "/left", timeout = "60s")]
fn LeftPage() -> impl IntoView {
    let _token = LEFT.token();
    block_on(std::future::pending::<()>());
}

static LEFT: LazyLock<Alive> = LazyLock::new(Alive::default);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_leaves_frees_the_thread_that_waits() {
    let site = TestSite::new(Site::builder().pages(pages![LeftPage]));
    let visitor = tokio::spawn(async move { site.get("/left").await });
    while LEFT.count() == 0 {
        sleep(1).await;
    }
    visitor.abort();
    let left = Instant::now();
    while LEFT.count() > 0 && left.elapsed() < Duration::from_secs(10) {
        sleep(1).await;
    }
    assert_eq!(LEFT.count(), 0);
}

#[page(path = "/panics")]
fn PanicsPage() -> impl IntoView {
    if true {
        panic!("a synchronous page");
    }
}

#[tokio::test]
async fn a_panic_is_contained() {
    let built = Site::builder()
        .blocking_threads(1)
        .pages(pages![PanicsPage, QuickPage])
        .build();
    let site = TestSite::of_site(built.unwrap());
    assert_eq!(
        site.get("/panics").await.status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(site.get("/quick").await.status(), StatusCode::OK);
}

#[loader(blocking)]
fn rows(Query(options): Query<Options>, deadline: Deadline) -> Result<String, Refused> {
    assert!(deadline.remaining() <= Duration::from_secs(5));
    thread::sleep(ms(options.block));
    match options.block {
        13 => Err(Refused),
        14 => panic!("a blocking loader"),
        block => Ok(format!(
            "{} rows after {block}",
            thread::current().name().unwrap_or_default()
        )),
    }
}

#[derive(serde::Deserialize)]
struct Options {
    block: u64,
}

/// Needs a blocking loader, and is one.
#[loader(blocking, timeout = "300ms")]
fn sum(rows: Loaded<rows>) -> Result<usize, Refused> {
    Ok(block_on(async {
        sleep(10).await;
        rows.len()
    }))
}

static HANGS: LazyLock<Gate> = LazyLock::new(Gate::new);

#[loader(blocking, timeout = "100ms")]
fn hangs() -> Result<u8, Refused> {
    HANGS.hang();
    Ok(1)
}

#[loader(blocking, timeout = "100ms")]
fn waits() -> Result<u8, Refused> {
    block_on(std::future::pending())
}

#[page(async, path = "/rows", timeout = "5s")]
fn RowsPage(rows: Deferred<rows>, sum: Deferred<sum>) -> impl IntoView {
    view! {
        <p>"top"</p>
        <Resolve data=rows on_error=|error| format!("rows: {error}") let:rows>{rows.to_string()}</Resolve>
        <Resolve data=sum on_error=|error| format!(", sum: {error}") let:sum>", sum " {*sum}</Resolve>
    }
}

#[page(async, path = "/hangs", timeout = "5s")]
fn HangsPage(hangs: Deferred<hangs>, waits: Deferred<waits>) -> impl IntoView {
    view! {
        <Resolve data=hangs on_timeout=|| "hangs is late" let:_n>"no"</Resolve>
        <Resolve data=waits on_timeout=|| ", waits is late" let:_n>"no"</Resolve>
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_loader_runs_on_a_thread_of_the_site() {
    let site = TestSite::new(Site::builder().pages(pages![RowsPage]));
    let page = site.get("/rows?block=50").await;
    let html = page.assert_whole().shown();
    assert!(
        html.contains("punctual-block rows after 50") && html.contains(", sum 28"),
        "{html}"
    );
    assert!(page.at("top") < page.at("rows after 50"), "{page:?}");
    let html = site.get("/rows?block=13").await.assert_whole().shown();
    assert!(
        html.contains("rows: the upstream said no") && html.contains(", sum: "),
        "{html}"
    );
    let html = site.get("/rows?block=14").await.assert_whole().shown();
    assert!(
        html.contains("rows: the data could not be loaded"),
        "{html}"
    );
    let html = site.get("/rows?block=x").await.assert_whole().shown();
    assert!(html.contains("rows: "), "{html}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_loader_that_hangs_is_late_and_its_thread_is_lost_until_it_returns() {
    let built = Site::builder().pages(pages![HangsPage]).build().unwrap();
    let pool = built.blocking_pool();
    let site = TestSite::of_site(built);
    let page = site.get("/hangs").await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("hangs is late") && html.contains(", waits is late"),
        "{html}"
    );
    assert!(page.end() < ms(4000), "{:?}", page.end());
    assert_eq!(pool.usage().lost, 1);
    HANGS.open();
    let limit = Instant::now() + Duration::from_secs(10);
    // The count of lost ones goes back a moment before the thread is free.
    while pool.usage().busy > 0 && Instant::now() < limit {
        sleep(5).await;
    }
    let usage = pool.usage();
    assert_eq!((usage.busy, usage.lost), (0, 0));
}

#[tokio::test]
async fn a_page_is_an_ordinary_function_in_a_test() {
    let page = thread::spawn(|| QuickPage().into_view().to_html())
        .join()
        .unwrap();
    assert!(page.starts_with("<p>"), "{page}");
    // Outside of a runtime, too.
    let five = thread::spawn(|| {
        block_on(async {
            sleep(1).await;
            5
        })
    })
    .join();
    assert_eq!(five.unwrap(), 5);
}

#[tokio::test]
async fn head_of_a_synchronous_page_has_its_length() {
    let site = TestSite::new(Site::builder().pages(pages![QuickPage]));
    let length = site.get("/quick").await.html().len().to_string();
    let page = site.head("/quick").await;
    assert_eq!(page.header("content-length"), Some(length.as_str()));
}

#[loader(blocking)]
fn first() -> Result<u8, Refused> {
    thread::sleep(ms(50));
    Ok(1)
}

#[loader(blocking)]
fn second() -> Result<u8, Refused> {
    thread::sleep(ms(50));
    Ok(2)
}

#[page(async, path = "/two", timeout = "30s")]
fn TwoPage(first: Loaded<first>, second: Loaded<second>) -> impl IntoView {
    *first + *second
}

#[page(path = "/takes-its-time", timeout = "30s")]
fn TakesItsTimePage() -> impl IntoView {
    thread::sleep(ms(100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_tells_the_wait_for_a_thread() {
    let site = TestSite::new(
        Site::builder()
            .blocking_threads(1)
            .pages(pages![TwoPage, TakesItsTimePage]),
    );
    let record = site.get("/two").await.record();
    let mut loads = record.loads.clone();
    loads.sort_by_key(|load| load.started);
    let (a, b) = (&loads[0], &loads[1]);
    assert!(
        b.started.unwrap() >= a.started.unwrap() + ms(50) && a.requested <= a.started.unwrap(),
        "{record:?}"
    );
    assert!(record.called >= b.ended, "{record:?}");

    let (one, other) = tokio::join!(site.get("/takes-its-time"), site.get("/takes-its-time"));
    assert_eq!(
        (one.status(), other.status()),
        (StatusCode::OK, StatusCode::OK)
    );
    let called = [one, other].map(|page| page.record().called.unwrap());
    assert!(called.iter().any(|called| *called >= ms(90)), "{called:?}");
    site.assert_nothing_remains().await;
}

static CLEANED: LazyLock<Alive> = LazyLock::new(Alive::default);

/// Waits for async code when it is dropped, as a transaction that is rolled back does.
struct Cleanup;

impl Drop for Cleanup {
    fn drop(&mut self) {
        block_on(sleep(20));
        std::mem::forget(CLEANED.token());
    }
}

#[page(path = "/cleans-up", timeout = "200ms")]
fn CleansUpPage() -> impl IntoView {
    let _cleanups = (Cleanup, Cleanup);
    block_on(std::future::pending::<()>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn destructors_wait_for_async_code_while_the_thread_unwinds() {
    let built = Site::builder()
        .pages(pages![CleansUpPage, QuickPage])
        .build()
        .unwrap();
    let pool = built.blocking_pool();
    let site = TestSite::of_site(built);
    while CLEANED.count() == 0 {
        let status = site.get("/cleans-up").await.status();
        assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
        let limit = Instant::now() + Duration::from_secs(10);
        while pool.usage().busy > 0 && Instant::now() < limit {
            sleep(1).await;
        }
    }
    assert_eq!(CLEANED.count(), 2);
    assert_eq!(pool.usage().lost, 0);
    assert_eq!(site.get("/quick").await.status(), StatusCode::OK);
}
