//! Nothing of a request remains, however it ends.

use crate::support::{Alive, Refused, Token, ms, sleep};
use punctual::{
    Outcome,
    prelude::*,
    testing::{End, TestSite},
};
use std::{
    future::pending,
    sync::{Arc, Mutex},
};
use tokio::time::Instant;

/// What a test watches: the loads and the contexts that are alive, and how requests ended.
#[derive(Clone, Default)]
struct Watch {
    loads: Alive,
    contexts: Alive,
    outcomes: Arc<Mutex<Vec<Outcome>>>,
}

impl Watch {
    fn site(&self) -> TestSite {
        let outcomes = self.outcomes.clone();
        let on_record = move |record: &punctual::RequestRecord| {
            outcomes.lock().unwrap().push(record.outcome.unwrap());
        };
        TestSite::new(
            Site::builder()
                .state(self.clone())
                .on_record(on_record)
                .pages(pages![StreamPage, CriticalPage, WholePage]),
        )
    }

    async fn nothing_remains(&self, site: &TestSite, outcome: Outcome) {
        let start = Instant::now();
        site.assert_nothing_remains().await;
        assert!(start.elapsed() <= ms(1), "{:?}", start.elapsed());
        assert_eq!((self.loads.count(), self.contexts.count()), (0, 0));
        assert_eq!(*self.outcomes.lock().unwrap(), [outcome]);
    }
}

#[loader]
async fn stuck(State(watch): State<Watch>) -> Result<Token, Refused> {
    let _token = watch.loads.token();
    pending().await
}

#[loader]
async fn quick(State(watch): State<Watch>) -> Result<Token, Refused> {
    Ok(watch.loads.token())
}

#[loader]
async fn soon(State(watch): State<Watch>) -> Result<Token, Refused> {
    sleep(50).await;
    Ok(watch.loads.token())
}

/// A context that a page provides, which lives as long as the owner of the request.
#[component]
fn Context() -> impl IntoView {
    let watch = RequestContext::<Watch>::current()
        .expect("in a page")
        .state()
        .clone();
    provide_context(Arc::new(watch.contexts.token()));
}

#[page(async, path = "/stream", timeout = "1s")]
fn StreamPage(stuck: Deferred<stuck>, soon: Deferred<soon>, quick: Loaded<quick>) -> impl IntoView {
    let _ = quick;
    view! {
        <Context/>
        <Resolve data=stuck.clone() on_timeout=|| "late" let:_x>"never"</Resolve>
        <Resolve data=soon let:_x><Resolve data=stuck let:_x>"never"</Resolve></Resolve>
    }
}

#[page(async, path = "/critical", timeout = "1s")]
fn CriticalPage(stuck: Loaded<stuck>, quick: Deferred<quick>) -> impl IntoView {
    let _ = (stuck, quick);
}

#[page(async, path = "/whole")]
fn WholePage(quick: Loaded<quick>, unused: Deferred<stuck>) -> impl IntoView {
    let _ = (quick, unused);
    view! { <Context/> }
}

#[punctual::test]
async fn when_the_document_is_whole() {
    let watch = Watch::default();
    let site = watch.site();
    // The deferred load that no part resolves is cancelled.
    let page = site.get("/whole").await;
    assert_eq!(page.end(), ms(0));
    page.assert_whole();
    watch.nothing_remains(&site, Outcome::Complete).await;
}

#[punctual::test]
async fn at_the_deadline() {
    let watch = Watch::default();
    let site = watch.site();
    site.get("/stream").await.assert_whole();
    watch.nothing_remains(&site, Outcome::TimedOut).await;
}

#[punctual::test]
async fn when_the_page_is_late() {
    let watch = Watch::default();
    let site = watch.site();
    site.get("/critical").await.assert_whole();
    watch.nothing_remains(&site, Outcome::TimedOut).await;
}

#[punctual::test]
async fn when_the_visitor_leaves_in_the_middle_of_the_stream() {
    let watch = Watch::default();
    let site = watch.site();
    let mut page = site.get("/stream").open().await;
    page.chunk().await.unwrap();
    sleep(100).await;
    assert!(watch.loads.count() > 0 && watch.contexts.count() == 1);
    page.leave().await;
    watch.nothing_remains(&site, Outcome::Disconnected).await;
}

