//! The test kit.

use crate::support::{Refused, by, ms, sleep};
use axum::{Router, routing};
use http::{HeaderMap, Method, Request, StatusCode};
use punctual::{
    Deadline, LoadOutcome, Outcome, RequestContext, SiteBuilder,
    prelude::*,
    testing::{End, Fake, TestSite},
};
use std::{
    any::Any,
    cell::RefCell,
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    time::{Duration, Instant},
};

#[loader(timeout = "400ms")]
async fn number() -> Result<u32, Refused> {
    sleep(100).await;
    Ok(7)
}

#[loader]
async fn double(number: Loaded<number>) -> Result<u32, Refused> {
    sleep(100).await;
    Ok(*number * 2)
}

#[page(async, path = "/", timeout = "1s")]
fn NumbersPage(number: Deferred<number>, double: Deferred<double>) -> impl IntoView {
    view! {
        <p>
            "number "
            <Resolve data=number fallback=|| "wait" on_timeout=|| "late" on_error=|error| error.to_string() let:n>
                {*n} " "
                <Resolve data=double on_timeout=|| "double late" on_error=|error| error.to_string() let:n>"double " {*n}</Resolve>
            </Resolve>
        </p>
    }
}

#[page(async, path = "/critical", timeout = "1s")]
fn CriticalPage(double: Loaded<double>) -> impl IntoView {
    *double
}

#[page(async, path = "/in-order", timeout = "1s", stream = "in-order")]
fn InOrderPage(number: Deferred<number>, double: Deferred<double>) -> impl IntoView {
    view! {
        <Title text="before"/>
        <Resolve data=double let:n><Title text="<after>"/>"double " {*n}</Resolve>
        <Resolve data=number let:n>" number " {*n}</Resolve>
    }
}

#[page(async, path = "/out-of-order", timeout = "1s")]
fn OutOfOrderPage(number: Deferred<number>, double: Deferred<double>) -> impl IntoView {
    view! {
        <Title text="before"/>
        <Resolve data=double let:n><Title text="<after>"/>"double " {*n}</Resolve>
        <Resolve data=number let:n>" number " {*n}</Resolve>
    }
}

fn builder() -> SiteBuilder<()> {
    Site::builder().pages(pages![
        NumbersPage,
        CriticalPage,
        InOrderPage,
        OutOfOrderPage,
        GreetingPage,
        VisitPage,
        GreetedPage
    ])
}

fn site() -> TestSite {
    TestSite::new(builder())
}

#[punctual::test]
async fn a_page_tells_what_came_and_when() {
    let page = site().get("/").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(
        (page.header("etag"), page.headers().len() > 1),
        (None, true)
    );
    assert_eq!(
        (page.first_byte(), page.end(), page.ended()),
        (ms(0), ms(200), End::Whole)
    );
    let times: Vec<_> = page.chunks().iter().map(|chunk| chunk.at).collect();
    assert_eq!(times, [ms(0), ms(100), ms(200)]);
    assert!(page.chunks()[0].text.starts_with("<!DOCTYPE html>"));
    assert_eq!(
        (page.at("wait"), page.at("7 "), page.at("double 14")),
        (ms(0), ms(100), ms(200))
    );
    assert!(page.is_whole());
    // As it was sent, and as it is shown.
    assert!(page.html().contains("wait") && page.html().contains("$p(\"1\")"));
    assert_eq!(page.html().as_bytes(), page.bytes());
    page.assert_shows("<p>number 7 double 14</p></body></html>");
}

#[punctual::test]
async fn it_tells_what_the_loads_did() {
    let page = site().get("/").await;
    let (number, double) = (page.load("number"), page.load("double"));
    assert_eq!((number.started, number.ended), (Some(ms(0)), Some(ms(100))));
    assert_eq!(
        (double.started, double.ended),
        (Some(ms(100)), Some(ms(200)))
    );
    assert_eq!(double.outcome, Some(LoadOutcome::Complete));
    assert_eq!(page.loads().len(), 2);
    let record = page.record();
    assert_eq!(
        (record.page, record.outcome),
        ("NumbersPage", Some(Outcome::Complete))
    );
    assert_eq!(record.end, Some(ms(200)));
}

