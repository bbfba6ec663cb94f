//! The record of a request.

use crate::support::{Refused, ms, sleep};
use punctual::{LoadOutcome, Outcome, RequestRecord, prelude::*, testing::TestSite};
use std::sync::{Arc, Mutex};

#[loader]
async fn first() -> Result<u8, Refused> {
    sleep(100).await;
    Ok(1)
}

#[loader]
async fn second(first: Loaded<first>) -> Result<u8, Refused> {
    sleep(200).await;
    Ok(*first + 1)
}

#[loader]
async fn fails() -> Result<u8, Refused> {
    sleep(50).await;
    Err(Refused)
}

#[loader]
async fn needs(fails: Loaded<fails>) -> Result<u8, Refused> {
    Ok(*fails)
}

#[loader(timeout = "150ms")]
async fn late() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader]
async fn unused() -> Result<u8, Refused> {
    std::future::pending().await
}

#[page(async, path = "/record/{id}", timeout = "1s")]
fn RecordPage(
    second: Deferred<second>,
    needs: Deferred<needs>,
    late: Deferred<late>,
    unused: Deferred<unused>,
    recorder: Recorder,
) -> impl IntoView {
    let _ = unused;
    view! {
        <Resolve data=second let:n>{*n}</Resolve>
        <Resolve data=needs let:n>{*n}</Resolve>
        <Resolve data=late let:n>{*n}</Resolve>
        <Resolve data=recorder.settled() let:record>
            "settled: " {record.loads.iter().filter_map(|load| load.outcome).map(LoadOutcome::as_str).collect::<Vec<_>>().join(" ")}
        </Resolve>
    }
}

#[page(async, path = "/late", timeout = "500ms")]
fn LatePage(unused: Deferred<unused>, recorder: Recorder) -> impl IntoView {
    view! {
        <Resolve data=unused let:n>{*n}</Resolve>
        <Resolve data=recorder.settled() let:record>
            "settled: " {record.loads[0].outcome.unwrap().to_string()}
        </Resolve>
    }
}

#[page(async, path = "/fails")]
fn FailsPage(fails: Loaded<fails>) -> impl IntoView {
    *fails
}

type Records = Arc<Mutex<Vec<RequestRecord>>>;

fn site() -> (TestSite, Records) {
    let records = Records::default();
    let seen = records.clone();
    let site = Site::builder()
        .on_record(move |record| seen.lock().unwrap().push(record.clone()))
        .pages(pages![RecordPage, LatePage, FailsPage]);
    (TestSite::new(site), records)
}

#[punctual::test]
async fn it_says_when_each_load_was_asked_for_started_and_ended() {
    let (site, records) = site();
    let page = site.get("/record/7?x=1").await;
    // The unused load is cancelled when everything else is there.
    let html = page.assert_whole().html();
    let shown = html.split("settled: ").nth(1).expect("the record is shown");
    for outcome in ["complete", "failed", "dependency", "late", "cancelled"] {
        assert!(shown.contains(outcome), "{html}");
    }
    assert_eq!(page.end(), ms(300));

    let records = records.lock().unwrap();
    let [record] = records.as_slice() else {
        panic!("{records:?}")
    };
    assert_eq!(
        (record.page, record.path.as_str()),
        ("RecordPage", "/record/7")
    );
    assert_eq!(record.status.map(|status| status.as_u16()), Some(200));
    assert_eq!(
        (record.first_byte, record.end),
        (Some(ms(0)), Some(ms(300)))
    );
    // A part was late, at its loader's own limit.
    assert_eq!(record.outcome, Some(Outcome::TimedOut));
    let load = |name| {
        record
            .loads
            .iter()
            .find(|load| load.name == name)
            .expect(name)
    };
    let times = |name| {
        (
            load(name).requested,
            load(name).started,
            load(name).ended,
            load(name).outcome,
        )
    };
    use LoadOutcome::{Cancelled, Complete, Dependency, Failed, Late};
    assert_eq!(
        times("first"),
        (ms(0), Some(ms(0)), Some(ms(100)), Some(Complete))
    );
    assert_eq!(
        times("second"),
        (ms(0), Some(ms(100)), Some(ms(300)), Some(Complete))
    );
    assert_eq!(
        times("fails"),
        (ms(0), Some(ms(0)), Some(ms(50)), Some(Failed))
    );
    assert_eq!(
        times("needs"),
        (ms(0), None, Some(ms(50)), Some(Dependency))
    );
    assert_eq!(
        times("late"),
        (ms(0), Some(ms(0)), Some(ms(150)), Some(Late))
    );
    assert_eq!(
        times("unused"),
        (ms(0), Some(ms(0)), Some(ms(300)), Some(Cancelled))
    );
    assert_eq!(record.loads.len(), 6);
}

#[punctual::test]
async fn it_can_be_shown_on_a_page_that_times_out() {
    let (site, records) = site();
    let page = site.get("/late").await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("settled: ") && html.contains("late"),
        "{html}"
    );
    assert_eq!(page.at("settled: "), ms(500));
    assert_eq!(records.lock().unwrap()[0].outcome, Some(Outcome::TimedOut));
}

#[component]
fn AsksLater() -> impl IntoView {
    let first = RequestContext::<()>::current()
        .expect("in a page")
        .deferred::<first>();
    view! { <Resolve data=first let:n>{*n}</Resolve> }
}

#[page(async, path = "/later")]
fn LaterPage(fails: Deferred<fails>, recorder: Recorder) -> impl IntoView {
    view! {
        <Resolve data=fails on_error=|_| view! { <AsksLater/> } let:n>{*n}</Resolve>
        <Resolve data=recorder.settled() let:record>"settled: " {record.loads.len()}</Resolve>
    }
}

#[punctual::test]
async fn it_has_the_loads_that_a_part_asked_for() {
    let page = TestSite::new(Site::builder().pages(pages![LaterPage]))
        .get("/later")
        .await;
    page.assert_whole().assert_shows("settled: 2");
    assert_eq!(page.end(), ms(150));
}

#[punctual::test]
async fn it_tells_failures_from_answers() {
    let (site, records) = site();
    site.get("/fails").await;
    site.get("/nowhere").await;
    let records = records.lock().unwrap();
    let seen: Vec<_> = records
        .iter()
        .map(|record| (record.page, record.status.unwrap().as_u16(), record.outcome))
        .collect();
    assert_eq!(
        seen,
        [
            ("FailsPage", 500, Some(Outcome::Failed)),
            ("", 404, Some(Outcome::Complete))
        ]
    );
}
