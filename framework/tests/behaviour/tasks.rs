//! Tasks: when they run, in which order, for how long, and what becomes of those that fail.

use crate::support::{Alive, Refused, by, ms, sleep};
use http::StatusCode;
use punctual::{
    LoadOutcome, Outcome, RequestRecord, TaskHandle, TaskReport,
    prelude::*,
    testing::{TestPage, TestSite},
};
use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

type Done = Result<(), Infallible>;

async fn takes(n: u64) -> Done {
    sleep(n).await;
    Ok(())
}

/// When each task began and ended, in milliseconds.
fn times(page: &TestPage) -> Vec<(&'static str, u128, u128, LoadOutcome)> {
    let line = |load: punctual::LoadRecord| {
        let started = load.started.map_or(u128::MAX, |time| time.as_millis());
        let ended = load.ended.map_or(u128::MAX, |time| time.as_millis());
        (load.name, started, ended, load.outcome.unwrap())
    };
    page.loads().into_iter().map(line).collect()
}

use LoadOutcome::{Complete, Late};

#[page(async, path = "/parallel", timeout = "1s")]
fn ParallelPage(tasks: Tasks) -> impl IntoView {
    for name in ["first", "second", "third"] {
        drop(tasks.register(name, takes(700)));
    }
    "page"
}

#[page(async, path = "/sequential", timeout = "1s")]
fn SequentialPage(tasks: Tasks) -> impl IntoView {
    let first = tasks.register("first", takes(700)).sequential();
    let second = tasks.register("second", takes(700)).sequential();
    view! {
        <Resolve data=first on_timeout=|| "first is late" let:_done>"first is there"</Resolve>
        <Resolve data=second on_timeout=|| "second is late" let:_done>"second is there"</Resolve>
    }
}

#[punctual::test]
async fn there_is_one_clock() {
    let site = TestSite::new(Site::builder().pages(pages![ParallelPage, SequentialPage]));
    let page = site.get("/parallel").await;
    assert_eq!(page.assert_whole().end(), ms(700));
    assert_eq!(page.record().outcome, Some(Outcome::Complete));

    let page = site.get("/sequential").await;
    page.assert_whole()
        .assert_shows("first is there")
        .assert_shows("second is late");
    assert!(page.end() >= ms(1000) && page.end() <= by(1000));
    assert_eq!(page.record().outcome, Some(Outcome::TimedOut));
    assert_eq!(
        times(&page),
        [("first", 0, 700, Complete), ("second", 700, 1000, Late)]
    );
    site.assert_nothing_remains().await;
}

#[page(async, path = "/order")]
fn OrderPage(tasks: Tasks) -> impl IntoView {
    drop(tasks.register("one", takes(30)).sequential());
    drop(tasks.register("beside", takes(10)));
    drop(tasks.register("two", takes(20)).sequential());
    drop(tasks.register("also beside", takes(50)));
    drop(tasks.register("three", takes(10)).sequential());
}

#[punctual::test]
async fn sequential_tasks_run_in_the_order_of_their_registration_and_others_at_once() {
    let site = TestSite::new(Site::builder().pages(pages![OrderPage]));
    let expected = [
        ("one", 0, 30, Complete),
        ("beside", 0, 10, Complete),
        ("two", 30, 50, Complete),
        ("also beside", 0, 50, Complete),
        ("three", 50, 60, Complete),
    ];
    for _ in 0..20 {
        assert_eq!(times(&site.get("/order").await), expected);
    }
}

/// What a page has noted while it ran.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn report(report: &TaskReport) -> String {
    let failures = report.failures().iter().map(ToString::to_string);
    format!(
        "{:?}: {}",
        report.tasks(),
        failures.collect::<Vec<_>>().join(", ")
    )
}

#[page(async, path = "/run", timeout = "1s")]
async fn RunPage(tasks: Tasks, State(notes): State<Notes>) -> impl IntoView {
    assert!(tasks.run().await.tasks().is_empty());
    drop(tasks.register("first", takes(100)));
    drop(tasks.register("second", takes(200)));
    notes.note(report(&tasks.run().await));
    drop(tasks.register("third", takes(100)));
    notes.note(report(&tasks.run().await));
    drop(tasks.register("left", takes(50)));
    "page"
}