#[punctual::test]
async fn a_page_is_shown_alike_in_every_mode() {
    let site = site();
    let in_order = site.get("/in-order").await;
    let crawler = site
        .get("/out-of-order")
        .header("user-agent", "Googlebot")
        .await;
    let page = site.get("/out-of-order").await;
    assert!(page.html().contains("<noscript>") && page.html().contains("document.title"));
    let shown = "<title>&lt;after&gt;</title></head><body>double 14 number 7</body></html>";
    page.assert_shows(shown);
    assert_eq!(page.shown(), crawler.shown());
    // In order the head is sent before.
    assert_eq!(page.shown(), in_order.shown());
}

/// What it shows with this in place of `number`, and when it ended.
async fn with(fake: Fake<number>) -> (String, Duration) {
    let site = TestSite::new(builder().replace::<number>(fake));
    let page = site.get("/").await;
    page.assert_whole();
    site.assert_nothing_remains().await;
    let shown = page.shown();
    let (_, text) = shown.split_once("<p>").unwrap();
    (text.split_once("</p>").unwrap().0.to_owned(), page.end())
}

#[punctual::test]
async fn a_fake_stands_in_for_a_loader() {
    let text = |text: &str, time| (text.to_owned(), ms(time));
    assert_eq!(with(Fake::value(8)).await, text("number 8 double 16", 100));
    let late = Fake::value(8).after(ms(399));
    assert_eq!(with(late).await, text("number 8 double 16", 499));
    let refused = text("number the upstream said no", 0);
    assert_eq!(with(Fake::error(Refused)).await, refused);
    let refused = text("number the upstream said no", 50);
    assert_eq!(with(Fake::error(Refused).after(ms(50))).await, refused);
    let panicked = text("number the data could not be loaded", 20);
    assert_eq!(with(Fake::panic("fake").after(ms(20))).await, panicked);
    // Its own limit counts for a fake, too.
    assert_eq!(with(Fake::never()).await, text("number late", 400));
    assert_eq!(
        with(Fake::value(8).after(ms(401))).await,
        text("number late", 400)
    );
}

#[punctual::test]
async fn a_loader_itself_is_made_slower() {
    let text = |text: &str, time| (text.to_owned(), ms(time));
    assert_eq!(
        with(Fake::original()).await,
        text("number 7 double 14", 200)
    );
    let slower = Fake::original().after(ms(250));
    assert_eq!(with(slower).await, text("number 7 double 14", 450));
    // The delay counts to its own limit, and never goes beyond the page's deadline.
    assert_eq!(
        with(Fake::original().after(ms(301))).await,
        text("number late", 400)
    );
    assert_eq!(
        with(Fake::original().after(Duration::MAX)).await,
        text("number late", 400)
    );
    let site = TestSite::new(builder().replace::<double>(Fake::original().after(ms(2_000))));
    let page = site.get("/critical").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(page.end() >= ms(1_000) && page.end() <= by(1_000));
    assert_eq!(page.load("double").outcome, Some(LoadOutcome::Late));
    // Its arguments are collected as ever.
    assert_eq!(page.load("number").outcome, Some(LoadOutcome::Complete));
    assert_eq!(page.load("double").started, Some(ms(100)));
}

#[punctual::test]
async fn forty_five_seconds_are_no_time() {
    let real = Instant::now();
    let site = TestSite::new(
        builder()
            .timeout(ms(45_000))
            .replace::<number>(Fake::never()),
    );
    let page = site.get("/greeting").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::GATEWAY_TIMEOUT, ms(45_000))
    );
    assert!(real.elapsed() < Duration::from_secs(10));
}