#[punctual::test]
async fn when_the_visitor_leaves_before_the_first_byte() {
    let watch = Watch::default();
    let site = watch.site();
    let running = async {
        sleep(50).await;
        watch.loads.count()
    };
    let (page, running) = tokio::join!(site.get("/critical").leave_at(ms(100)), running);
    assert!(running > 0);
    assert_eq!((page.ended(), page.end()), (End::Left, ms(100)));
    watch.nothing_remains(&site, Outcome::Disconnected).await;
}

#[punctual::test]
async fn when_nobody_reads_the_body() {
    let watch = Watch::default();
    let site = watch.site();
    // As hyper does with a visitor who does not read: the body is kept and never polled.
    let at_deadline = async {
        sleep(1100).await;
        (watch.loads.count(), watch.contexts.count())
    };
    let (page, left) = tokio::join!(site.get("/stream").stall_at(ms(0)), at_deadline);
    assert_eq!(left, (0, 0));
    // The document itself is kept for the drain time, and then cut off.
    assert_eq!((page.ended(), page.end()), (End::Cut, ms(11_000)));
    assert_eq!(page.html(), "");
    watch.nothing_remains(&site, Outcome::Disconnected).await;
}

#[punctual::test]
async fn when_the_body_is_read_late_but_in_time() {
    let watch = Watch::default();
    let site = watch.site();
    let page = site.get("/stream").open().await;
    sleep(3000).await;
    let page = page.finish().await;
    assert_eq!(page.end(), ms(3000));
    page.assert_whole();
    watch.nothing_remains(&site, Outcome::TimedOut).await;
}

#[page(async, path = "/resource", timeout = "1s")]
fn ResourcePage(State(watch): State<Watch>) -> impl IntoView {
    let resource = Resource::new(
        || (),
        move |()| {
            let token = watch.loads.token();
            async move {
                let _token = token;
                pending::<u8>().await
            }
        },
    );
    view! {
        <Context/>
        <Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense>
    }
}

#[punctual::test]
async fn what_leptos_fetches_ends_with_the_request() {
    let watch = Watch::default();
    let site = TestSite::new(
        Site::builder()
            .state(watch.clone())
            .pages(pages![ResourcePage]),
    );
    let mut page = site.get("/resource").open().await;
    page.chunk().await.unwrap();
    sleep(10).await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (1, 1));
    page.leave().await;
    site.assert_nothing_remains().await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (0, 0));

    site.get("/resource").await.assert_whole();
    site.assert_nothing_remains().await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (0, 0));
}

/// What a resource has fetched; for the browser it is empty.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Fetched {
    #[serde(skip)]
    _token: Option<Arc<Token>>,
}

#[island]
fn Island() -> impl IntoView {
    let watch = RequestContext::<Watch>::current();
    let watch = watch.expect("in a page").state().clone();
    let resource = Resource::new(
        || (),
        move |()| {
            let fetched = Fetched {
                _token: Some(Arc::new(watch.loads.token())),
            };
            async move { fetched }
        },
    );
    view! {
        <Suspense fallback=|| "suspended">
            {move || Suspend::new(async move { resource.await; "fetched" })}
        </Suspense>
    }
}

#[page(async, path = "/island", timeout = "1s")]
fn IslandPage() -> impl IntoView {
    view! { <Island/> }
}

#[punctual::test]
async fn when_an_island_has_a_resource() {
    let watch = Watch::default();
    let site = TestSite::new(
        Site::builder()
            .state(watch.clone())
            .pages(pages![IslandPage]),
    );
    let html = site.get("/island").await.assert_whole().html();
    assert!(
        html.contains("<leptos-island") && html.contains("fetched"),
        "{html}"
    );
    site.assert_nothing_remains().await;
    assert_eq!(watch.loads.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_many_visitors_leave_at_any_time() {
    let watch = Watch::default();
    let site = watch.site();
    let visitors = (0..400u64).map(|n| {
        let site = site.clone();
        tokio::spawn(async move {
            let path = ["/stream", "/critical", "/whole"][n as usize % 3];
            let _ = tokio::time::timeout(ms(n % 97), site.get(path)).await;
        })
    });
    for visitor in visitors.collect::<Vec<_>>() {
        visitor.await.unwrap();
    }
    site.assert_nothing_remains().await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (0, 0));
}
