//! Leptos' own asynchronous views in a page: whatever they do, the document ends by the deadline.

use crate::support::{Refused, by, ms, sleep};
use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    either::Either,
    tachys::{
        hydration::Cursor,
        ssr::{StreamBuilder, StreamChunk},
        view::{Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};
use punctual::{
    prelude::*,
    testing::{TestPage, TestSite},
};
use std::collections::VecDeque;

#[loader]
async fn part() -> Result<u8, Refused> {
    sleep(50).await;
    Ok(7)
}

fn after<T: Send + Sync + Clone + 'static>(
    delay: u64,
    value: T,
) -> impl Fn(()) -> std::pin::Pin<Box<dyn Future<Output = T> + Send>> {
    move |()| {
        let value = value.clone();
        Box::pin(async move {
            sleep(delay).await;
            value
        })
    }
}

#[component]
fn Waits(delay: u64) -> impl IntoView {
    let resource = Resource::new(|| (), after(delay, delay));
    view! {
        <Suspense fallback=|| "suspended">
            {move || Suspend::new(async move { view! { <em>{resource.await}</em> } })}
        </Suspense>
    }
}

#[page(async, path = "/suspense", timeout = "1s")]
fn SuspensePage(part: Deferred<part>) -> impl IntoView {
    view! {
        <main>
            <Waits delay=100/>
            <Resolve data=part let:n>"part " {*n} <Waits delay=200/></Resolve>
        </main>
        <footer>"foot"</footer>
    }
}

#[page(async, path = "/resolve-inside", timeout = "1s")]
fn ResolveInsidePage(part: Deferred<part>) -> impl IntoView {
    let resource = Resource::new(|| (), after(100, 1u8));
    let fallback_part = part.clone();
    view! {
        <Suspense fallback=move || view! { <Resolve data=fallback_part.clone() let:n>"in the fallback " {*n}</Resolve> }>
            {move || {
                let part = part.clone();
                Suspend::new(async move {
                    let n = resource.await;
                    view! { <em>{n}</em><Resolve data=part let:n>"inside " {*n}</Resolve> }
                })
            }}
        </Suspense>
    }
}

#[punctual::test]
async fn suspense_streams_beside_and_in_parts() {
    let page = TestSite::new(Site::builder().pages(pages![SuspensePage]))
        .get("/suspense")
        .await;
    let html = page.assert_whole().html();
    assert_eq!(page.at("suspended"), ms(0));
    assert_eq!(page.at("<em>100</em>"), ms(100));
    assert_eq!(page.at("part "), ms(50));
    assert_eq!(page.at("<em>200</em>"), ms(250));
    assert!(html.contains("foot"));
}

#[punctual::test]
async fn resolve_stands_in_suspense_and_in_its_fallback() {
    let page = TestSite::new(Site::builder().pages(pages![ResolveInsidePage]))
        .get("/resolve-inside")
        .await;
    page.assert_whole().assert_shows("inside ");
    assert_eq!(page.at("in the fallback "), ms(50));
    assert!(page.end() <= ms(110), "{:?}", page.end());
}

#[page(async, path = "/never", timeout = "1s")]
fn NeverPage(part: Deferred<part>) -> impl IntoView {
    let resource = Resource::new(|| (), |()| std::future::pending::<u8>());
    view! {
        <main><Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense></main>
        <Resolve data=part let:n>"part " {*n}</Resolve>
        <footer>"foot"</footer>
    }
}

#[page(async, path = "/blocking", timeout = "1s")]
fn BlockingPage() -> impl IntoView {
    let resource = Resource::new_blocking(|| (), |()| std::future::pending::<u8>());
    view! { <Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense><footer>"foot"</footer> }
}

#[page(async, path = "/boundary", timeout = "1s")]
fn BoundaryPage(part: Deferred<part>) -> impl IntoView {
    let resource = Resource::new(|| (), |()| std::future::pending::<u8>());
    view! {
        <main>
            <ErrorBoundary fallback=|_| "failed">
                <Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense>
            </ErrorBoundary>
        </main>
        <Resolve data=part let:n>"part " {*n}</Resolve>
        <footer>"foot"</footer>
    }
}

#[page(async, path = "/in-closure", timeout = "1s")]
fn InClosurePage() -> impl IntoView {
    // leptos issue 4866: each run of the closure makes a new resource.
    let (count, _) = signal(0);
    view! {
        <Suspense fallback=|| "suspended">
            {move || {
                count.get();
                let resource = Resource::new(|| (), after(50, 1u8));
                view! { <p>{move || resource.get()}</p> }
            }}
        </Suspense>
        <footer>"foot"</footer>
    }
}

#[page(async, path = "/panicking-fetcher", timeout = "1s")]
fn PanickingFetcherPage() -> impl IntoView {
    let resource = Resource::new(
        || (),
        |()| async {
            sleep(50).await;
            if true {
                panic!("in a fetcher")
            }
            1u8
        },
    );
    view! { <Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense><footer>"foot"</footer> }
}

#[page(async, path = "/panicking-suspend", timeout = "1s")]
fn PanickingSuspendPage() -> impl IntoView {
    let resource = Resource::new(|| (), after(20, 1u8));
    view! {
        <Suspense fallback=|| "suspended">
            {move || Suspend::new(async move { resource.await; if true { panic!("in a suspend") } "x" })}
        </Suspense>
        <Waits delay=50/>
        <footer>"foot"</footer>
    }
}