#[page(async, path = "/greeting")]
async fn GreetingPage() -> impl IntoView {
    std::future::pending::<()>().await;
}

#[punctual::test]
async fn a_visitor_leaves() {
    let site = site();
    let page = site.get("/").leave_at(ms(150)).await;
    assert_eq!((page.ended(), page.end()), (End::Left, ms(150)));
    assert!(!page.is_whole());
    page.assert_shows("number 7 ");
    assert_eq!(page.load("double").outcome, Some(LoadOutcome::Cancelled));
    assert_eq!(page.load("double").ended, Some(ms(150)));
    assert_eq!(page.record().outcome, Some(Outcome::Disconnected));

    let page = site.get("/critical").leave_at(ms(150)).await;
    assert_eq!((page.ended(), page.end()), (End::Left, ms(150)));
    assert_eq!(page.load("double").ended, Some(ms(150)));
    assert_eq!(page.record().outcome, Some(Outcome::Disconnected));
    assert_eq!(page.html(), "");
    let text = panic_of(|| page.status());
    assert_eq!(
        text,
        "GET /critical: the visitor left before the head of the response was there"
    );

    // Who has read it all has not left.
    let page = site.get("/").leave_at(ms(201)).await;
    assert_eq!(page.assert_whole().ended(), End::Whole);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_visitor_stops_reading() {
    let site = TestSite::new(builder().drain(ms(500)));
    // In time: what is left is read when the request is over, which is when the rest was taken.
    let page = site.get("/").stall_at(ms(50)).await;
    assert_eq!((page.ended(), page.end()), (End::Cut, ms(1_500)));
    assert_eq!((page.chunks().len(), page.at("wait")), (1, ms(0)));
    assert_eq!(page.record().outcome, Some(Outcome::Disconnected));
    // The loads were done, or ended at the deadline: before that.
    assert_eq!(page.load("double").ended, Some(ms(200)));
    // One document, which nobody but the connection can cut off.
    let page = site.get("/critical").stall_at(ms(50)).await;
    page.assert_whole();
    assert_eq!((page.first_byte(), page.end()), (ms(200), ms(200)));
    // Leaving comes before the end.
    let page = site.get("/").stall_at(ms(50)).leave_at(ms(300)).await;
    assert_eq!(
        (page.ended(), page.end(), page.chunks().len()),
        (End::Left, ms(300), 1)
    );
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_page_is_read_step_by_step() {
    let site = site();
    let mut page = site.get("/").open().await;
    assert_eq!((page.status(), page.chunks().len()), (StatusCode::OK, 0));
    assert!(page.chunk().await.unwrap().text.contains("wait"));
    page.assert_shows("<p>number wait</p>");
    assert!(panic_of(|| page.end()).contains("has not been read to its end"));
    assert_eq!(page.record().outcome, None);
    page.chunk().await;
    page.assert_shows("<p>number 7 ");
    let page = page.finish().await;
    page.assert_whole()
        .assert_shows("<p>number 7 double 14</p>");
    assert_eq!(page.record().outcome, Some(Outcome::Complete));

    let page = site.get("/").open().await;
    sleep(20).await;
    let page = page.leave().await;
    assert_eq!((page.ended(), page.end()), (End::Left, ms(20)));
    assert_eq!(page.record().outcome, Some(Outcome::Disconnected));
    // Dropping it is leaving as well.
    drop(site.get("/").open().await);
    site.assert_nothing_remains().await;
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Visit {
    name: String,
    count: u32,
}

#[page(async, path = "/visit", method = "post")]
fn VisitPage(Form(visit): Form<Visit>) -> impl IntoView {
    let response = expect_context::<ResponseOptions>();
    for cookie in ["seen=no; Path=/", "seen=yes; HttpOnly", "theme=dark"] {
        response.append_header(http::header::SET_COOKIE, cookie.parse().unwrap());
    }
    format!("{} times {}", visit.count, visit.name)
}

#[page(async, path = "/greeted")]
fn GreetedPage(headers: HeaderMap) -> impl IntoView {
    let all = |name: &str| {
        headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
    };
    let cookies: Vec<_> = all("cookie").collect();
    format!(
        "{} and {}",
        cookies.join(" / "),
        all("x-a").collect::<String>()
    )
}

#[punctual::test]
async fn a_visitor_sends_forms_headers_and_cookies() {
    let site = site();
    let visit = Visit {
        name: "a & b".to_owned(),
        count: 2,
    };
    let page = site.post("/visit").form(&visit).await;
    page.assert_shows("2 times a &amp; b");
    assert_eq!(page.cookie("seen").as_deref(), Some("yes"));
    assert_eq!(page.cookie("Path"), None);
    let theme = page.cookie("theme").unwrap();
    let visit = site
        .get("/greeted")
        .cookie("seen", "yes")
        .cookie("theme", &theme);
    let page = visit.header("x-a", "1").header("x-a", "2").await;
    page.assert_shows("<body>seen=yes; theme=dark and 12</body>");
    let page = site.post("/visit").body("name=c&count=3").await;
    assert_eq!(page.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let head = site.head("/critical").await;
    assert_eq!((head.status(), head.html().as_str()), (StatusCode::OK, ""));
    let page = site.request(Method::PUT, "/critical").await;
    assert_eq!(page.status(), StatusCode::METHOD_NOT_ALLOWED);
    let request = Request::get("/greeted")
        .header("x-a", "3")
        .body(().into())
        .unwrap();
    site.send(request).await.assert_shows("and 3");
    let page = site
        .get("/critical")
        .extension(Deadline::after(ms(50)))
        .await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::GATEWAY_TIMEOUT, ms(50))
    );
}

#[punctual::test]
async fn a_site_in_a_service_is_tested_as_well() {
    async fn handler(request: RequestContext<()>) -> Result<String, PageError> {
        Ok(request.loaded::<number>().await?.to_string())
    }
    let routes = Router::new().route("/handler", routing::get(handler));
    let shop = builder().routes(routes).build().unwrap().into_router();
    let plain = Router::new().route("/plain", routing::get(|| async { "plain" }));
    let site = TestSite::of_router(plain.nest("/shop", shop));
    let page = site.get("/shop").await;
    page.assert_whole().assert_shows("number 7 double 14");
    assert_eq!(page.record().page, "NumbersPage");
    let page = site.get("/shop/handler").await;
    assert_eq!(
        (page.html().as_str(), page.load("number").ended),
        ("7", Some(ms(100)))
    );
    let page = site.get("/plain").await;
    assert_eq!((page.html().as_str(), page.is_whole()), ("plain", false));
    assert!(panic_of(|| page.record()).contains("GET /plain: there is no record"));
    site.assert_nothing_remains().await;
}

/// What it panics with.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let panic = std::panic::catch_unwind(AssertUnwindSafe(f))
        .err()
        .expect("it panics");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("a text")).to_owned(),
    }
}

