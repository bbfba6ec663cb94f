//! Values that are taken out of a request: `Loaded::into_inner`.

use crate::support::{Refused, sleep};
use punctual::{prelude::*, testing::TestSite};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// What has happened on a site.
#[derive(Clone, Debug, Default)]
struct Counts {
    runs: Arc<AtomicUsize>,
    clones: Arc<AtomicUsize>,
}

impl Counts {
    /// How often loaders have run, and their values been cloned, since it was asked last.
    fn take(&self) -> (usize, usize) {
        (self.runs.swap(0, SeqCst), self.clones.swap(0, SeqCst))
    }

    fn value(&self) -> Value {
        self.runs.fetch_add(1, SeqCst);
        Value(self.clones.clone())
    }
}

/// A value that counts how often it is cloned.
#[derive(Debug)]
struct Value(Arc<AtomicUsize>);

impl Clone for Value {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, SeqCst);
        Self(self.0.clone())
    }
}

/// Loaders that are the same, each known by itself.
macro_rules! loaders {
    ($($loader:ident)*) => {
        $(
            #[loader]
            async fn $loader(State(counts): State<Counts>) -> Result<Value, Refused> {
                Ok(counts.value())
            }
        )*
    };
}

loaders!(alone shared needed kept again late_one in_turn other);

/// Shows a value that it owns.
fn show(value: Value) -> impl IntoView {
    drop(value);
    "shown"
}

#[page(async, path = "/alone")]
fn AlonePage(alone: Loaded<alone>) -> impl IntoView {
    show(alone.into_inner())
}

#[layout]
fn Outer(shared: Loaded<shared>, children: Children) -> impl IntoView {
    view! { {show(shared.into_inner())} " around " {children()} }
}

#[page(async, path = "/shared", layout = Outer)]
fn SharedPage(shared: Loaded<shared>) -> impl IntoView {
    show(shared.into_inner())
}

#[loader]
async fn needs(needed: Loaded<needed>) -> Result<usize, Refused> {
    sleep(10).await;
    drop(needed);
    Ok(1)
}

#[page(async, path = "/needed")]
fn NeededPage(needed: Loaded<needed>, needs: Deferred<needs>) -> impl IntoView {
    view! { {show(needed.into_inner())} <Resolve data=needs let:needs>{*needs}</Resolve> }
}

#[page(async, path = "/kept")]
fn KeptPage(kept: Loaded<kept>) -> impl IntoView {
    let first = kept.clone();
    view! { {show(first.into_inner())} {show(kept.into_inner())} }
}

#[component]
fn AsksAgain() -> impl IntoView {
    let request = RequestContext::<Counts>::current().expect("in a page");
    let data = request.deferred::<again>();
    view! { <Resolve data let:value>{show(value.into_inner())}</Resolve> }
}

#[page(async, path = "/again")]
fn AgainPage(again: Loaded<again>) -> impl IntoView {
    view! { {show(again.into_inner())} " and " <AsksAgain/> }
}

#[page(async, path = "/late")]
fn LatePage(late_one: Deferred<late_one>) -> impl IntoView {
    view! { <Resolve data=late_one let:value>{show(value.into_inner())}</Resolve> }
}

#[component]
fn AsksInTurn() -> impl IntoView {
    let request = RequestContext::<Counts>::current().expect("in a page");
    let data = request.deferred::<in_turn>();
    view! { <Resolve data let:value>{show(value.into_inner())}</Resolve> }
}

#[page(async, path = "/in-turn", load = "sequential", timeout = "1s")]
fn InTurnPage(in_turn: Loaded<in_turn>, other: Loaded<other>) -> impl IntoView {
    drop(other);
    view! { {show(in_turn.into_inner())} " and " <AsksInTurn/> }
}

fn site() -> (TestSite, Counts) {
    let counts = Counts::default();
    let pages = pages![
        AlonePage, SharedPage, NeededPage, KeptPage, AgainPage, LatePage, InTurnPage
    ];
    let builder = Site::builder().state(counts.clone()).pages(pages);
    (TestSite::new(builder), counts)
}

/// Asks for a page several times, because the first time some of it goes another way.
async fn each_time(path: &str, runs: usize, clones: usize) {
    let (site, counts) = site();
    for time in 0..3 {
        let page = site.get(path).await;
        page.assert_whole().assert_shows("shown");
        assert_eq!(counts.take(), (runs, clones), "{path}, the {time}th time");
    }
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_one_place_alone_asks_for_is_not_cloned() {
    each_time("/alone", 1, 0).await;
    each_time("/late", 1, 0).await;
}

#[punctual::test]
async fn what_others_ask_for_is_cloned() {
    each_time("/shared", 1, 2).await;
    each_time("/needed", 1, 1).await;
}

#[punctual::test]
async fn the_last_one_who_has_it_takes_it() {
    each_time("/kept", 1, 1).await;
}

#[punctual::test]
async fn who_asks_for_what_was_taken_has_it_loaded_again_once() {
    let (site, counts) = site();
    let page = site.get("/again").await;
    page.assert_whole().assert_shows("shown and shown");
    assert_eq!(counts.take().0, 2);
    let page = site.get("/again").await;
    page.assert_whole().assert_shows("shown and shown");
    assert_eq!(counts.take().0, 1);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_is_loaded_in_turn_stays() {
    let (site, counts) = site();
    for _ in 0..2 {
        let page = site.get("/in-turn").await;
        page.assert_whole().assert_shows("shown and shown");
        assert_eq!(page.end(), std::time::Duration::ZERO);
        assert_eq!(counts.take(), (2, 2));
    }
}

#[test]
fn one_of_a_unit_test_gives_its_value() {
    let counts = Counts::default();
    let value = Loaded::<alone>::new(counts.value());
    drop(value.into_inner());
    assert_eq!(counts.take(), (1, 0));
}