#[punctual::test]
async fn run_runs_what_is_registered_now_as_often_as_wanted() {
    let notes = Notes::default();
    let site = TestSite::new(Site::builder().state(notes.clone()).pages(pages![RunPage]));
    let page = site.get("/run").await;
    assert_eq!(page.first_byte(), ms(300));
    assert_eq!(page.assert_whole().end(), ms(350));
    assert_eq!(notes.take(), [r#"["first", "second"]: "#, r#"["third"]: "#]);
    assert_eq!(
        times(&page),
        [
            ("first", 0, 100, Complete),
            ("second", 0, 200, Complete),
            ("third", 200, 300, Complete),
            ("left", 300, 350, Complete)
        ]
    );
}

#[page(async, path = "/awaited")]
async fn AwaitedPage(tasks: Tasks) -> impl IntoView {
    let first = tasks.register("first", takes(100)).sequential();
    let second = tasks
        .register("second", async { Ok::<_, Infallible>(7) })
        .sequential();
    let beside = tasks.register("beside", takes(20));
    let seven = second.await;
    drop((first, beside));
    seven.map_or(0, |seven| seven).to_string()
}

#[punctual::test]
async fn awaiting_a_handle_starts_what_is_registered_beside_it() {
    let site = TestSite::new(Site::builder().pages(pages![AwaitedPage]));
    let page = site.get("/awaited").await;
    page.assert_shows("7");
    assert_eq!(
        times(&page),
        [
            ("first", 0, 100, Complete),
            ("second", 100, 100, Complete),
            ("beside", 0, 20, Complete)
        ]
    );
}

#[page(async, path = "/failing", timeout = "1s")]
async fn FailingPage(tasks: Tasks, State(notes): State<Notes>) -> impl IntoView {
    let refused = tasks.register("refused", async { Err::<(), _>(Refused) });
    let panics = tasks.register("panics", async {
        if true {
            panic!("boom");
        }
        Ok::<(), Infallible>(())
    });
    let late = tasks.register("late", takes(500)).timeout(ms(100));
    let good = tasks.register("good", takes(200));
    let ran = tasks.run().await;
    notes.note(report(&ran));
    notes.note(ran.into_result().unwrap_err().to_string());
    view! {
        <Resolve data=refused on_error=|error| error.to_string() let:_done>"no"</Resolve>
        <Resolve data=panics on_error=|error| error.to_string() let:_done>"no"</Resolve>
        <Resolve data=late on_timeout=|| "late is late" let:_done>"no"</Resolve>
        <Resolve data=good let:_done>"good is there"</Resolve>
    }
}

#[punctual::test]
async fn a_failing_task_stops_nothing_and_every_failure_is_told() {
    let notes = Notes::default();
    let site = TestSite::new(
        Site::builder()
            .state(notes.clone())
            .pages(pages![FailingPage]),
    );
    let page = site.get("/failing").await;
    assert_eq!((page.status(), page.end()), (StatusCode::OK, ms(200)));
    page.assert_whole()
        .assert_shows("the upstream said no")
        .assert_shows("the data could not be loaded")
        .assert_shows("late is late")
        .assert_shows("good is there");
    let outcomes: Vec<_> = times(&page)
        .into_iter()
        .map(|(.., outcome)| outcome)
        .collect();
    assert_eq!(
        outcomes,
        [LoadOutcome::Failed, LoadOutcome::Panicked, Late, Complete]
    );
    assert_eq!(
        notes.take(),
        [
            r#"["refused", "panics", "late", "good"]: `refused` failed: the upstream said no, `panics`: panicked, `late`: late"#,
            "3 of 4 tasks failed: `refused` failed: the upstream said no, `panics`: panicked, `late`: late"
        ]
    );
}

#[page(async, path = "/question")]
async fn QuestionPage(tasks: Tasks) -> Result<impl IntoView, PageError> {
    drop(tasks.register("refused", async { Err::<(), _>(Refused) }));
    tasks.run().await.into_result()?;
    Ok("page")
}

#[punctual::test]
async fn a_page_may_fail_with_its_tasks() {
    let site = TestSite::new(Site::builder().pages(pages![QuestionPage]));
    let page = site.get("/question").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    site.assert_nothing_remains().await;
}

#[page(async, path = "/needs/{limit}", timeout = "1s")]
async fn NeedsPage(tasks: Tasks, Path(limit): Path<u64>) -> Result<impl IntoView, PageError> {
    let slow = tasks.register("slow", takes(5000)).timeout(ms(limit));
    slow.await?;
    Ok("page")
}

#[page(async, path = "/needs-all", timeout = "1s")]
async fn NeedsAllPage(tasks: Tasks) -> Result<impl IntoView, PageError> {
    drop(tasks.register("slow", takes(5000)));
    drop(tasks.register("refused", async { Err::<(), _>(Refused) }));
    tasks.run().await.into_result()?;
    Ok("page")
}

#[punctual::test]
async fn a_page_that_fails_with_a_late_task_is_late() {
    let site = TestSite::new(Site::builder().pages(pages![NeedsPage, NeedsAllPage]));
    for (path, end) in [
        ("/needs/100", 100),
        ("/needs/9000", 1000),
        ("/needs-all", 1000),
    ] {
        let page = site.get(path).await;
        assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT, "{path}");
        assert_eq!(page.record().outcome, Some(Outcome::TimedOut));
        assert!(page.end() >= ms(end) && page.end() <= by(end), "{path}");
    }
    site.assert_nothing_remains().await;
}

#[page(async, path = "/nothing")]
fn NothingPage(tasks: Tasks) -> Result<impl IntoView, PageError> {
    drop(tasks.register("never", takes(10)));
    match true {
        true => Err(PageError::not_found()),
        false => Ok("page"),
    }
}

#[punctual::test]
async fn a_page_that_answers_something_else_starts_none() {
    let page = TestSite::new(Site::builder().pages(pages![NothingPage]))
        .get("/nothing")
        .await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert_eq!(page.load("never").started, None);
}

#[page(async, path = "/nested", timeout = "1s")]
async fn NestedPage(tasks: Tasks, State(notes): State<Notes>) -> impl IntoView {
    let (inner, of_outer) = (tasks.clone(), notes.clone());
    let outer = tasks.register("outer", async move {
        let more = inner.register("awaited", takes(100)).sequential();
        drop(inner.register("let go", takes(300)));
        more.await.map_err(|_| Refused)?;
        drop(inner.register("run", takes(50)));
        of_outer.note(report(&inner.run().await));
        Ok::<_, Refused>("outer is done")
    });
    let last = tasks.register("last", takes(10)).sequential();
    notes.note(report(&tasks.run().await));
    drop(last);
    view! { <Resolve data=outer let:text>{text}</Resolve> }
}

#[punctual::test]
async fn a_task_registers_others() {
    let notes = Notes::default();
    let site = TestSite::new(
        Site::builder()
            .state(notes.clone())
            .pages(pages![NestedPage]),
    );
    let page = site.get("/nested").await;
    page.assert_whole().assert_shows("outer is done");
    assert_eq!(page.end(), ms(300));
    assert_eq!(
        notes.take(),
        [
            r#"["awaited", "let go", "run"]: "#,
            r#"["outer", "last", "awaited", "let go", "run"]: "#
        ]
    );
    assert_eq!(
        times(&page),
        [
            ("outer", 0, 300, Complete),
            ("last", 0, 10, Complete),
            ("awaited", 0, 100, Complete),
            ("let go", 0, 300, Complete),
            ("run", 100, 150, Complete)
        ]
    );
    site.assert_nothing_remains().await;
}

#[page(async, path = "/chain", timeout = "1s")]
fn ChainPage(tasks: Tasks) -> impl IntoView {
    let inner = tasks.clone();
    drop(
        tasks
            .register("first", async move {
                // Ordered among those that are registered here, so that the first does not wait for itself.
                let step = inner.register("step", takes(50)).sequential();
                drop(inner.register("next step", takes(50)).sequential());
                step.await.map_err(|_| Refused)
            })
            .sequential(),
    );
    drop(tasks.register("second", takes(10)).sequential());
}

#[punctual::test]
async fn sequential_tasks_in_a_sequential_task_come_before_the_next() {
    let site = TestSite::new(Site::builder().pages(pages![ChainPage]));
    assert_eq!(
        times(&site.get("/chain").await),
        [
            ("first", 0, 50, Complete),
            ("second", 100, 110, Complete),
            ("step", 0, 50, Complete),
            ("next step", 50, 100, Complete)
        ]
    );
}

/// What is registered in the first one is shown in its place.
#[page(async, path = "/in-its-place", timeout = "1s")]
fn InItsPlacePage(tasks: Tasks) -> impl IntoView {
    let inner = tasks.clone();
    let first = tasks.register("first", async move {
        sleep(10).await;
        Ok::<_, Infallible>(inner.register("step", takes(30)).sequential())
    });
    let first = first.sequential();
    for name in ["second", "third"] {
        drop(tasks.register(name, takes(100)).sequential());
    }
    view! { <Resolve data=first let:step><Resolve data=step let:_done>"step is done"</Resolve></Resolve> }
}

/// Handles that others hold.
#[derive(Clone, Default)]
struct Elsewhere(Arc<Mutex<Vec<TaskHandle<(), Infallible>>>>);

impl Elsewhere {
    fn hold(&self, handle: TaskHandle<(), Infallible>) {
        self.0.lock().unwrap().push(handle);
    }
}

#[page(async, path = "/elsewhere", timeout = "1s")]
fn ElsewherePage(tasks: Tasks, State(elsewhere): State<Elsewhere>) -> impl IntoView {
    let (inner, holder) = (tasks.clone(), elsewhere.clone());
    drop(
        tasks
            .register("first", async move {
                holder.hold(inner.register("step", takes(20)).sequential());
                holder.hold(inner.register("beside", takes(20)));
                Ok::<_, Infallible>(())
            })
            .sequential(),
    );
    for name in ["second", "third", "fourth"] {
        drop(tasks.register(name, takes(100)).sequential());
    }
    drop(tasks.register("lets go", async move {
        sleep(40).await;
        elsewhere.0.lock().unwrap().clear();
        Ok::<_, Infallible>(())
    }));
}

#[punctual::test]
async fn what_a_task_leaves_starts_when_it_ends_and_belongs_to_its_turn() {
    let site = TestSite::new(Site::builder().pages(pages![InItsPlacePage]));
    let page = site.get("/in-its-place").await;
    page.assert_whole().assert_shows("step is done");
    assert_eq!(
        times(&page),
        [
            ("first", 0, 10, Complete),
            ("second", 40, 140, Complete),
            ("third", 140, 240, Complete),
            ("step", 10, 40, Complete)
        ]
    );
    site.assert_nothing_remains().await;

    let builder = Site::builder().state(Elsewhere::default());
    let site = TestSite::new(builder.pages(pages![ElsewherePage]));
    let page = site.get("/elsewhere").await;
    assert_eq!(
        times(page.assert_whole()),
        [
            ("first", 0, 0, Complete),
            ("second", 20, 120, Complete),
            ("third", 120, 220, Complete),
            ("fourth", 220, 320, Complete),
            ("lets go", 0, 40, Complete),
            ("step", 0, 20, Complete),
            ("beside", 0, 20, Complete)
        ]
    );
    site.assert_nothing_remains().await;
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Option<Tasks>>>);

#[page(async, path = "/keeping")]
fn KeepingPage(tasks: Tasks, State(kept): State<Kept>) -> impl IntoView {
    *kept.0.lock().unwrap() = Some(tasks);
    "page"
}

#[punctual::test]
async fn after_the_document_is_closed_it_is_an_error() {
    let kept = Kept::default();
    let site = TestSite::new(
        Site::builder()
            .state(kept.clone())
            .pages(pages![KeepingPage]),
    );
    site.get("/keeping").await.assert_whole();
    let tasks = kept.0.lock().unwrap().take().unwrap();
    assert!(tasks.is_closed());
    let alive = Alive::default();
    let token = alive.token();
    let handle = tasks.register("late", async move {
        let _token = token;
        takes(10).await
    });
    assert!(handle.is_closed());
    assert_eq!(alive.count(), 0, "its future is dropped");
    let error = handle.sequential().timeout(ms(1)).await.unwrap_err();
    assert!(matches!(error, LoadError::Closed), "{error:?}");
    assert!(error.to_string().contains("closed"));
    assert!(tasks.run().await.tasks().is_empty());
    let refused = tasks.after_response(|_| async {}).unwrap_err();
    assert_eq!(refused, punctual::AfterResponseError::Closed);
    drop(tasks);
    site.assert_nothing_remains().await;
}

#[page(async, path = "/instead", timeout = "300ms")]
fn InsteadPage(tasks: Tasks, State(notes): State<Notes>) -> impl IntoView {
    let yesterday = |notes: Notes, name: &'static str| {
        move || {
            notes.note(name);
            format!("{name} of yesterday")
        }
    };
    let slow = |n| async move {
        sleep(n).await;
        Ok::<_, Infallible>("fresh".to_owned())
    };
    let own = tasks
        .register("own", slow(200))
        .timeout(ms(100))
        .on_timeout(yesterday(notes.clone(), "own"));
    let page = tasks
        .register("page", slow(900))
        .on_timeout(yesterday(notes.clone(), "page"));
    let never = tasks.register("behind", slow(900)).sequential();
    let waiting = tasks
        .register("waiting", slow(10))
        .sequential()
        .on_timeout(yesterday(notes.clone(), "waiting"));
    let quick = tasks
        .register("quick", slow(10))
        .on_timeout(yesterday(notes.clone(), "quick"));
    // Nobody shows it, and it is told all the same.
    drop(
        tasks
            .register("unseen", slow(900))
            .on_timeout(yesterday(notes, "unseen")),
    );
    view! {
        <Resolve data=own let:text>{text}</Resolve>
        <Resolve data=page let:text>{text}</Resolve>
        <Resolve data=never on_timeout=|| "behind is late" let:text>{text}</Resolve>
        <Resolve data=waiting let:text>{text}</Resolve>
        <Resolve data=quick let:text>{text}</Resolve>
    }
}

