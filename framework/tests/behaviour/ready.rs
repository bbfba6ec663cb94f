//! Pages in which nothing of Leptos waits: rendered in its synchronous form, and made again when that was wrong.

use crate::support::{Refused, ms, sleep};
use axum::{http::header::SET_COOKIE, response::AppendHeaders};
use punctual::{prelude::*, testing::TestSite};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// How often functions of pages were called.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn one(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    /// How often since the last time.
    fn take(&self) -> usize {
        self.0.swap(0, SeqCst)
    }
}

#[derive(Clone, serde::Deserialize)]
struct Asked {
    /// Whether something is late.
    #[serde(default)]
    late: bool,
}

#[loader]
async fn soon() -> Result<u8, Refused> {
    sleep(50).await;
    Ok(7)
}

#[loader]
async fn broken() -> Result<u8, Refused> {
    sleep(50).await;
    Err(Refused)
}

/// Made by a closure, so that nobody knows of it before the view is rendered.
fn in_a_closure(late: bool, view: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    move || late.then(&view)
}

#[page(async, path = "/suspense", timeout = "1s")]
fn SuspensePage(
    Query(asked): Query<Asked>,
    State(calls): State<Calls>,
    head: ResponseHead,
    soon: Deferred<soon>,
) -> impl IntoView {
    calls.one();
    head.set(AppendHeaders([(SET_COOKIE, "seen=1")])).unwrap();
    let suspense = || {
        let resource = Resource::new(
            || (),
            |()| async {
                sleep(100).await;
                "resource".to_owned()
            },
        );
        view! { <Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense> }
            .into_any()
    };
    view! {
        <Title text="Suspense"/>
        <main>{in_a_closure(asked.late, suspense)}</main>
        <Resolve data=soon let:n>"part " {*n}</Resolve>
    }
}

#[page(async, path = "/future", timeout = "1s")]
fn FuturePage(Query(asked): Query<Asked>, State(calls): State<Calls>) -> impl IntoView {
    calls.one();
    let future = || {
        Suspend::new(async {
            sleep(100).await;
            "future"
        })
        .into_any()
    };
    view! { <main>{in_a_closure(asked.late, future)}</main> }
}

#[page(async, path = "/tasks", timeout = "1s")]
fn TasksPage(
    Query(asked): Query<Asked>,
    State(calls): State<Calls>,
    tasks: Tasks,
) -> impl IntoView {
    calls.one();
    let task = tasks.register("task", async { Ok::<_, Refused>("done") });
    let future = || Suspend::new(async { sleep(100).await }).into_any();
    view! {
        <main>{in_a_closure(asked.late, future)}</main>
        <Resolve data=task let:done>{done.to_string()}</Resolve>
    }
}

/// Its closure makes what must not be made twice, and what it has to be made again for.
#[page(async, path = "/both", timeout = "1s")]
fn BothPage(Query(asked): Query<Asked>) -> impl IntoView {
    let both = || {
        let cx = RequestContext::<Calls>::current().unwrap();
        let task = cx
            .tasks()
            .register("task", async { Ok::<_, Refused>("done") });
        let future = Suspend::new(async {
            sleep(100).await;
            "future"
        });
        view! { {future}<Resolve data=task let:done>{done.to_string()}</Resolve> }.into_any()
    };
    view! { <main>{in_a_closure(asked.late, both)}</main> }
}

#[page(async, path = "/parts", timeout = "1s")]
fn PartsPage(
    _first: Loaded<soon>,
    there: Deferred<soon>,
    broken: Deferred<broken>,
) -> impl IntoView {
    let panics = there.clone();
    let shown = || -> AnyView { panic!("in a part") };
    view! {
        <table><tbody>
            <tr><td><Resolve data=there let:n>"there " {*n}</Resolve></td></tr>
            <tr><td><Resolve data=broken on_error=|_| "broken" let:_n><p>"not shown"</p></Resolve></td></tr>
            <tr><td><Resolve data=panics on_error=|_| view! { <b>"saved"</b> } let:_n>"lost" {shown()}</Resolve></td></tr>
        </tbody></table>
        <footer>"foot"</footer>
    }
}

fn site() -> (TestSite, Calls) {
    let calls = Calls::default();
    let builder = Site::builder().state(calls.clone()).pages(pages![
        SuspensePage,
        FuturePage,
        TasksPage,
        BothPage,
        PartsPage
    ]);
    (TestSite::new(builder), calls)
}

/// A document without what is different in each: its nonce, and the number by which it is ended.
fn without_numbers(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, behind)) = ["nonce=\"", "__stream=end-"]
        .iter()
        .filter_map(|mark| rest.split_once(mark))
        .min_by_key(|(before, _)| before.len())
    {
        kept.push_str(before);
        rest = behind.split_once('"').map_or("", |(_, behind)| behind);
    }
    kept + rest
}

#[punctual::test]
async fn a_page_looks_the_same_however_it_is_rendered() {
    let (site, calls) = site();
    for path in ["/suspense", "/future", "/parts", "/tasks"] {
        let first = site.get(path).await;
        let html = without_numbers(&first.assert_whole().html());
        for _ in 0..3 {
            let next = site.get(path).await;
            assert_eq!(without_numbers(&next.assert_whole().html()), html);
            assert_eq!(next.end(), first.end());
        }
    }
    // Each once for each visit.
    assert_eq!(calls.take(), 12);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_late_view_that_nobody_knew_of_has_the_page_made_again() {
    let (site, calls) = site();
    site.get("/suspense").await;
    assert_eq!(calls.take(), 1);
    let page = site.get("/suspense?late=true").await;
    page.assert_whole().assert_shows("resource");
    assert_eq!(page.at("suspended"), ms(0));
    assert_eq!(page.at("part "), ms(50));
    assert_eq!(page.at("resource"), ms(100));
    assert!(page.html().contains("<title>Suspense</title>"));
    assert_eq!(calls.take(), 2);
    // What the function has said about the head counts once.
    let cookies = page.headers().get_all(SET_COOKIE).iter().count();
    assert_eq!(cookies, 1);
    // From now on that is known.
    let page = site.get("/suspense?late=true").await;
    page.assert_shows("resource");
    assert_eq!(calls.take(), 1);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_future_in_the_view_is_known_by_itself() {
    let (site, calls) = site();
    site.get("/future").await;
    calls.take();
    let page = site.get("/future?late=true").await;
    page.assert_whole().assert_shows("future");
    assert_eq!((page.at("future"), calls.take()), (ms(100), 2));
    site.get("/future").await.assert_whole();
    assert_eq!(calls.take(), 1);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_page_with_tasks_is_made_once() {
    let (site, calls) = site();
    site.get("/tasks").await;
    calls.take();
    let page = site.get("/tasks?late=true").await;
    page.assert_whole().assert_shows("done");
    assert_eq!(calls.take(), 1);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_must_not_be_made_twice_fails_once() {
    let (site, _) = site();
    site.get("/both").await;
    let page = site.get("/both?late=true").await;
    assert_eq!(page.status(), 500);
    let page = site.get("/both?late=true").await;
    page.assert_whole()
        .assert_shows("future")
        .assert_shows("done");
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_is_there_stands_in_its_place_and_a_panic_costs_that_place_only() {
    let (site, _) = site();
    for _ in 0..2 {
        let page = site.get("/parts").await;
        page.assert_whole().assert_shows("there ");
        let html = page.html();
        assert!(
            html.contains("<b>saved</b>") && !html.contains("lost"),
            "{html}"
        );
        assert!(html.contains("foot"), "{html}");
    }
}
