//! Loaders whose value is there at once are run where they are asked for, from the second time on.

use crate::support::{Gate, Refused, ms, sleep};
use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};
use punctual::{LoadOutcome, prelude::*, testing::TestSite};
use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::task::Id;

/// What a loader does.
#[derive(Clone, Copy, Default)]
enum Mood {
    #[default]
    Ready,
    Panics,
    Waits,
    Sticks,
    Blocks,
}

#[derive(Clone, Default)]
struct Moods {
    mood: Arc<Mutex<Mood>>,
    gate: Gate,
}

impl Moods {
    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// In which task it has run.
    async fn run(&self) -> Result<Id, Refused> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Ready => {}
            Mood::Panics => panic!("in a loader that ran at once before"),
            Mood::Waits => sleep(50).await,
            Mood::Sticks => std::future::pending().await,
            Mood::Blocks => self.gate.block(ms(3000)),
        }
        Ok(tokio::task::id())
    }
}

/// A loader with a habit of its own for each test, and a page that says where it has run.
macro_rules! page {
    ($page:ident $loader:ident $path:literal) => {
        #[loader]
        async fn $loader(State(moods): State<Moods>) -> Result<Id, Refused> {
            moods.run().await
        }

        #[page(async, path = $path, timeout = "200ms")]
        fn $page($loader: Loaded<$loader>) -> impl IntoView {
            match *$loader == tokio::task::id() {
                true => "here",
                false => "elsewhere",
            }
        }
    };
}

page!(PanicsPage panics "/panics");
page!(WaitsPage waits "/waits");
page!(SticksPage sticks "/sticks");
page!(BlocksPage blocks "/blocks");

fn site() -> (TestSite, Moods) {
    let moods = Moods::default();
    let pages = pages![PanicsPage, WaitsPage, SticksPage, BlocksPage];
    let builder = Site::builder().state(moods.clone()).pages(pages);
    (TestSite::new(builder), moods)
}

/// On a machine that does other things as well it may take longer once than "at once" may.
async fn until_it_runs_here(site: &TestSite, path: &str) {
    until_it_shows(site, path, "here").await;
}

async fn until_it_shows(site: &TestSite, path: &str, text: &str) {
    for _ in 0..100 {
        if site.get(path).await.html().contains(text) {
            return;
        }
    }
    panic!("it never ran at once");
}

#[punctual::test]
async fn what_was_there_at_once_is_run_in_place_the_next_time() {
    let (site, moods) = site();
    assert!(site.get("/waits").await.html().contains("elsewhere"));
    until_it_runs_here(&site, "/waits").await;
    // It goes on in a task, and the next time it begins in one.
    moods.set(Mood::Waits);
    let page = site.get("/waits").await;
    assert!(page.html().contains("elsewhere"), "{}", page.html());
    assert_eq!(page.end(), ms(50));
    moods.set(Mood::Ready);
    assert!(site.get("/waits").await.html().contains("elsewhere"));
    until_it_runs_here(&site, "/waits").await;
}

#[punctual::test]
async fn one_that_panics_in_place_costs_what_it_costs_in_a_task() {
    let (site, moods) = site();
    until_it_runs_here(&site, "/panics").await;
    moods.set(Mood::Panics);
    let page = site.get("/panics").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let record = page.record();
    assert_eq!(record.loads[0].outcome, Some(LoadOutcome::Panicked));
    moods.set(Mood::Ready);
    assert_eq!(site.get("/panics").await.status(), StatusCode::OK);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn one_that_sticks_ends_at_the_deadline() {
    let (site, moods) = site();
    until_it_runs_here(&site, "/sticks").await;
    moods.set(Mood::Sticks);
    let page = site.get("/sticks").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    let record = page.record();
    assert_eq!(record.loads[0].outcome, Some(LoadOutcome::Late));
    assert!(page.end() >= ms(200) && page.end() <= ms(250));
    site.assert_nothing_remains().await;
}

/// Only real time and a second thread can show that the visitor does not wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_blocks_its_thread_holds_no_answer_up() {
    let (site, moods) = site();
    let site = Arc::new(site);
    let asked = site.clone();
    let page = tokio::spawn(async move {
        until_it_runs_here(&asked, "/blocks").await;
        moods.set(Mood::Blocks);
        let page = asked.get("/blocks").await;
        moods.gate.open();
        page
    })
    .await
    .unwrap();
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    // It blocks for 3 s; the bound leaves room for a loaded machine.
    assert!(page.end() < ms(2500), "{:?}", page.end());
}

/// In which tasks a loader and those that it needs have run.
type Tasks = Vec<Id>;

macro_rules! chain {
    ($first:ident $($loader:ident needs $needed:ident),*) => {
        #[loader]
        async fn $first() -> Result<Tasks, Infallible> {
            Ok(vec![tokio::task::id()])
        }

        $(
            #[loader]
            async fn $loader($needed: Loaded<$needed>) -> Result<Tasks, Infallible> {
                let mut tasks = $needed.to_vec();
                tasks.push(tokio::task::id());
                Ok(tasks)
            }
        )*
    };
}