#[punctual::test]
async fn a_handler_says_what_stands_in_for_a_late_value() {
    let notes = Notes::default();
    let site = TestSite::new(
        Site::builder()
            .state(notes.clone())
            .pages(pages![InsteadPage]),
    );
    let page = site.get("/instead").await;
    page.assert_whole();
    for text in [
        "own of yesterday",
        "page of yesterday",
        "waiting of yesterday",
        "fresh",
        "behind is late",
    ] {
        page.assert_shows(text);
    }
    assert_eq!(page.at("own of yesterday"), ms(100));
    assert!(
        page.end() >= ms(300) && page.end() <= by(300),
        "{:?}",
        page.end()
    );
    assert_eq!(page.load("page").outcome, Some(Late));
    assert_eq!(page.load("waiting").started, None);
    assert_eq!(page.record().outcome, Some(Outcome::TimedOut));
    let mut called = notes.take();
    called.sort();
    assert_eq!(called, ["own", "page", "unseen", "waiting"]);

    // A visitor who leaves is not late.
    let page = site.get("/instead").leave_at(ms(50)).await;
    site.assert_nothing_remains().await;
    assert_eq!(notes.take(), Vec::<String>::new());
    assert_eq!(page.load("page").outcome, Some(LoadOutcome::Cancelled));
}

