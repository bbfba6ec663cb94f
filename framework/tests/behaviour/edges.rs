//! The edges of tasks, answers and sections, where order and timing are odd.

use crate::support::{Alive, Gate, Refused, ms, sleep};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, SET_COOKIE};
use punctual::{LoadOutcome, ResponseHead, Section, prelude::*, testing::TestSite};
use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

type Done = Result<(), Infallible>;

async fn takes(n: u64) -> Done {
    sleep(n).await;
    Ok(())
}

// ---- plain handlers: `RequestContext` captured in what the request itself holds

async fn after_with_context(cx: RequestContext<Alive>) -> &'static str {
    let token = cx.state().token();
    let of_work = cx.clone();
    cx.tasks()
        .after_response(move |_| async move {
            let _token = token;
            let _ = of_work.state().count();
        })
        .unwrap();
    "plain"
}

#[punctual::test]
async fn work_after_the_response_of_a_handler_may_capture_its_context() {
    let alive = Alive::default();
    let routes = axum::Router::new().route("/plain", axum::routing::get(after_with_context));
    let site = Site::builder()
        .state(alive.clone())
        .routes(routes)
        .build()
        .unwrap();
    let pool = site.after_response();
    let site = TestSite::of_site(site);
    site.get("/plain").await;
    sleep(1000).await;
    assert_eq!(
        (pool.usage().waiting, pool.usage().completed, alive.count()),
        (0, 1, 0)
    );
}

async fn task_with_context(cx: RequestContext<Alive>) -> &'static str {
    let (token, of_task) = (cx.state().token(), cx.clone());
    // Never run: an early return of the handler.
    drop(cx.tasks().register("task", async move {
        let _all = (token, of_task);
        takes(10).await
    }));
    "plain"
}

#[punctual::test]
async fn a_task_of_a_handler_that_never_runs_may_capture_its_context() {
    let alive = Alive::default();
    let routes = axum::Router::new().route("/plain", axum::routing::get(task_with_context));
    let site = TestSite::new(Site::builder().state(alive.clone()).routes(routes));
    site.get("/plain").await;
    sleep(100_000).await;
    assert_eq!(alive.count(), 0, "it leaks");
}

async fn running_task_with_context(cx: RequestContext<Alive>) -> &'static str {
    let (token, of_task) = (cx.state().token(), cx.clone());
    let task = cx.tasks().register("task", async move {
        let _all = (token, of_task);
        std::future::pending::<Done>().await
    });
    let _ = task.await;
    "plain"
}

#[punctual::test]
async fn a_running_task_of_a_handler_ends_when_the_visitor_leaves() {
    let alive = Alive::default();
    let routes = axum::Router::new().route("/plain", axum::routing::get(running_task_with_context));
    let site = TestSite::new(Site::builder().state(alive.clone()).routes(routes));
    site.get("/plain").leave_at(ms(100)).await;
    sleep(50).await;
    assert_eq!(alive.count(), 0, "rule 5: within 50 ms");
}

// ---- results at the deadline

#[page(async, path = "/tie/{count}", timeout = "1s")]
fn TiePage(tasks: Tasks, Path(count): Path<usize>) -> impl IntoView {
    let all = tasks
        .fan_out(0..count, |_| async {
            sleep(1000).await;
            Ok::<_, Infallible>(())
        })
        .concurrency(count);
    view! {
        <Resolve data=all let:all>
            "there: " {all.iter().filter(|item| item.is_ok()).count()} "."
        </Resolve>
    }
}

#[page(async, path = "/before/{count}", timeout = "1s")]
fn BeforePage(tasks: Tasks, Path(count): Path<usize>) -> impl IntoView {
    let all = tasks
        .fan_out(0..count, |_| async {
            sleep(500).await;
            Ok::<_, Infallible>(())
        })
        .timeout(ms(500))
        .concurrency(count);
    view! {
        <Resolve data=all let:all>
            "there: " {all.iter().filter(|item| item.is_ok()).count()} "."
        </Resolve>
    }
}

