//! Nothing of a request remains, however it ends.

use crate::support::{Alive, Refused, Token, get, ms, respond, router, sleep};
use axum::Router;
use http::Request;
use http_body_util::BodyExt as _;
use punctual::{Outcome, prelude::*};
use std::{
    future::pending,
    sync::{Arc, Mutex},
};

/// What a test watches: the loads and the contexts that are alive, and how requests ended.
#[derive(Clone, Default)]
struct Watch {
    loads: Alive,
    contexts: Alive,
    outcomes: Arc<Mutex<Vec<Outcome>>>,
}

impl Watch {
    fn site(&self) -> Router {
        let outcomes = self.outcomes.clone();
        let on_record = move |record: &punctual::RequestRecord| {
            outcomes.lock().unwrap().push(record.outcome.unwrap());
        };
        router(
            Site::builder()
                .state(self.clone())
                .on_record(on_record)
                .pages(pages![StreamPage, CriticalPage, WholePage]),
        )
    }

    #[track_caller]
    fn nothing_remains(&self, outcome: Outcome) {
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

#[tokio::test(start_paused = true)]
async fn when_the_document_is_whole() {
    let watch = Watch::default();
    // The deferred load that no part resolves is cancelled.
    let reply = get(&watch.site(), "/whole").await;
    assert_eq!(reply.end, ms(0));
    reply.whole();
    sleep(1).await;
    watch.nothing_remains(Outcome::Complete);
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline() {
    let watch = Watch::default();
    get(&watch.site(), "/stream").await.whole();
    sleep(1).await;
    watch.nothing_remains(Outcome::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn when_the_page_is_late() {
    let watch = Watch::default();
    get(&watch.site(), "/critical").await.whole();
    sleep(1).await;
    watch.nothing_remains(Outcome::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn when_the_visitor_leaves_in_the_middle_of_the_stream() {
    let watch = Watch::default();
    let response = respond(&watch.site(), Request::get("/stream")).await;
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    sleep(100).await;
    assert!(watch.loads.count() > 0 && watch.contexts.count() == 1);
    drop(body);
    sleep(1).await;
    watch.nothing_remains(Outcome::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn when_the_visitor_leaves_before_the_first_byte() {
    let watch = Watch::default();
    let site = watch.site();
    let asking = tokio::spawn(async move { get(&site, "/critical").await });
    sleep(100).await;
    assert!(watch.loads.count() > 0);
    asking.abort();
    sleep(1).await;
    watch.nothing_remains(Outcome::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn when_nobody_reads_the_body() {
    let watch = Watch::default();
    let response = respond(&watch.site(), Request::get("/stream")).await;
    // As hyper does with a visitor who does not read: the body is kept and never polled.
    let body = response.into_body();
    sleep(1100).await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (0, 0));
    // The document itself is kept for the drain time, and then cut off.
    sleep(11_000).await;
    watch.nothing_remains(Outcome::Disconnected);
    assert!(body.collect().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn when_the_body_is_read_late_but_in_time() {
    let watch = Watch::default();
    let response = respond(&watch.site(), Request::get("/stream")).await;
    sleep(3000).await;
    let html = response.into_body().collect().await.unwrap().to_bytes();
    assert!(html.ends_with(b"</body></html>"));
    sleep(1).await;
    watch.nothing_remains(Outcome::TimedOut);
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

#[tokio::test(start_paused = true)]
async fn what_leptos_fetches_ends_with_the_request() {
    let watch = Watch::default();
    let site = router(
        Site::builder()
            .state(watch.clone())
            .pages(pages![ResourcePage]),
    );
    let mut body = respond(&site, Request::get("/resource")).await.into_body();
    body.frame().await.unwrap().unwrap();
    sleep(10).await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (1, 1));
    drop(body);
    sleep(1).await;
    assert_eq!((watch.loads.count(), watch.contexts.count()), (0, 0));

    get(&site, "/resource").await.whole();
    sleep(1).await;
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

#[tokio::test(start_paused = true)]
async fn when_an_island_has_a_resource() {
    let watch = Watch::default();
    let site = router(
        Site::builder()
            .state(watch.clone())
            .pages(pages![IslandPage]),
    );
    let html = get(&site, "/island").await.whole();
    assert!(
        html.contains("<leptos-island") && html.contains("fetched"),
        "{html}"
    );
    sleep(1).await;
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
            let _ = tokio::time::timeout(ms(n % 97), get(&site, path)).await;
        })
    });
    for visitor in visitors.collect::<Vec<_>>() {
        visitor.await.unwrap();
    }
    let gone = async {
        while watch.loads.count() + watch.contexts.count() > 0 {
            sleep(5).await;
        }
    };
    let left = || {
        format!(
            "{} loads, {} contexts",
            watch.loads.count(),
            watch.contexts.count()
        )
    };
    assert!(
        tokio::time::timeout(ms(5000), gone).await.is_ok(),
        "{} are left",
        left()
    );
}
