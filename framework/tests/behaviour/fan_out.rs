//! A list of requests, some at a time.

use crate::support::{Refused, by, ms, sleep};
use punctual::{LoadOutcome, Outcome, prelude::*, testing::TestSite};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// How many items are worked on, and how many at most.
#[derive(Clone, Default)]
struct InFlight(Arc<(AtomicUsize, AtomicUsize)>);

impl InFlight {
    async fn item(self, n: u64) -> Result<u64, Refused> {
        let now = self.0.0.fetch_add(1, SeqCst) + 1;
        self.0.1.fetch_max(now, SeqCst);
        sleep(100).await;
        self.0.0.fetch_sub(1, SeqCst);
        match n {
            13 => Err(Refused),
            14 => panic!("boom"),
            n => Ok(n),
        }
    }

    fn most(&self) -> usize {
        self.0.1.load(SeqCst)
    }
}

fn text(results: &[Result<u64, LoadError<Refused>>]) -> String {
    let text = |result: &Result<u64, LoadError<Refused>>| match result {
        Ok(n) => n.to_string(),
        Err(LoadError::Late) => "late".to_owned(),
        Err(error) => error.to_string(),
    };
    results.iter().map(text).collect::<Vec<_>>().join(" ")
}

#[page(async, path = "/all/{count}/{at_once}", timeout = "1s")]
fn AllPage(
    tasks: Tasks,
    Path((count, at_once)): Path<(u64, usize)>,
    State(in_flight): State<InFlight>,
) -> impl IntoView {
    let all = tasks
        .fan_out(0..count, move |n| in_flight.clone().item(n))
        .concurrency(at_once)
        .name("all");
    view! {
        <Resolve
            data=all
            fallback=|| "none"
            progress=|progress| format!("{} of {}", progress.done, progress.total)
            let:all
        >
            <p>"all: " {text(&all)} "."</p>
        </Resolve>
    }
}

#[page(async, path = "/default")]
async fn DefaultPage(tasks: Tasks, State(in_flight): State<InFlight>) -> impl IntoView {
    let none = tasks.fan_out(0..0, |n| InFlight::default().item(n));
    assert!(none.await.unwrap().is_empty());
    let all = tasks
        .fan_out(0..12, move |n| in_flight.clone().item(n))
        .await;
    text(&all.unwrap())
}

fn site() -> (InFlight, TestSite) {
    let in_flight = InFlight::default();
    let builder = Site::builder().state(in_flight.clone());
    (
        in_flight,
        TestSite::new(builder.pages(pages![AllPage, DefaultPage, OddPage])),
    )
}

#[punctual::test]
async fn results_come_in_order_and_a_few_items_at_a_time() {
    let (in_flight, site) = site();
    let page = site.get("/all/13/4").await;
    page.assert_whole()
        .assert_shows("all: 0 1 2 3 4 5 6 7 8 9 10 11 12.");
    assert_eq!((page.end(), in_flight.most()), (ms(400), 4));
    assert_eq!(page.load("all").outcome, Some(LoadOutcome::Complete));
    assert_eq!(page.at("0 of 13"), ms(0));
    assert_eq!(page.at("8 of 13"), ms(200));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn eight_at_a_time_where_nobody_says() {
    let (in_flight, site) = site();
    let page = site.get("/default").await;
    page.assert_shows("0 1 2 3 4 5 6 7 8 9 10 11");
    assert_eq!((page.end(), in_flight.most()), (ms(200), 8));
}

#[punctual::test]
async fn an_item_that_fails_or_panics_stops_no_other() {
    let (_, site) = site();
    let page = site.get("/all/16/16").await;
    page.assert_whole()
        .assert_shows("12 the upstream said no the data could not be loaded 15.");
    assert_eq!(page.load("all").outcome, Some(LoadOutcome::Failed));
    assert_eq!(page.record().outcome, Some(Outcome::Complete));
}

#[punctual::test]
async fn at_the_deadline_what_is_there_stands() {
    let (in_flight, site) = site();
    let page = site.get("/all/12/1").await;
    page.assert_whole()
        .assert_shows("all: 0 1 2 3 4 5 6 7 8 9 late late.");
    assert!(
        page.end() >= ms(1000) && page.end() <= by(1000),
        "{:?}",
        page.end()
    );
    assert_eq!(page.load("all").outcome, Some(LoadOutcome::Late));
    assert_eq!(in_flight.most(), 1);
    site.assert_nothing_remains().await;

    let page = site.get("/all/12/1").leave_at(ms(250)).await;
    assert_eq!(page.load("all").outcome, Some(LoadOutcome::Cancelled));
    site.assert_nothing_remains().await;
}

#[page(async, path = "/odd")]
fn OddPage(tasks: Tasks) -> impl IntoView {
    let odd = tasks
        .fan_out([1, 2, 3], |n| {
            assert!(n != 2, "two");
            async move {
                sleep(if n == 3 { 500 } else { 10 }).await;
                Ok::<u64, Refused>(n)
            }
        })
        .timeout(ms(100))
        .concurrency(0);
    view! { <Resolve data=odd let:odd>"odd: " {text(&odd)} "."</Resolve> }
}

#[punctual::test]
async fn it_has_a_limit_of_its_own_and_survives_what_makes_no_request() {
    let (_, site) = site();
    let page = site.get("/odd").await;
    page.assert_whole()
        .assert_shows("odd: 1 the data could not be loaded late.");
    assert_eq!(page.end(), ms(100));
    assert_eq!(page.load("fan-out").outcome, Some(LoadOutcome::Late));
}