#[punctual::test]
async fn what_is_asked_for_in_vain_is_named() {
    let page = site().get("/").await;
    let text = panic_of(|| page.load("triple"));
    assert_eq!(
        text,
        "GET /: nobody asked for `triple`; the loads are [\"number\", \"double\"]"
    );
    assert!(
        panic_of(|| page.at("triple")).starts_with("GET /: \"triple\" was never there:\n<!DOCTYPE")
    );
    let text = panic_of(|| page.assert_shows("wait").end());
    assert!(text.starts_with("GET /: \"wait\" is not shown:\n<!DOCTYPE"));
    let cut = site().get("/").leave_at(ms(50)).await;
    let text = panic_of(|| cut.assert_whole().end());
    assert!(text.starts_with("GET /: the visitor left before the end of the document:\n"));
    assert!(panic_of(|| site().get("a b")).contains("\"a b\" cannot be asked for"));
    assert!(panic_of(|| site().get("/").header("a b", "")).contains("the name of a header"));
    assert!(panic_of(|| TestSite::new(Site::builder())).contains(".pages(pages![HomePage])"));
}

/// What `assert_nothing_remains` says.
async fn remains(site: &TestSite) -> String {
    let assertion = tokio::spawn(site.assert_nothing_remains()).await;
    let panic = assertion.expect_err("something remains").into_panic();
    let text = *panic.downcast::<String>().expect("a text");
    let (place, left) = text.split_once(": something remains\n").expect(&text);
    assert!(
        place.starts_with("asserted at framework/tests/behaviour/testing.rs:"),
        "{place}"
    );
    left.to_owned()
}