fn well_formed(page: &TestPage) -> String {
    assert!(page.end() <= by(1000), "{:?}", page.end());
    let html = page.assert_whole().html();
    assert!(html.contains("foot"), "{html}");
    html
}

#[punctual::test]
async fn whatever_leptos_does_the_document_ends() {
    let site = TestSite::new(Site::builder().pages(pages![
        NeverPage,
        BlockingPage,
        BoundaryPage,
        InClosurePage,
        PanickingFetcherPage,
        PanickingSuspendPage
    ]));
    for path in [
        "/never",
        "/blocking",
        "/boundary",
        "/in-closure",
        "/panicking-fetcher",
        "/panicking-suspend",
    ] {
        well_formed(&site.get(path).await);
    }
    let page = site.get("/never").await;
    assert_eq!(page.at("part "), ms(50));
    // The boundary holds back what stands behind it; at the deadline it is sent all the same.
    assert!(well_formed(&site.get("/boundary").await).contains("part "));
    // A panic takes only the view that it is in.
    assert!(well_formed(&site.get("/panicking-suspend").await).contains("<em>50</em>"));
}

#[page(async, path = "/either")]
fn EitherPage(part: Deferred<part>) -> impl IntoView {
    let (on, _) = signal(true);
    move || {
        let part = part.clone();
        if on.get() {
            Either::Left(view! { <Resolve data=part let:n>"left " {*n}</Resolve> })
        } else {
            Either::Right("right")
        }
    }
}

#[punctual::test]
async fn resolve_stands_in_reactive_views() {
    TestSite::new(Site::builder().pages(pages![EitherPage]))
        .get("/either")
        .await
        .assert_whole()
        .assert_shows("left ");
}

#[loader]
async fn shortly_before() -> Result<u8, Refused> {
    sleep(990).await;
    Ok(7)
}

#[page(async, path = "/grace", timeout = "1s")]
fn GracePage(shortly_before: Deferred<shortly_before>) -> impl IntoView {
    let again = shortly_before.clone();
    let waits = |delay| {
        let resource = Resource::new(|| (), after(delay, delay));
        view! {
            <ErrorBoundary fallback=|_| "failed">
                <Suspense fallback=|| "suspended">
                    {move || Suspend::new(async move { view! { <em>{resource.await}</em> } })}
                </Suspense>
            </ErrorBoundary>
        }
    };
    view! {
        <Resolve data=shortly_before on_timeout=|| "too early" let:_n>{waits(5)}"one"</Resolve>
        <Resolve data=again on_timeout=|| "too late" let:_n>"two"{waits(500)}"three"</Resolve>
    }
}

#[punctual::test]
async fn a_part_is_shown_although_something_of_leptos_in_it_is_late() {
    let page = TestSite::new(Site::builder().pages(pages![GracePage]))
        .get("/grace")
        .await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("<em>5</em>") && html.contains("one") && !html.contains("too early"),
        "{html}"
    );
    let shown = without_comments(&page.shown());
    assert!(shown.contains("twothree"), "{shown}");
    assert!(page.end() <= by(1000), "{:?}", page.end());
}

fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!--");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once("-->").map_or(part, |(_, rest)| rest));
    }
    text
}

/// A view that holds back what stands behind it, as Leptos' `ErrorBoundary` does, but with chunk
/// numbers of its own. (After a boundary Leptos uses the same numbers twice.)
struct Hole(u64);

impl Render for Hole {
    type State = ();

    fn build(self) {}

    fn rebuild(self, (): &mut ()) {}
}

impl AddAnyAttr for Hole {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

impl RenderHtml for Hole {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        builder: &mut StreamBuilder,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
        builder.push_async(async move {
            sleep(self.0).await;
            VecDeque::from([StreamChunk::Sync("<i>hole</i>".to_owned())])
        });
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) {}

    fn into_owned(self) -> Self {
        self
    }
}

#[page(async, path = "/behind-a-hole", timeout = "1s")]
fn BehindAHolePage(part: Deferred<part>) -> impl IntoView {
    view! {
        {Hole(300)}
        <Waits delay=100/>
        <Resolve data=part let:_n><b>"part"</b><Waits delay=20/></Resolve>
        <footer>"foot"</footer>
    }
}

#[punctual::test]
async fn a_late_view_of_leptos_comes_after_its_place() {
    let page = TestSite::new(Site::builder().pages(pages![BehindAHolePage]))
        .get("/behind-a-hole")
        .await;
    let html = well_formed(&page);
    assert_eq!(page.at("<i>hole</i>"), ms(300));
    // Each content has its place before it, although its data was there earlier.
    let mut late = 0;
    for (at, template) in html.match_indices("<template id=\"p:") {
        let id = html[at + template.len()..].split('"').next();
        let Some(id) = id.and_then(|id| id.strip_suffix(":c")) else {
            continue;
        };
        let mark = html.find(&format!("<!--/p:{id}-->"));
        assert!(
            mark.is_some_and(|mark| mark < at),
            "{id} comes before its place: {html}"
        );
        late += 1;
    }
    assert_eq!(late, 4, "{html}");
    assert!(
        html.contains("<em>100</em>") && html.contains("<em>20</em>"),
        "{html}"
    );
}