#[page(async, path = "/stuck", timeout = "1s")]
fn StuckPage(tasks: Tasks, State(alive): State<Alive>) -> impl IntoView {
    for name in ["runs", "waits", "waits, too"] {
        let token = alive.token();
        let inner = tasks.clone();
        let future = async move {
            let _all = (token, inner);
            std::future::pending::<Done>().await
        };
        drop(tasks.register(name, future).sequential());
    }
    "page"
}

#[punctual::test]
async fn nothing_of_a_task_remains() {
    let alive = Alive::default();
    let site = || {
        TestSite::new(
            Site::builder()
                .state(alive.clone())
                .pages(pages![StuckPage]),
        )
    };
    let ends = |end: &str, at: u64| {
        let (site, end) = (site(), end.to_owned());
        async move {
            let visit = site.get("/stuck");
            let page = match end.as_str() {
                "deadline" => visit.await,
                "leaves" => visit.leave_at(ms(at)).await,
                _ => visit.stall_at(ms(at)).await,
            };
            site.assert_nothing_remains().await;
            page.record().outcome
        }
    };
    assert_eq!(ends("deadline", 0).await, Some(Outcome::TimedOut));
    assert_eq!(alive.count(), 0);
    assert_eq!(ends("leaves", 100).await, Some(Outcome::Disconnected));
    assert_eq!(alive.count(), 0);
    assert_eq!(ends("stalls", 100).await, Some(Outcome::Disconnected));
    assert_eq!(alive.count(), 0);
}

