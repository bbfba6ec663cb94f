//! A site takes as many pages as it can, lets others wait, and refuses the rest.

use crate::support::{Alive, Log, Refused, Token, ms, sleep};
use axum::{Router, routing};
use futures::future::join_all;
use http::StatusCode;
use punctual::{
    Admission, AdmissionUsage, Deadline, Outcome, PageFailure, Problem, SiteBuilder,
    prelude::*,
    testing::{TestPage, TestSite},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// What a test watches: the loads that began, and how requests ended.
#[derive(Clone, Default)]
struct Watch {
    alive: Alive,
    began: Arc<Mutex<usize>>,
    outcomes: Arc<Mutex<Vec<Outcome>>>,
}

impl Watch {
    fn builder(&self) -> SiteBuilder<Self> {
        let outcomes = self.outcomes.clone();
        Site::builder()
            .state(self.clone())
            .on_record(move |record| outcomes.lock().unwrap().push(record.outcome.unwrap()))
            .pages(pages![
                SlowPage,
                DeferredPage,
                WholePage,
                HastyPage,
                StuckPage,
                PanicPage,
                PostPage
            ])
            .routes(Router::new().route("/usage", routing::get(usage)))
    }

    fn began(&self) -> usize {
        *self.began.lock().unwrap()
    }

    fn outcomes(&self) -> Vec<Outcome> {
        self.outcomes.lock().unwrap().clone()
    }
}

async fn usage(admission: Admission) -> String {
    let usage = admission.usage();
    format!("{} in flight, {} wait", usage.in_flight, usage.waiting)
}

/// Takes half a second.
#[loader]
async fn slow(State(watch): State<Watch>) -> Result<Token, Refused> {
    *watch.began.lock().unwrap() += 1;
    let token = watch.alive.token();
    sleep(500).await;
    Ok(token)
}

#[page(async, path = "/slow", timeout = "10s")]
fn SlowPage(slow: Loaded<slow>) -> impl IntoView {
    let _ = slow;
    "it is here"
}

#[page(async, path = "/deferred", timeout = "800ms")]
fn DeferredPage(slow: Deferred<slow>) -> impl IntoView {
    view! { <Resolve data=slow on_timeout=|| "it was late" let:_slow>"it is here"</Resolve> }
}

#[page(async, path = "/whole")]
fn WholePage() -> impl IntoView {
    "nothing is missing"
}

#[page(async, path = "/heavy", weight = 3)]
fn HeavyPage(slow: Loaded<slow>) -> impl IntoView {
    let _ = slow;
    "a report"
}

#[page(async, path = "/hasty", timeout = "200ms")]
fn HastyPage(slow: Loaded<slow>) -> impl IntoView {
    let _ = slow;
    "never"
}

#[page(async, path = "/stuck", timeout = "2s")]
fn StuckPage() -> impl IntoView {
    let never = std::future::pending::<()>();
    view! { <Await future=never let:_never>"never"</Await> }
}

#[page(async, path = "/panic")]
fn PanicPage() -> impl IntoView {
    assert!(std::env::args().len() == usize::MAX, "the page panics");
}

#[page(async, path = "/slow", method = "post")]
fn PostPage() -> impl IntoView {
    "taken"
}

fn assert_refused(page: &TestPage) {
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seconds = page.header("retry-after").unwrap();
    assert!((1..=60).contains(&seconds.parse::<u32>().unwrap()));
    assert_eq!(page.header("cache-control").unwrap(), "no-store");
    assert!(page.html().contains("The site is busy"));
    assert!(page.html().len() < 500);
}

#[punctual::test]
async fn who_comes_when_the_site_is_full_is_refused_at_once() {
    let watch = Watch::default();
    let site = TestSite::new(watch.builder().max_in_flight(2).max_waiting(0));
    let pages = join_all((0..5).map(|_| site.get("/slow").into_future())).await;
    let (full, taken): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status() != 200);
    assert_eq!((taken.len(), full.len()), (2, 3));
    for page in full {
        assert_refused(page);
        assert_eq!(page.end(), Duration::ZERO);
    }
    // Nothing of a page has run that was refused.
    assert_eq!(watch.began(), 2);
    let shed = watch
        .outcomes()
        .iter()
        .filter(|it| **it == Outcome::Shed)
        .count();
    assert_eq!(shed, 3);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn who_waits_has_the_page_in_turn() {
    let site = TestSite::new(
        Watch::default()
            .builder()
            .max_in_flight(1)
            .max_waiting(9)
            .longest_wait(ms(5000)),
    );
    let pages = join_all((0..3).map(|_| site.get("/slow").into_future())).await;
    let ends: Vec<_> = pages.iter().map(TestPage::end).collect();
    assert_eq!(ends, [ms(500), ms(1000), ms(1500)]);
    let admitted: Vec<_> = pages
        .iter()
        .map(|page| page.record().admitted.unwrap())
        .collect();
    assert_eq!(admitted, [ms(0), ms(500), ms(1000)]);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn the_wait_is_a_part_of_the_time_of_the_page() {
    let site = TestSite::new(Watch::default().builder().max_in_flight(1));
    let (first, second) = tokio::join!(
        site.get("/slow").into_future(),
        site.get("/deferred").into_future()
    );
    assert_eq!(first.end(), ms(500));
    // It began after 500 ms, and 800 ms after it came it is over.
    assert_eq!(second.end(), ms(800));
    second.assert_whole().assert_shows("it was late");
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn nobody_waits_longer_than_allowed() {
    let watch = Watch::default();
    let site = TestSite::new(watch.builder().max_in_flight(1).longest_wait(ms(300)));
    let (first, second) = tokio::join!(
        site.get("/slow").into_future(),
        site.get("/slow").into_future()
    );
    assert_eq!(first.status(), StatusCode::OK);
    assert_refused(&second);
    assert_eq!(second.end(), ms(300));
    assert_eq!(watch.began(), 1);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_page_whose_deadline_passes_in_line_is_not_started() {
    let watch = Watch::default();
    let site = TestSite::new(watch.builder().max_in_flight(1));
    let (first, second) = tokio::join!(
        site.get("/slow").into_future(),
        site.get("/hasty").into_future()
    );
    assert_eq!(first.status(), StatusCode::OK);
    assert_refused(&second);
    assert_eq!(second.end(), ms(200));
    assert_eq!(watch.began(), 1);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_page_whose_visitor_leaves_the_line_is_not_started() {
    let watch = Watch::default();
    let site = TestSite::new(
        watch
            .builder()
            .max_in_flight(1)
            .max_waiting(9)
            .longest_wait(ms(5000)),
    );
    let (first, _left, third) = tokio::join!(
        site.get("/slow").into_future(),
        site.get("/slow").leave_at(ms(100)).into_future(),
        site.get("/slow").into_future(),
    );
    assert_eq!((first.end(), third.end()), (ms(500), ms(1000)));
    assert_eq!(watch.began(), 2);
    site.assert_nothing_remains().await;
    let mut outcomes = watch.outcomes();
    outcomes.sort_by_key(|outcome| outcome.as_str());
    assert_eq!(
        outcomes,
        [Outcome::Complete, Outcome::Complete, Outcome::Disconnected]
    );
}

#[punctual::test]
async fn a_heavy_page_takes_several_places() {
    let site = TestSite::new(
        Watch::default()
            .builder()
            .pages(pages![HeavyPage])
            .max_in_flight(3)
            .longest_wait(ms(5000)),
    );
    let (first, heavy, last) = tokio::join!(
        site.get("/slow").into_future(),
        site.get("/heavy").into_future(),
        site.get("/whole").into_future(),
    );
    assert_eq!((first.end(), heavy.end()), (ms(500), ms(1000)));
    // It does not overtake, although there is room for it.
    assert_eq!(last.record().admitted, Some(ms(1000)));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn the_place_is_kept_until_the_body_ends() {
    let site = TestSite::new(Watch::default().builder().max_in_flight(1).max_waiting(0));
    // Streamed, and in one piece.
    for path in ["/deferred", "/whole", "/no-such-page"] {
        let mut page = site.get(path).open().await;
        assert_refused(&site.get("/whole").await);
        while page.chunk().await.is_some() {}
        drop(page);
        site.assert_nothing_remains().await;
        assert_eq!(site.get("/whole").await.status(), StatusCode::OK, "{path}");
    }
}

#[punctual::test]
async fn the_place_is_given_back_however_a_page_ends() {
    let site = TestSite::new(Watch::default().builder().max_in_flight(1).max_waiting(0));
    for (path, status) in [
        ("/stuck", 200),
        ("/panic", 500),
        ("/hasty", 504),
        ("/nothing", 404),
    ] {
        assert_eq!(site.get(path).await.status(), status);
        site.assert_nothing_remains().await;
    }
    let _ = site.get("/slow").leave_at(ms(100)).await;
    site.assert_nothing_remains().await;
    let _ = site.get("/deferred").stall_at(ms(0)).await;
    site.assert_nothing_remains().await;
    assert_eq!(site.get("/slow").await.status(), StatusCode::OK);
}

#[punctual::test]
async fn plain_routes_files_health_and_redirects_need_no_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("robots.txt"), "everybody").unwrap();
    let builder = Watch::default().builder().max_in_flight(1).max_waiting(0);
    let site = TestSite::new(builder.site_root(folder.path()));
    let page = site.get("/stuck").open().await;
    assert_eq!(site.get("/usage").await.html(), "1 in flight, 0 wait");
    for (path, text) in [
        ("/robots.txt", "everybody"),
        ("/healthz", "ok"),
        ("/readyz", "ready"),
    ] {
        assert_eq!(site.get(path).await.html(), text);
    }
    // Another spelling of an address.
    assert_eq!(
        site.get("/slow/").await.status(),
        StatusCode::PERMANENT_REDIRECT
    );
    assert_refused(&site.get("/no-such-page").await);
    assert_refused(&site.post("/slow").await);
    assert_eq!(
        site.head("/slow").await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    drop(page);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_site_has_a_page_of_its_own_for_those_who_are_refused() {
    let builder = Watch::default().builder().max_in_flight(1).max_waiting(0);
    let site = TestSite::new(builder.busy_page("<!DOCTYPE html><title>Later</title>"));
    let _page = site.get("/stuck").open().await;
    let refused = site.get("/slow").await;
    assert_eq!(refused.html(), "<!DOCTYPE html><title>Later</title>");
    let policy = refused.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src"), "{policy}");
}

#[punctual::test]
async fn in_overload_those_who_are_admitted_have_their_page_about_as_fast_as_ever() {
    let watch = Watch::default();
    let site = TestSite::new(watch.builder().max_in_flight(50).longest_wait(ms(1000)));
    // Fifty places of half a second each are a hundred pages a second. Ten times as many come, for six seconds.
    let visits = (0..6000).map(|n| {
        let site = &site;
        async move {
            sleep(n).await;
            site.get("/slow").await
        }
    });
    let pages = join_all(visits).await;
    let taken: Vec<_> = pages.iter().map(|page| page.status() == 200).collect();
    let served = taken.iter().filter(|taken| **taken).count();
    assert!((600..=700).contains(&served), "{served}");
    // The first second may have been a burst, whose line is worked off in another one.
    for page in pages.iter().skip(2000) {
        let limit = if page.status() == 200 { 500 + 50 } else { 50 };
        assert!(
            page.end() <= ms(limit),
            "{:?}: {}",
            page.end(),
            page.status()
        );
    }
    // They come back one after another.
    let told = |page: &TestPage| page.header("retry-after").map(|it| it.parse().unwrap());
    let told: Vec<u32> = pages.iter().filter_map(told).collect();
    assert!(told.iter().min() < Some(&4) && told.iter().max() > Some(&40));
    site.assert_nothing_remains().await;
    // And then all is as before.
    let page = site.get("/slow").await;
    assert_eq!((page.status(), page.end()), (StatusCode::OK, ms(500)));
}

#[punctual::test]
async fn the_log_is_told_that_the_site_is_full() {
    let (log, _guard) = Log::begin();
    let site = TestSite::new(Watch::default().builder().max_in_flight(1).max_waiting(0));
    let _page = site.get("/stuck").open().await;
    assert_refused(&site.get("/slow").await);
    assert_eq!(log.lines(&["the site is full", "SlowPage"]).len(), 1);
}

#[test]
fn a_page_that_never_had_its_turn_cannot_be_built() {
    let error = Watch::default()
        .builder()
        .pages(pages![HeavyPage])
        .max_in_flight(2)
        .build()
        .unwrap_err();
    let [
        Problem::Weight {
            page,
            weight,
            max_in_flight,
            ..
        },
    ] = error.problems()
    else {
        panic!("{error}");
    };
    assert_eq!((*page, *weight, *max_in_flight), ("HeavyPage", 3, 2));
}

/// Keeps its thread, as code does that computes.
#[page(async, path = "/computes", timeout = "60s")]
fn ComputingPage() -> impl IntoView {
    std::thread::sleep(ms(50));
    "done"
}

fn status(failure: PageFailure) -> impl IntoView {
    failure.status().to_string()
}

/// Asks for much more than two threads can do: whether pages were begun more slowly, and how late the runtime was.
async fn overload(
    configure: impl FnOnce(SiteBuilder<()>) -> SiteBuilder<()>,
) -> (bool, Option<Duration>) {
    let builder = Site::builder()
        .error_page(status)
        .pages(pages![ComputingPage])
        .longest_wait(Duration::from_secs(60));
    let site = configure(builder).build().unwrap();
    let admission = site.admission();
    let site = TestSite::of_site(site);
    let visits: Vec<_> = (0..80)
        .map(|_| tokio::spawn(site.get("/computes").into_future()))
        .collect();
    let mut usages: Vec<AdmissionUsage> = Vec::new();
    while visits.iter().any(|visit| !visit.is_finished()) {
        usages.push(admission.usage());
        std::thread::sleep(ms(5));
    }
    for visit in visits {
        assert_eq!(visit.await.unwrap().status(), StatusCode::OK);
    }
    site.assert_nothing_remains().await;
    (
        usages.iter().any(|usage| usage.paced.is_some()),
        usages.iter().map(|usage| usage.delay).max(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_begin_more_slowly_while_the_runtime_is_late() {
    let (slower, delay) = overload(|site| site).await;
    assert!(slower && delay > Some(ms(100)), "{delay:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_begin_at_once_where_the_site_wants_them_to() {
    let (slower, _) = overload(|site| site.scheduling_delay(None)).await;
    assert!(!slower);
}

/// Computes for so long.
fn compute(time: u64) {
    let begin = std::time::Instant::now();
    while begin.elapsed() < ms(time) {
        std::hint::spin_loop();
    }
}

#[page(async, path = "/stalls", timeout = "60s")]
fn StallingPage() -> impl IntoView {
    compute(300);
    "done"
}

#[page(async, path = "/light", timeout = "60s")]
fn LightPage() -> impl IntoView {
    "light"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_page_that_computes_is_no_reason_to_refuse_others() {
    // The machine may be slow; what must not be is that it is taken for slower than it is.
    let builder = Site::builder()
        .pages(pages![StallingPage, LightPage])
        .longest_wait(Duration::from_secs(30));
    let site = TestSite::new(builder);
    let burst = async || {
        let visits = (0..200).map(|_| {
            let visit = site.get("/light").into_future();
            tokio::spawn(async move { visit.await.status() })
        });
        for status in join_all(visits).await {
            assert_eq!(status.unwrap(), StatusCode::OK);
        }
    };
    let stall = tokio::spawn(site.get("/stalls").into_future());
    burst().await;
    assert_eq!(stall.await.unwrap().status(), StatusCode::OK);
    // And after a while in which nobody comes.
    tokio::time::sleep(ms(1200)).await;
    burst().await;
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn after_overload_and_a_quiet_time_a_burst_is_served() {
    let site = TestSite::new(
        Watch::default()
            .builder()
            .max_in_flight(50)
            .max_waiting(1000),
    );
    let many = |count: usize, every: u64| {
        let site = site.clone();
        let visits = (0..count).map(move |n| {
            let site = site.clone();
            async move {
                sleep(n as u64 / every).await;
                site.get("/slow").await.status()
            }
        });
        join_all(visits)
    };
    let refused = many(6000, 1).await;
    assert!(refused.contains(&StatusCode::SERVICE_UNAVAILABLE));
    sleep(60_000).await;
    let served = many(200, 100).await;
    assert!(served.iter().all(|status| *status == 200));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_page_whose_time_is_over_when_it_comes_is_not_started() {
    let watch = Watch::default();
    let site = TestSite::new(watch.builder());
    let over = Deadline::after(Duration::ZERO);
    let page = site.get("/slow").extension(over).await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(
        (watch.began(), watch.outcomes()),
        (0, vec![Outcome::TimedOut])
    );
    site.assert_nothing_remains().await;
}