#[punctual::test]
async fn items_that_are_there_at_the_deadline_count() {
    let site = TestSite::new(Site::builder().pages(pages![TiePage]));
    site.get("/tie/1").await.assert_shows("there: 1.");
    site.get("/tie/300").await.assert_shows("there: 300.");
}

#[punctual::test]
async fn items_that_are_there_at_the_limit_of_the_list_count() {
    let site = TestSite::new(Site::builder().pages(pages![BeforePage]));
    site.get("/before/1").await.assert_shows("there: 1.");
    site.get("/before/500").await.assert_shows("there: 500.");
}

// ---- what `run` has waited for is there

#[page(async, path = "/ran")]
async fn RanPage(tasks: Tasks) -> impl IntoView {
    let handles: Vec<_> = (0..16)
        .map(|n| {
            tasks.register("one", async move {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(n)
            })
        })
        .collect();
    tasks.run().await;
    let places = handles.into_iter();
    places
        .map(|one| view! { <Resolve data=one let:one>{one}</Resolve> })
        .collect_view()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_run_has_ended_the_results_are_there() {
    let site = TestSite::new(Site::builder().pages(pages![RanPage]));
    let mut streamed = 0;
    let start = std::time::Instant::now();
    let mut all = 0;
    while start.elapsed() < Duration::from_secs(2) && all < 5000 {
        all += 1;
        let page = site.get("/ran").await;
        assert!(
            page.end() < ms(5000),
            "{:?} {:?}",
            page.end(),
            page.record()
        );
        streamed += usize::from(page.header(CONTENT_LENGTH.as_str()).is_none());
    }
    assert_eq!(streamed, 0, "of {all} documents so many were streamed");
}

#[page(async, path = "/awaited-one")]
async fn AwaitedOnePage(tasks: Tasks) -> impl IntoView {
    let handles: Vec<_> = (0..16)
        .map(|n| {
            tasks.register("one", async move {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(n)
            })
        })
        .collect();
    for one in handles {
        one.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_handle_has_been_awaited_nothing_is_missing() {
    let site = TestSite::new(Site::builder().pages(pages![AwaitedOnePage]));
    let mut streamed = 0;
    let start = std::time::Instant::now();
    let mut all = 0;
    while start.elapsed() < Duration::from_secs(2) && all < 5000 {
        all += 1;
        let page = site.get("/awaited-one").await;
        assert!(
            page.end() < ms(5000),
            "{:?} {:?}",
            page.end(),
            page.record()
        );
        streamed += usize::from(page.header(CONTENT_LENGTH.as_str()).is_none());
    }
    assert_eq!(streamed, 0, "of {all} documents so many were streamed");
}

// ---- `run` and what others register

#[page(async, path = "/beside", timeout = "1s")]
async fn BesidePage(tasks: Tasks) -> impl IntoView {
    drop(tasks.register("first", takes(100)));
    let more = async {
        sleep(50).await;
        drop(tasks.register("second", takes(10)));
    };
    futures::future::join(tasks.run(), more).await;
    "page"
}

#[punctual::test]
async fn run_does_not_wait_for_what_never_starts() {
    let site = TestSite::new(Site::builder().pages(pages![BesidePage]));
    let page = site.get("/beside").await;
    assert_eq!((page.status().as_u16(), page.end()), (200, ms(110)));
}

#[page(async, path = "/waits-for-next", timeout = "1s")]
async fn WaitsForNextPage(tasks: Tasks) -> impl IntoView {
    let inner = tasks.clone();
    let first = tasks
        .register("first", async move {
            sleep(100).await;
            inner.run().await;
            Ok::<_, Infallible>(())
        })
        .sequential();
    let more = async {
        sleep(50).await;
        tasks.register("second", takes(10)).sequential()
    };
    let (_, second) = futures::future::join(first.into_future(), more).await;
    view! { <Resolve data=second let:_done>"second is there"</Resolve> }
}

#[punctual::test]
async fn run_in_a_sequential_task_does_not_wait_for_the_next_one() {
    let site = TestSite::new(Site::builder().pages(pages![WaitsForNextPage]));
    let page = site.get("/waits-for-next").await;
    assert_eq!((page.status().as_u16(), page.end()), (200, ms(110)));
}

// ---- options that are lost

#[component]
fn Options() -> impl IntoView {
    let tasks = RequestContext::<()>::current().unwrap().tasks();
    let slow = tasks.register("slow", takes(900));
    // Anything that takes a moment, on another thread than the task.
    std::thread::sleep(ms(60));
    let slow = slow.timeout(ms(50));
    view! { <Resolve data=slow on_timeout=|| "late part" let:_done>"part"</Resolve> }
}

#[page(async, path = "/options", timeout = "3s")]
fn OptionsPage(tasks: Tasks) -> impl IntoView {
    let inner = tasks.clone();
    drop(tasks.register("runs", async move {
        sleep(20).await;
        drop(inner.register("child", takes(1)));
        inner.run().await;
        Ok::<_, Infallible>(())
    }));
    // A worker keeps the task that it has spawned last to itself.
    drop(tasks.register("last", takes(1)));
    // Rendered when the function of the page has returned.
    move || view! { <Options/> }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn run_in_a_task_does_not_start_what_a_component_still_configures() {
    let site = TestSite::new(Site::builder().pages(pages![OptionsPage]));
    let page = site.get("/options").await;
    page.assert_shows("late part");
    assert_eq!(page.load("slow").outcome, Some(LoadOutcome::Late));
}

// ---- order in what a loader leaves over

#[loader]
async fn leaves(tasks: Tasks) -> Result<(), Refused> {
    let inner = tasks.clone();
    drop(
        tasks
            .register("first", async move {
                drop(inner.register("step", takes(50)).sequential());
                Ok::<_, Infallible>(())
            })
            .sequential(),
    );
    drop(tasks.register("second", takes(10)).sequential());
    Ok(())
}

#[page(async, path = "/leaves", timeout = "1s")]
fn LeavesPage(leaves: Loaded<leaves>) -> impl IntoView {
    let _ = leaves;
}

#[punctual::test]
async fn sequential_tasks_of_a_loader_keep_their_order_when_it_has_returned() {
    let site = TestSite::new(Site::builder().pages(pages![LeavesPage]));
    let page = site.get("/leaves").await;
    assert_eq!(
        (page.load("step").ended, page.load("second").started),
        (Some(ms(50)), Some(ms(50)))
    );
}

// ---- visitors without JavaScript

#[page(async, path = "/audit")]
fn AuditPage(tasks: Tasks) -> impl IntoView {
    drop(tasks.register("audit", takes(100)));
    "all is there"
}

#[punctual::test]
async fn a_document_in_which_nothing_is_missing_sends_nobody_away() {
    let site = TestSite::new(Site::builder().pages(pages![AuditPage]));
    let page = site.get("/audit").await;
    page.assert_whole();
    assert!(!page.html().contains("__stream"), "{}", page.html());
}

// ---- a token whose task has ended otherwise

#[derive(Clone, Default)]
struct Told(Arc<AtomicBool>);

#[page(async, path = "/token/{how}", timeout = "300ms")]
fn TokenPage(tasks: Tasks, Path(how): Path<String>, State(told): State<Told>) -> impl IntoView {
    drop(
        tasks.register_with_cancel("hands over", move |cancel| async move {
            tokio::spawn(async move {
                cancel.cancelled().await;
                told.0.store(true, SeqCst);
            });
            sleep(10).await;
            match how.as_str() {
                "panics" => panic!("boom"),
                "fails" => Err(Refused),
                _ => Ok(()),
            }
        }),
    );
}

#[punctual::test]
async fn a_token_tells_of_the_end_of_the_request_whatever_became_of_the_task() {
    for how in ["panics", "fails"] {
        let told = Told::default();
        let site = TestSite::new(Site::builder().state(told.clone()).pages(pages![TokenPage]));
        site.get(&format!("/token/{how}")).await;
        sleep(1000).await;
        assert!(told.0.load(SeqCst), "{how}");
    }
}

// ---- late parts

#[component]
fn Inner() -> impl IntoView {
    let tasks = RequestContext::<()>::current().unwrap().tasks();
    let slow = tasks.register("inner", takes(10));
    view! { <Resolve data=slow on_timeout=|| "inner is late" on_error=|_| "inner failed" let:_done>"no"</Resolve> }
}

#[page(async, path = "/grace", timeout = "300ms")]
fn GracePage(tasks: Tasks) -> impl IntoView {
    let outer = tasks
        .register("outer", async {
            sleep(900).await;
            Ok::<_, Infallible>("fresh")
        })
        .on_timeout(|| "of yesterday");
    view! { <Resolve data=outer let:text><b>{text}</b><Inner/></Resolve> }
}

#[punctual::test]
async fn a_task_that_is_registered_after_the_deadline_is_late() {
    let site = TestSite::new(Site::builder().pages(pages![GracePage]));
    let page = site.get("/grace").await;
    page.assert_whole()
        .assert_shows("of yesterday")
        .assert_shows("inner is late");
}

// ---- destructors that panic

struct Panics(bool);

impl Drop for Panics {
    fn drop(&mut self) {
        if self.0 && !std::thread::panicking() {
            panic!("a destructor");
        }
    }
}

#[page(async, path = "/destructor", timeout = "1s")]
fn DestructorPage(tasks: Tasks) -> impl IntoView {
    let late = tasks
        .register("late", async {
            let _panics = Panics(true);
            sleep(900).await;
            Ok::<_, Infallible>("fresh")
        })
        .timeout(ms(100))
        .on_timeout(|| "of yesterday");
    view! { <Resolve data=late let:text>{text}</Resolve> }
}

#[punctual::test]
async fn a_late_task_whose_destructor_panics_is_late() {
    let site = TestSite::new(Site::builder().pages(pages![DestructorPage]));
    let page = site.get("/destructor").await;
    page.assert_whole().assert_shows("of yesterday");
    assert_eq!(page.load("late").outcome, Some(LoadOutcome::Late));
}

#[page(async, path = "/progress-destructor", timeout = "1s")]
fn ProgressDestructorPage(tasks: Tasks) -> impl IntoView {
    let steps = tasks.register_with_progress("steps", |progress| async move {
        progress.send(1);
        sleep(50).await;
        progress.send(2);
        Ok::<_, Infallible>("done")
    });
    let other = tasks.register("other", takes(500));
    let panics = Arc::new(Panics(true));
    view! {
        <Resolve
            data=steps
            fallback=|| "starting"
            progress=move |n: u64| {
                let _panics = &panics;
                n.to_string()
            }
            let:text
        >
            {text}
        </Resolve>
        <Resolve data=other let:_done>"other is there"</Resolve>
    }
}

#[punctual::test]
async fn a_destructor_of_a_progress_that_panics_costs_nothing_else() {
    let site = TestSite::new(Site::builder().pages(pages![ProgressDestructorPage]));
    let page = site.get("/progress-destructor").await;
    page.assert_whole()
        .assert_shows("done")
        .assert_shows("other is there");
}

// ---- progress that is lost

#[page(async, path = "/once", timeout = "2s")]
fn OncePage(tasks: Tasks) -> impl IntoView {
    let held = tasks.register("held", takes(200));
    let steps = tasks.register_with_progress("steps", |progress| async move {
        progress.send("step one");
        sleep(1000).await;
        Ok::<_, Infallible>("done")
    });
    view! {
        <svg><Resolve data=held let:_done><g></g></Resolve></svg>
        <Resolve data=steps fallback=|| "starting" progress=|text: &'static str| text let:text>{text}</Resolve>
    }
}

#[punctual::test]
async fn progress_that_cannot_be_shown_yet_is_shown_later() {
    let site = TestSite::new(Site::builder().pages(pages![OncePage]));
    let page = site.get("/once").await;
    page.assert_whole();
    assert!(page.html().contains("step one"), "{}", page.html());
}

// ---- caching

#[loader]
async fn visitor(head: ResponseHead) -> Result<(), PageError> {
    head.set([(SET_COOKIE, "session=secret")])?;
    Ok(())
}

#[page(async, path = "/shared", stream = "off")]
fn SharedPage(visitor: Loaded<visitor>, head: ResponseHead) -> impl IntoView {
    let _ = visitor;
    head.set([(CACHE_CONTROL, "public, max-age=60")]).unwrap();
}

#[punctual::test]
async fn a_cookie_is_not_cached_for_others() {
    let site = TestSite::new(Site::builder().pages(pages![SharedPage]));
    let page = site.get("/shared").await;
    assert!(page.header("set-cookie").is_some());
    let said = page.header("cache-control").unwrap();
    assert!(!said.contains("public"), "{said}");
}

// ---- sections

#[page(async, path = "/gr%C3%B6%C3%9Fe")]
fn SizePage() -> Result<&'static str, PageError> {
    Err(PageError::status(http::StatusCode::FORBIDDEN))
}

#[punctual::test]
async fn a_section_is_written_as_its_pages_are() {
    let section = Section::new("/gr%C3%B6%C3%9Fe").error_page(|| "of the section");
    let site = TestSite::new(Site::builder().pages(pages![SizePage]).section(section));
    site.get("/gr%C3%B6%C3%9Fe")
        .await
        .assert_shows("of the section");
}

// ---- usage

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Option<Tasks>>>);

#[page(async, path = "/keeping")]
fn KeepingPage(tasks: Tasks, State(kept): State<Kept>) -> impl IntoView {
    *kept.0.lock().unwrap() = Some(tasks);
}

#[punctual::test]
async fn work_that_is_refused_is_not_lost() {
    let kept = Kept::default();
    let site = Site::builder()
        .state(kept.clone())
        .pages(pages![KeepingPage])
        .build()
        .unwrap();
    let pool = site.after_response();
    TestSite::of_site(site).get("/keeping").await;
    let tasks = kept.0.lock().unwrap().take().unwrap();
    tasks.after_response(|_| async {}).unwrap_err();
    assert_eq!(pool.usage().lost, 0);
}

// ---- a cancelled task has no value

#[page(async, path = "/cancelled")]
fn CancelledPage(tasks: Tasks, State(told): State<Told>) -> impl IntoView {
    let mine = tasks.clone();
    drop(tasks.register("step", takes(1000)));
    tokio::spawn(async move {
        if mine.run().await.into_result().is_ok() {
            told.0.store(true, SeqCst);
        }
    });
}

#[punctual::test]
async fn a_cancelled_task_is_no_success() {
    let told = Told::default();
    let site = TestSite::new(
        Site::builder()
            .state(told.clone())
            .pages(pages![CancelledPage]),
    );
    site.get("/cancelled").leave_at(ms(100)).await;
    sleep(100).await;
    assert!(!told.0.load(SeqCst));
}

// ---- many sequential tasks

#[page(async, path = "/many/{count}", timeout = "30s")]
fn ManyPage(tasks: Tasks, Path(count): Path<usize>) -> impl IntoView {
    for _ in 0..count {
        drop(tasks.register("step", takes(1)).sequential());
    }
}

#[punctual::test]
async fn hundreds_of_sequential_tasks_cost_little() {
    let site = TestSite::new(Site::builder().pages(pages![ManyPage]));
    let start = std::time::Instant::now();
    let page = site.get("/many/400").await;
    assert_eq!(page.end(), ms(400));
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}

#[punctual::test]
async fn many_sequential_tasks_run_one_after_another() {
    let site = TestSite::new(Site::builder().pages(pages![ManyPage]));
    let page = site.get("/many/5000").await;
    assert_eq!(page.assert_whole().end(), ms(5000));
    site.assert_nothing_remains().await;
}

// ---- synchronous pages

#[component]
fn SyncPart() -> impl IntoView {
    let tasks = RequestContext::<()>::current().unwrap().tasks();
    let slow = tasks.register("of a component", takes(100));
    view! { <Resolve data=slow let:_done>"part is there"</Resolve> }
}

#[page(path = "/sync", timeout = "1s")]
fn SyncPage() -> impl IntoView {
    view! { <SyncPart/> }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn components_of_synchronous_pages_have_tasks() {
    let site = TestSite::new(Site::builder().pages(pages![SyncPage]));
    let page = site.get("/sync").await;
    page.assert_shows("part is there");
    site.assert_nothing_remains().await;
}

// ---- a load that nobody waits for

#[loader]
async fn unseen(tasks: Tasks) -> Result<(), Refused> {
    drop(tasks.register("of unseen", takes(10)));
    std::future::pending().await
}

#[page(async, path = "/unseen", timeout = "1s")]
fn UnseenPage(unseen: Deferred<unseen>) -> impl IntoView {
    let _ = unseen;
}

#[punctual::test]
async fn a_load_that_no_part_waits_for_does_not_hold_the_document_by_its_tasks() {
    let site = TestSite::new(Site::builder().pages(pages![UnseenPage]));
    let page = site.get("/unseen").await;
    assert!(page.end() < ms(1000), "{:?}", page.end());
}

// ---- a task that blocks its thread

#[page(async, path = "/blocks/{after}", timeout = "1s")]
fn BlocksPage(tasks: Tasks, Path(after): Path<u64>, State(gate): State<Gate>) -> impl IntoView {
    let blocks = tasks.register("blocks", async move {
        if after > 0 {
            sleep(after).await;
        }
        gate.block(ms(4000));
        Ok::<_, Infallible>(())
    });
    let beside = tasks.register("beside", takes(200));
    view! {
        <Resolve data=blocks on_timeout=|| "blocks is late" let:_done>"blocks is there"</Resolve>
        <Resolve data=beside on_timeout=|| "beside is late" let:_done>"beside is there"</Resolve>
    }
}

/// Only real time and a second worker can show that the visitor does not wait.
async fn ends_on_time(path: &'static str) {
    let gate = Gate::default();
    let builder = Site::builder().state(gate.clone());
    let site = TestSite::new(builder.pages(pages![BlocksPage]));
    let page = tokio::spawn(async move { site.get(path).await })
        .await
        .unwrap();
    gate.open();
    page.assert_whole()
        .assert_shows("blocks is late")
        .assert_shows("beside is there");
    assert_eq!(page.load("blocks").outcome, Some(LoadOutcome::Late));
    // It blocks for 4 s; the bounds leave room for a loaded machine.
    let beside = page.at("beside is there");
    assert!(beside < ms(1000), "{beside:?}");
    assert!(
        page.end() >= ms(1000) && page.end() < ms(3000),
        "{:?}",
        page.end()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_blocks_its_thread_is_late_and_holds_up_nothing_else() {
    ends_on_time("/blocks/0").await;
}

/// A worker that a timer has woken for one task has told no other that it is busy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_a_timer_wakes_and_that_blocks_its_thread_holds_up_nothing_else() {
    ends_on_time("/blocks/100").await;
}

// ---- options that come too late

#[page(async, path = "/too-late", timeout = "1s")]
async fn TooLatePage(tasks: Tasks) -> impl IntoView {
    let runs = tasks.register("runs", takes(40));
    drop(tasks.register("one", takes(100)).sequential());
    drop(tasks.register("two", takes(100)).sequential());
    let more = async {
        sleep(10).await;
        drop(runs.sequential());
        drop(tasks.register("three", takes(10)).sequential());
        drop(tasks.register("four", takes(10)).sequential());
    };
    futures::future::join(tasks.run(), more).await;
}

#[punctual::test]
async fn sequential_is_ignored_of_a_task_that_runs() {
    let site = TestSite::new(Site::builder().pages(pages![TooLatePage]));
    let page = site.get("/too-late").await;
    let span = |name: &'static str| {
        let load = page.load(name);
        (name, load.started, load.ended)
    };
    let ran = |name, from, to| (name, Some(ms(from)), Some(ms(to)));
    assert_eq!(
        ["runs", "one", "two", "three", "four"].map(span),
        [
            ran("runs", 0, 40),
            ran("one", 0, 100),
            ran("two", 100, 200),
            ran("three", 200, 210),
            ran("four", 210, 220),
        ]
    );
    assert_eq!(page.assert_whole().end(), ms(220));
    site.assert_nothing_remains().await;
}