#[page(async, path = "/token", timeout = "300ms")]
fn TokenPage(tasks: Tasks, State(notes): State<Notes>) -> impl IntoView {
    for (name, takes, limit) in [
        ("quick", 50, 900),
        ("own limit", 900, 100),
        ("page's", 900, 900),
    ] {
        let notes = notes.clone();
        let work = move |cancel: Cancel| async move {
            tokio::spawn(async move {
                cancel.cancelled().await;
                notes.note(name);
            });
            sleep(takes).await;
            Ok::<_, Infallible>(())
        };
        drop(tasks.register_with_cancel(name, work).timeout(ms(limit)));
    }
}

#[punctual::test]
async fn a_token_says_that_the_work_is_no_longer_wanted() {
    let notes = Notes::default();
    let site = TestSite::new(
        Site::builder()
            .state(notes.clone())
            .pages(pages![TokenPage]),
    );
    site.get("/token").await.assert_whole();
    site.assert_nothing_remains().await;
    assert_eq!(notes.take(), ["own limit", "page's"]);
    site.get("/token").leave_at(ms(70)).await;
    site.assert_nothing_remains().await;
    sleep(1).await;
    assert_eq!(notes.take().len(), 2);
}

#[page(async, path = "/head")]
fn HeadPage(tasks: Tasks) -> impl IntoView {
    let shown = tasks.register("shown", takes(100));
    drop(tasks.register("dropped", takes(100)));
    view! { <Resolve data=shown let:_done>"done"</Resolve> }
}