thread_local! {
    /// All of a test runs on its thread.
    static LEAK: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

fn leak(value: impl Any) {
    LEAK.with_borrow_mut(|leak| leak.push(Box::new(value)));
}

#[page(async, path = "/leaks/{what}", timeout = "1s")]
fn LeaksPage(
    Path(what): Path<String>,
    request: RequestContext<()>,
    number: Deferred<number>,
) -> impl IntoView {
    match what.as_str() {
        "context" => leak(request),
        "owner" => leak(Owner::current()),
        _ => {}
    }
    view! { <Resolve data=number let:n>{*n}</Resolve> }
}

#[punctual::test]
async fn it_is_noticed_when_something_remains() {
    let site = TestSite::new(Site::builder().pages(pages![LeaksPage]));
    let page = site.get("/leaks/nothing").await;
    site.assert_nothing_remains().await;
    page.assert_whole();

    let open = site.get("/leaks/nothing?a=1").open().await;
    assert_eq!(
        remains(&site).await,
        "GET /leaks/nothing?a=1: it is not over: nobody has read it to the end, or left; \
         the load `number` still runs"
    );
    drop(open);
    site.assert_nothing_remains().await;

    for (what, left) in [
        (
            "context",
            "its context is held, as by a `RequestContext` in a task or in a static",
        ),
        ("owner", "its Leptos owner is held"),
    ] {
        let path = format!("/leaks/{what}");
        site.get(&path).await.assert_whole();
        assert!(
            remains(&site)
                .await
                .contains(&format!("GET {path}: {left}")),
            "{what}"
        );
        drop(LEAK.take());
        site.assert_nothing_remains().await;
    }
}

#[punctual::test]
async fn the_runtime_has_fifty_milliseconds() {
    let site = TestSite::new(Site::builder().pages(pages![LeaksPage]));
    for (time, in_time) in [(49, true), (60, false)] {
        site.get("/leaks/context").await.assert_whole();
        tokio::spawn(async move {
            sleep(time).await;
            drop(LEAK.take());
        });
        let assertion = tokio::spawn(site.assert_nothing_remains());
        assert_eq!(assertion.await.is_ok(), in_time, "{time} ms");
        sleep(60).await;
    }
}

#[page(async, path = "/tasks", timeout = "1s")]
fn TasksPage(tasks: Tasks) -> impl IntoView {
    let stuck = tasks.register("stuck", std::future::pending::<Result<u8, Refused>>());
    let work = |_| async { sleep(300).await };
    tasks.after_response(work).unwrap();
    view! { <Resolve data=stuck on_timeout=|| "late" let:n>{n}</Resolve> }
}

#[punctual::test]
async fn tasks_and_work_after_the_response_are_noticed_as_well() {
    let site = Site::builder().pages(pages![TasksPage]).build().unwrap();
    let after = site.after_response();
    let site = TestSite::of_site(site);
    let page = site.get("/tasks").open().await;
    let work =
        "one piece of work after the response to be done; `Site::after_response` waits for it";
    assert_eq!(
        remains(&site).await,
        format!(
            "GET /tasks: it is not over: nobody has read it to the end, or left; \
             the task `stuck` still runs\n{work}"
        )
    );
    let page = page.finish().await;
    page.assert_whole().assert_shows("late");
    assert_eq!(page.load("stuck").outcome, Some(LoadOutcome::Late));
    assert_eq!(remains(&site).await, work);
    after.drained().await;
    site.assert_nothing_remains().await;
}

static HELD: AtomicBool = AtomicBool::new(false);
static BLOCKED: AtomicUsize = AtomicUsize::new(0);

/// Blocks its thread until it is told to go on, and not for ever.
fn block() {
    BLOCKED.fetch_add(1, SeqCst);
    let limit = Instant::now() + Duration::from_secs(60);
    while HELD.load(SeqCst) && Instant::now() < limit {
        std::thread::sleep(ms(1));
    }
}

#[page(path = "/blocks", timeout = "100ms")]
fn BlocksPage() -> impl IntoView {
    block();
}

#[loader(blocking)]
fn blocks() -> Result<u8, Refused> {
    block();
    Ok(1)
}

#[page(async, path = "/load-blocks", timeout = "100ms")]
fn LoadBlocksPage(blocks: Loaded<blocks>) -> impl IntoView {
    *blocks
}

#[tokio::test]
async fn a_thread_that_still_runs_is_noticed() {
    let site = TestSite::new(Site::builder().pages(pages![BlocksPage, LoadBlocksPage]));
    for (path, named) in [
        ("/blocks", "GET /blocks: its Leptos owner is held"),
        (
            "/load-blocks",
            "GET /load-blocks: the load `blocks` stands in the record as late and still runs",
        ),
    ] {
        HELD.store(true, SeqCst);
        let before = BLOCKED.load(SeqCst);
        // On a loaded machine its time may be over before it has begun.
        while BLOCKED.load(SeqCst) == before {
            assert_eq!(site.get(path).await.status(), StatusCode::GATEWAY_TIMEOUT);
        }
        let left = remains(&site).await;
        assert!(left.contains(named), "{left}");
        let threads = "blocking threads: 1 busy, 1 of them lost; 0 waited for";
        assert!(left.contains(threads), "{left}");
        HELD.store(false, SeqCst);
        while tokio::spawn(site.assert_nothing_remains()).await.is_err() {}
    }
}

#[loader(blocking)]
fn thread() -> Result<String, Refused> {
    Ok(std::thread::current().name().unwrap_or_default().to_owned())
}

#[page(async, path = "/thread", timeout = "10s")]
fn ThreadPage(thread: Loaded<thread>) -> impl IntoView {
    thread.to_string()
}

#[punctual::test]
async fn a_fake_of_a_blocking_loader_needs_no_thread() {
    let fake = Fake::value("no thread".to_owned()).after(ms(300));
    let builder = Site::builder().pages(pages![ThreadPage]);
    let site = TestSite::new(builder.replace::<thread>(fake));
    let page = site.get("/thread").await;
    page.assert_whole().assert_shows("<body>no thread</body>");
    assert_eq!(page.end(), ms(300));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_loader_itself_is_made_slower() {
    let slower = Fake::original().after(ms(100));
    let builder = Site::builder().pages(pages![ThreadPage]);
    let site = TestSite::new(builder.replace::<thread>(slower));
    let page = site.get("/thread").await;
    page.assert_whole()
        .assert_shows("<body>punctual-block</body>");
    assert!(page.load("thread").started >= Some(ms(100)), "{page:?}");
    site.assert_nothing_remains().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_several_threads_the_times_are_those_of_the_wall() {
    let site = site();
    let start = Instant::now();
    let (page, left) = tokio::join!(site.get("/"), site.get("/").leave_at(ms(150)));
    assert!(start.elapsed() >= ms(200));
    page.assert_whole().assert_shows("number 7 double 14");
    assert!(page.at("double ") >= ms(200), "{page:?}");
    assert_eq!(left.ended(), End::Left);
    site.assert_nothing_remains().await;
}