chain!(c1 c2 needs c1, c3 needs c2, c4 needs c3, c5 needs c4, c6 needs c5, c7 needs c6, c8 needs c7, c9 needs c8, c10 needs c9,
    c11 needs c10, c12 needs c11, c13 needs c12, c14 needs c13, c15 needs c14, c16 needs c15, c17 needs c16, c18 needs c17,
    c19 needs c18, c20 needs c19);

#[page(async, path = "/chain")]
fn ChainPage(last: Loaded<c20>, middle: Loaded<c10>) -> impl IntoView {
    let page = tokio::task::id();
    let here = |tasks: &Tasks| tasks.iter().filter(|task| **task == page).count();
    let (last, middle) = ((last.len(), here(&last)), (middle.len(), here(&middle)));
    format!("{last:?} and {middle:?}")
}

#[punctual::test]
async fn loaders_that_need_each_other_run_in_place_too() {
    let site = TestSite::new(Site::builder().pages(pages![ChainPage]));
    let first = site.get("/chain").await;
    first.assert_whole().assert_shows("(20, 0) and (10, 0)");
    // The last one has too many below it, so it is begun in a task, and those that only it needs are as well.
    until_it_shows(&site, "/chain", "(20, 10) and (10, 10)").await;
    assert_eq!(site.get("/chain").await.record().loads.len(), 20);
}

chain!(d1 d2 needs d1, d3 needs d2, d4 needs d3, d5 needs d4, d6 needs d5, d7 needs d6, d8 needs d7, d9 needs d8, d10 needs d9);

/// It has more loaders below it than levels may stand one in the other.
#[loader]
async fn wide(one: Loaded<d8>, two: Loaded<d9>, three: Loaded<c10>) -> Result<Tasks, Infallible> {
    let mut tasks = [one.to_vec(), two.to_vec(), three.to_vec()].concat();
    tasks.push(tokio::task::id());
    Ok(tasks)
}

#[page(async, path = "/wide")]
fn WidePage(wide: Loaded<wide>) -> impl IntoView {
    let page = tokio::task::id();
    let here = wide.iter().filter(|task| **task == page).count();
    format!("{here} of {}", wide.len())
}

#[punctual::test]
async fn what_counts_is_the_levels_of_loaders_and_not_how_many_there_are() {
    let site = TestSite::new(Site::builder().pages(pages![WidePage]));
    site.get("/wide").await.assert_shows("0 of 28");
    until_it_shows(&site, "/wide", "28 of 28").await;
}

/// Its body is there at once, and what it needs is not.
#[loader]
async fn patient(waiting: Loaded<waiting>) -> Result<Id, Infallible> {
    let _ = waiting;
    Ok(tokio::task::id())
}

#[loader]
async fn waiting() -> Result<(), Infallible> {
    sleep(10).await;
    Ok(())
}

#[page(async, path = "/patient")]
fn PatientPage(patient: Loaded<patient>) -> impl IntoView {
    (*patient == tokio::task::id()).to_string()
}

#[punctual::test]
async fn one_whose_dependency_waits_is_woken_in_a_task() {
    let site = TestSite::new(Site::builder().pages(pages![PatientPage]));
    for _ in 0..10 {
        let page = site.get("/patient").await;
        page.assert_shows("false");
        assert_eq!(page.end(), ms(10));
    }
}

/// Counts how often it has looked at the request, as extractors do that cache what they have found.
#[derive(Clone)]
struct Looks(usize);

static LOOKS: AtomicUsize = AtomicUsize::new(0);

impl<S: Sync> FromRequestParts<S> for Looks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(looks) = parts.extensions.get::<Self>() {
            return Ok(looks.clone());
        }
        let looks = Self(LOOKS.fetch_add(1, SeqCst) + 1);
        parts.extensions.insert(looks.clone());
        Ok(looks)
    }
}

#[loader]
async fn looks(first: Looks, second: Looks) -> Result<(usize, usize), Infallible> {
    Ok((first.0, second.0))
}

#[page(async, path = "/looks")]
fn LooksPage(first: Looks, looks: Loaded<looks>, second: Looks) -> impl IntoView {
    let (third, fourth) = *looks;
    (first.0 == second.0 && third == fourth && first.0 != third).to_string()
}

#[punctual::test]
async fn extractors_of_a_function_have_the_head_in_common_as_in_axum() {
    let site = TestSite::new(Site::builder().pages(pages![LooksPage]));
    site.get("/looks").await.assert_shows("true");
    assert_eq!(LOOKS.load(SeqCst), 2);
}

/// It takes longer than a loader may that is run in place.
struct Slow;

impl<S: Sync> FromRequestParts<S> for Slow {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        std::thread::sleep(ms(2));
        Ok(Self)
    }
}

#[loader]
async fn with_slow_argument(slow: Slow) -> Result<Id, Infallible> {
    let Slow = slow;
    Ok(tokio::task::id())
}

#[page(async, path = "/slow-argument")]
fn SlowArgumentPage(loader: Loaded<with_slow_argument>) -> impl IntoView {
    (*loader == tokio::task::id()).to_string()
}

/// Only real time shows how long the argument takes.
#[tokio::test]
async fn one_whose_arguments_take_long_is_run_in_a_task() {
    let site = TestSite::new(Site::builder().pages(pages![SlowArgumentPage]));
    for _ in 0..5 {
        site.get("/slow-argument").await.assert_shows("false");
    }
}