#[punctual::test]
async fn on_head_only_what_is_run_explicitly_runs() {
    let notes = Notes::default();
    let site = TestSite::new(
        Site::builder()
            .state(notes)
            .pages(pages![HeadPage, RunPage]),
    );
    let page = site.head("/head").await;
    assert_eq!((page.status(), page.end()), (StatusCode::OK, ms(0)));
    assert!(page.loads().iter().all(|load| load.started.is_none()));
    let page = site.head("/run").await;
    assert_eq!(page.end(), ms(300));
    assert!(page.load("left").started.is_none());
    site.assert_nothing_remains().await;
}

#[loader(timeout = "100ms")]
async fn hasty(tasks: Tasks) -> Result<(), Refused> {
    drop(tasks.register("with it", takes(500)));
    tasks.run().await;
    std::future::pending().await
}

#[loader]
async fn thorough(tasks: Tasks) -> Result<usize, Refused> {
    drop(tasks.register("first", takes(50)));
    let ran = tasks.run().await.tasks().len();
    drop(tasks.register("left over", takes(100)));
    Ok(ran)
}

#[page(async, path = "/loaders", timeout = "1s")]
fn LoadersPage(hasty: LoadResult<hasty>, thorough: Loaded<thorough>) -> impl IntoView {
    format!("{} {}", hasty.is_err(), *thorough)
}

