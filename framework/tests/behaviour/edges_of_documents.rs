//! What a careful reader has tried to break a document with.

use crate::support::{Refused, ms, sleep};
use punctual::{prelude::*, testing::TestSite};

#[loader]
async fn soon() -> Result<&'static str, Refused> {
    sleep(100).await;
    Ok("soon")
}

#[loader]
async fn later() -> Result<&'static str, Refused> {
    sleep(200).await;
    Ok("<script>window.pwned=1</script>")
}

async fn after(millis: u64, text: &'static str) -> String {
    sleep(millis).await;
    text.to_owned()
}

/// What visitors write decides nothing about how a late view is shown.
#[page(async, path = "/replace", timeout = "1s")]
fn ReplacePage() -> impl IntoView {
    let said = Resource::new(|| (), |()| after(50, "], replace: false, nonce: None"));
    view! {
        <Suspense fallback=|| "fallback">
            <p>{move || Suspend::new(async move { said.await })}</p>
        </Suspense>
    }
}

#[punctual::test]
async fn a_text_cannot_keep_a_late_view_away() {
    let site = TestSite::new(Site::builder().pages(pages![ReplacePage]));
    let page = site.get("/replace").await;
    page.assert_whole()
        .assert_shows("<p>], replace: false, nonce: None");
    assert_eq!(page.end(), ms(50));
}

/// A part at which the document stops, in a part that a script puts in place.
#[page(async, path = "/foreign", timeout = "1s")]
fn ForeignPage(soon: Deferred<soon>, later: Deferred<later>) -> impl IntoView {
    view! {
        <Resolve data=soon let:_soon>
            <svg><foreignObject>
                <Resolve data=later let:text><div inner_html=*text></div></Resolve>
            </foreignObject></svg>
        </Resolve>
    }
}

#[punctual::test]
async fn scripts_are_disarmed_also_where_the_document_stops_in_a_late_part() {
    let site = TestSite::new(Site::builder().pages(pages![ForeignPage]));
    let html = site.get("/foreign").await.assert_whole().html();
    assert!(
        html.contains("pwned") && !html.contains("<script>window.pwned"),
        "{html}"
    );
}

/// A view that waits, in an element in which no script may stand.
#[page(async, path = "/svg", timeout = "2s")]
fn SvgPage(soon: Deferred<soon>) -> impl IntoView {
    let slow = Resource::new(|| (), |()| after(500, "slow"));
    view! {
        <p><Resolve data=soon let:text>{*text}</Resolve></p>
        <svg>
            <ErrorBoundary fallback=|_| "failed">
                <Suspense><text>{move || Suspend::new(async move { slow.await })}</text></Suspense>
            </ErrorBoundary>
        </svg>
        <i>"behind"</i>
    }
}

#[punctual::test]
async fn nothing_is_written_into_an_element_where_the_document_waits() {
    let site = TestSite::new(Site::builder().pages(pages![SvgPage]));
    let page = site.get("/svg").await;
    let html = page.assert_whole().html();
    let svg = html
        .split_once("<svg>")
        .and_then(|(_, rest)| rest.split_once("</svg>"));
    let inside = svg.map(|(inside, _)| inside).unwrap_or_default();
    assert!(
        inside.contains("slow") && !inside.contains("<script"),
        "{html}"
    );
    page.assert_shows("soon");
}

/// An `ErrorBoundary` around something late holds nothing back that stands around it.
#[page(async, path = "/boundary", timeout = "1s")]
fn BoundaryPage() -> impl IntoView {
    let never = Resource::new(|| (), |()| std::future::pending::<u8>());
    view! {
        <p>"before"</p>
        <ErrorBoundary fallback=|_| "failed">
            <Suspense>{move || Suspend::new(async move { never.await })}</Suspense>
        </ErrorBoundary>
        <p>"behind"</p>
    }
}

#[punctual::test]
async fn a_boundary_holds_nothing_back() {
    let site = TestSite::new(Site::builder().pages(pages![BoundaryPage]));
    let page = site.get("/boundary").await;
    assert_eq!(page.at("behind"), ms(0));
    page.assert_whole();
    assert_eq!(page.end(), ms(1000));
    site.assert_nothing_remains().await;
}
