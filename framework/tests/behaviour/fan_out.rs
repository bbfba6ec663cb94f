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

/// Each item registers tasks of its own: how long it has waited for them, and what it was told of them.
#[page(async, path = "/own", timeout = "1s")]
fn OwnPage(tasks: Tasks) -> impl IntoView {
    let inner = tasks.clone();
    let own = tasks.fan_out(0..3_u64, move |n| {
        // Also what is registered before the item runs.
        drop(inner.register("waits", takes(if n == 1 { 400 } else { 10 })));
        let inner = inner.clone();
        async move {
            let begin = tokio::time::Instant::now();
            if n == 2 {
                drop(inner.register("refused", async { Err::<(), _>(Refused) }));
            }
            let report = inner.run().await;
            let (all, failed) = (report.tasks().len(), report.failures().len());
            let waited = begin.elapsed().as_millis();
            Ok::<_, Refused>(format!("{waited} ms, {failed} of {all};"))
        }
    });
    view! { <Resolve data=own let:own>{own.into_iter().map(Result::unwrap).collect::<String>()}</Resolve> }
}

#[punctual::test]
async fn tasks_of_an_item_are_its_own() {
    let site = TestSite::new(Site::builder().pages(pages![OwnPage]));
    let page = site.get("/own").await;
    page.assert_whole()
        .assert_shows("10 ms, 0 of 1;400 ms, 0 of 1;10 ms, 1 of 2;");
    site.assert_nothing_remains().await;
}

/// The items register steps that come one after another, and leave them.
#[page(async, path = "/steps", timeout = "1s")]
fn StepsPage(tasks: Tasks) -> impl IntoView {
    let inner = tasks.clone();
    let items = tasks.fan_out([0, 300], move |time| {
        let inner = inner.clone();
        async move {
            let steps = [50, 50].map(|time| inner.register("step", takes(time)).sequential());
            sleep(time).await;
            Ok::<_, Refused>(steps)
        }
    });
    drop(items.sequential());
    drop(tasks.register("next", takes(10)).sequential());
}

#[punctual::test]
async fn an_item_has_an_order_of_its_own_and_what_it_leaves_starts_when_it_ends() {
    let site = TestSite::new(Site::builder().pages(pages![StepsPage]));
    let page = site.get("/steps").await;
    let steps = page.loads().into_iter().filter(|load| load.name == "step");
    let starts: Vec<_> = steps.map(|load| load.started.unwrap()).collect();
    assert_eq!(starts, [ms(0), ms(50), ms(300), ms(350)]);
    assert_eq!(page.load("next").started, Some(ms(400)));
    site.assert_nothing_remains().await;
}

async fn takes(n: u64) -> Result<(), Refused> {
    sleep(n).await;
    Ok(())
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