#[punctual::test]
async fn tasks_of_a_loader_end_with_it_or_go_on_when_it_has_returned() {
    let site = TestSite::new(Site::builder().pages(pages![LoadersPage]));
    let page = site.get("/loaders").await;
    page.assert_whole().assert_shows("true 1");
    assert_ne!(page.load("with it").outcome, Some(Complete));
    assert_eq!(page.load("with it").ended, Some(ms(100)));
    assert_eq!(page.load("left over").started, Some(ms(50)));
    assert_eq!(page.load("left over").outcome, Some(Complete));
    assert_eq!(page.end(), ms(150));
    site.assert_nothing_remains().await;
}

#[component]
fn Part() -> impl IntoView {
    let tasks = RequestContext::<()>::current().unwrap().tasks();
    let slow = tasks.register("of a component", takes(100)).timeout(ms(50));
    view! { <Resolve data=slow on_timeout=|| "late part" let:_done>"part"</Resolve> }
}

#[page(async, path = "/component", timeout = "1s")]
fn ComponentPage() -> impl IntoView {
    view! { <Part/> }
}

#[punctual::test]
async fn components_have_the_tasks_of_their_page() {
    let site = TestSite::new(Site::builder().pages(pages![ComponentPage]));
    let page = site.get("/component").await;
    page.assert_whole().assert_shows("late part");
    assert_eq!(page.end(), ms(50));
    site.assert_nothing_remains().await;
}

async fn handler(cx: RequestContext<()>) -> String {
    let tasks = cx.tasks();
    let seven = tasks.register("seven", async {
        sleep(10).await;
        Ok::<_, Infallible>(7)
    });
    seven.await.map_or(0, |seven| seven).to_string()
}

#[punctual::test]
async fn plain_handlers_run_tasks_explicitly() {
    let routes = axum::Router::new().route("/plain", axum::routing::get(handler));
    let site = TestSite::new(Site::builder().routes(routes));
    let page = site.get("/plain").await;
    assert_eq!((page.html(), page.end()), ("7".to_owned(), ms(10)));
}

#[tokio::test(start_paused = true)]
async fn pages_with_tasks_stay_functions() {
    let tasks = Tasks::detached(ms(100));
    drop(tasks.register("quick", takes(10)));
    drop(tasks.register("slow", takes(200)));
    let ran = tasks.run().await;
    assert_eq!(report(&ran), r#"["quick", "slow"]: `slow`: late"#);
    let view = HeadPage(Tasks::detached(ms(100))).into_view().to_html();
    assert!(view.contains("not arrive in time"), "{view}");
}

#[page(async, path = "/off", stream = "off", timeout = "1s")]
fn OffPage(tasks: Tasks) -> impl IntoView {
    let slow = tasks.register("slow", takes(100));
    view! { <Resolve data=slow let:_done>"slow is there"</Resolve> }
}

#[punctual::test]
async fn a_document_in_one_piece_has_them_in_it() {
    let site = TestSite::new(Site::builder().pages(pages![OffPage]));
    let page = site.get("/off").await;
    page.assert_whole();
    assert_eq!((page.chunks().len(), page.end()), (1, ms(100)));
    assert!(page.html().contains("slow is there") && !page.html().contains("<script"));
}

/// For tests that look at how a request ended.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<RequestRecord>>>);

#[page(async, path = "/after", timeout = "200ms")]
fn AfterPage(tasks: Tasks, State(ends): State<Ends>) -> impl IntoView {
    let slow = tasks.register("slow", takes(100));
    tasks
        .after_response(move |record| async move {
            sleep(1000).await;
            ends.0.lock().unwrap().push(record);
        })
        .unwrap();
    view! { <Resolve data=slow let:_done>"done"</Resolve> }
}

#[page(async, path = "/after-late", timeout = "200ms")]
fn AfterLatePage(registers: Loaded<registers>, stuck: Loaded<stuck>) -> impl IntoView {
    let _ = (registers, stuck);
}

#[loader]
async fn registers(tasks: Tasks, State(ends): State<Ends>) -> Result<(), PageError> {
    tasks.after_response(move |record| async move { ends.0.lock().unwrap().push(record) })?;
    Ok(())
}

#[loader]
async fn stuck() -> Result<(), Refused> {
    std::future::pending().await
}

async fn after_handler(cx: RequestContext<Ends>) -> &'static str {
    let ends = cx.state().clone();
    let work = move |record| async move { ends.0.lock().unwrap().push(record) };
    cx.tasks().after_response(work).unwrap();
    "plain"
}

#[punctual::test]
async fn work_after_the_response_is_told_how_it_ended() {
    let ends = Ends::default();
    let routes = axum::Router::new().route("/plain", axum::routing::get(after_handler));
    let builder = Site::builder().state(ends.clone()).routes(routes);
    let site = builder
        .pages(pages![AfterPage, AfterLatePage])
        .build()
        .unwrap();
    let pool = site.after_response();
    let site = TestSite::of_router(site.into_router());
    let outcomes = || {
        let records = std::mem::take(&mut *ends.0.lock().unwrap());
        let outcome = |record: RequestRecord| (record.outcome, record.end);
        records.into_iter().map(outcome).collect::<Vec<_>>()
    };

    assert_eq!(site.get("/after").await.assert_whole().end(), ms(100));
    assert_eq!((pool.usage().running, outcomes()), (1, vec![]));
    pool.drained().await;
    assert_eq!(outcomes(), [(Some(Outcome::Complete), Some(ms(100)))]);

    site.get("/after").leave_at(ms(50)).await;
    pool.drained().await;
    assert_eq!(outcomes(), [(Some(Outcome::Disconnected), Some(ms(50)))]);

    let page = site.get("/after-late").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    pool.drained().await;
    assert_eq!(outcomes()[0].0, Some(Outcome::TimedOut));

    assert_eq!(site.get("/plain").await.html(), "plain");
    pool.drained().await;
    assert_eq!(outcomes(), [(None, None)]);
    assert_eq!((pool.usage().completed, pool.usage().lost), (4, 0));
    site.assert_nothing_remains().await;
}

#[derive(Clone)]
struct Work(
    fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
    Notes,
);

#[page(async, path = "/work")]
fn WorkPage(tasks: Tasks, State(Work(work, notes)): State<Work>) -> impl IntoView {
    if let Err(error) = tasks.after_response(move |_| work()) {
        notes.note(error.to_string());
    }
}

#[punctual::test]
async fn work_after_the_response_is_bounded_and_contained() {
    let notes = Notes::default();
    let pool_of = |work: Work| {
        let builder = Site::builder().state(work).pages(pages![WorkPage]);
        let builder = builder
            .after_response_limit(2)
            .after_response_timeout(ms(500));
        let site = builder.build().unwrap();
        (
            site.after_response(),
            TestSite::of_router(site.into_router()),
        )
    };
    let (pool, site) = pool_of(Work(|| Box::pin(async { panic!("boom") }), notes.clone()));
    site.get("/work").await.assert_whole();
    pool.drained().await;
    assert_eq!(pool.usage().panicked, 1);

    let (pool, site) = pool_of(Work(|| Box::pin(std::future::pending()), notes.clone()));
    for _ in 0..3 {
        site.get("/work").await.assert_whole();
    }
    assert_eq!(notes.take().len(), 1, "the third is not taken");
    assert_eq!((pool.usage().running, pool.usage().refused), (2, 1));
    let start = tokio::time::Instant::now();
    pool.drained().await;
    assert_eq!((start.elapsed(), pool.usage().late), (ms(500), 2));
    site.get("/work").await.assert_whole();
    assert_eq!(notes.take(), Vec::<String>::new());
}
