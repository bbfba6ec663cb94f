//! A panic of user code costs the visitor at most the part that it is in.

use crate::support::{Refused, sleep};
use http::StatusCode;
use leptos::prelude::{Owner, on_cleanup};
use punctual::{prelude::*, testing::TestSite};

#[loader]
async fn panics() -> Result<u8, Refused> {
    sleep(20).await;
    panic!("in a loader")
}

#[loader]
async fn value() -> Result<u8, Refused> {
    sleep(50).await;
    Ok(7)
}

#[component]
fn Boom(#[prop(optional)] at: &'static str) -> impl IntoView {
    if at.is_empty() {
        panic!("in a view");
    }
    at
}

fn panics_again(_: LoadError<Refused>) -> String {
    panic!("again")
}

#[page(async, path = "/critical")]
fn CriticalPage(panics: Loaded<panics>) -> impl IntoView {
    *panics
}

#[page(async, path = "/handled")]
fn HandledPage(panics: LoadResult<panics>) -> impl IntoView {
    if matches!(panics, Err(LoadError::Panicked)) {
        "handled"
    } else {
        "not handled"
    }
}

#[page(async, path = "/deferred")]
fn DeferredPage(panics: Deferred<panics>, value: Deferred<value>) -> impl IntoView {
    view! {
        <Resolve data=panics on_error=|error| format!("error: {error}") let:n>{*n}</Resolve>
        <Resolve data=value.clone() on_error=|error| format!("view: {error}") let:_n><Boom/></Resolve>
        <Resolve data=value.clone() let:_n>{move || -> String { panic!("in a closure") }}</Resolve>
        <Resolve data=value.clone() on_error=panics_again let:_n><Boom/></Resolve>
        <Resolve data=value let:n>"value " {*n}</Resolve>
        <footer>"the end"</footer>
    }
}

#[page(async, path = "/page")]
fn PanickingPage() -> impl IntoView {
    view! { <Boom/> }
}

#[page(async, path = "/async-page")]
async fn AsyncPanickingPage() -> impl IntoView {
    sleep(1).await;
    view! { <Boom/> }
}

#[page(async, path = "/cleanup")]
fn CleanupPage(value: Deferred<value>) -> impl IntoView {
    on_cleanup(|| panic!("in a cleanup"));
    view! { <Resolve data=value let:n>"value " {*n}</Resolve> }
}

#[page(async, path = "/fine")]
fn FinePage() -> impl IntoView {
    "fine"
}

#[punctual::test]
async fn in_a_critical_loader_it_is_500() {
    let site = TestSite::new(Site::builder().pages(pages![CriticalPage, HandledPage]));
    let page = site.get("/critical").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    page.assert_whole();
    site.get("/handled")
        .await
        .assert_whole()
        .assert_shows("handled");
}

#[punctual::test]
async fn in_a_part_it_is_an_error_in_its_place() {
    let page = TestSite::new(Site::builder().pages(pages![DeferredPage]))
        .get("/deferred")
        .await;
    let html = page.assert_whole().html();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(
        html.contains("error: the data could not be loaded"),
        "{html}"
    );
    assert!(
        html.contains("view: the data could not be loaded"),
        "{html}"
    );
    assert!(html.contains("This part could not be loaded."), "{html}");
    assert!(
        html.contains("value ") && html.contains("the end"),
        "{html}"
    );
    assert!(Owner::current().is_none());
}

#[punctual::test]
async fn in_a_page_it_is_500_and_other_requests_see_nothing() {
    let site =
        TestSite::new(Site::builder().pages(pages![PanickingPage, AsyncPanickingPage, FinePage]));
    for path in ["/page", "/async-page"] {
        let page = site.get(path).await;
        assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
        page.assert_whole().assert_shows("Something went wrong");
        assert!(Owner::current().is_none());
        site.get("/fine").await.assert_whole().assert_shows("fine");
    }
}

#[punctual::test]
async fn in_a_cleanup_the_document_is_whole() {
    TestSite::new(Site::builder().pages(pages![CleanupPage]))
        .get("/cleanup")
        .await
        .assert_whole()
        .assert_shows("value ");
}

#[punctual::test]
async fn in_the_error_page_or_the_shell_a_static_page_is_sent() {
    let error_page = || -> String { panic!("in the error page") };
    let site = TestSite::new(
        Site::builder()
            .error_page(error_page)
            .pages(pages![PanickingPage]),
    );
    let page = site.get("/page").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    page.assert_whole()
        .assert_shows("<h1>500 Internal Server Error</h1>");

    let shell = |_| -> String { panic!("in the shell") };
    let site = TestSite::new(Site::builder().shell(shell).pages(pages![FinePage]));
    let page = site.get("/fine").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    page.assert_whole();
}

#[punctual::test]
async fn in_a_record_function_nothing_else_happens() {
    let site = TestSite::new(
        Site::builder()
            .on_record(|_| panic!("in a hook"))
            .pages(pages![FinePage]),
    );
    site.get("/fine").await.assert_whole().assert_shows("fine");
}

#[component]
fn RegistersAndPanics(stuck: Deferred<stuck>) -> impl IntoView {
    view! {
        <Resolve data=stuck on_timeout=|| "orphan" let:n>{*n}</Resolve>
        {move || -> String { panic!("after a place was registered") }}
    }
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[page(async, path = "/ready")]
fn ReadyPage(_value: Loaded<value>, value: Deferred<value>) -> impl IntoView {
    let again = value.clone();
    view! {
        <Resolve data=value.clone() on_error=|error| format!("inline: {error}") let:_n><Boom/></Resolve>
        <Resolve data=value let:n>"value " {*n} <Resolve data=again on_error=|_| "inner" let:_n><Boom/></Resolve></Resolve>
        <footer>"the end"</footer>
    }
}

#[page(async, path = "/orphan", timeout = "1s")]
fn OrphanPage(value: Deferred<value>, stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Resolve data=value on_error=|_| "contained" let:_n><RegistersAndPanics stuck/></Resolve> }
}

#[punctual::test]
async fn in_a_view_whose_data_is_there_it_is_an_error_in_its_place_too() {
    let page = TestSite::new(Site::builder().pages(pages![ReadyPage]))
        .get("/ready")
        .await;
    let html = page.assert_whole().shown();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(
        html.contains("inline: the data could not be loaded"),
        "{html}"
    );
    assert!(
        html.contains("value 7") && html.contains("inner") && html.contains("the end"),
        "{html}"
    );
    assert!(Owner::current().is_none());
}

#[punctual::test]
async fn a_place_in_a_view_that_panicked_holds_nothing_up() {
    let page = TestSite::new(Site::builder().pages(pages![OrphanPage]))
        .get("/orphan")
        .await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("contained") && !html.contains("orphan"),
        "{html}"
    );
    assert_eq!(page.end(), crate::support::ms(50));
}

#[page(async, path = "/fetcher", timeout = "1s")]
fn FetcherPage() -> impl IntoView {
    let resource = Resource::new(
        || (),
        |()| async {
            sleep(20).await;
            if true {
                panic!("in a fetcher");
            }
            1u8
        },
    );
    view! { <Suspense fallback=|| "suspended">{move || Suspend::new(async move { resource.await })}</Suspense> }
}

#[punctual::test]
async fn in_a_fetcher_of_leptos_no_owner_stays_on_the_thread() {
    let site = TestSite::new(Site::builder().pages(pages![FetcherPage]));
    let page = tokio::spawn(async move { site.get("/fetcher").await });
    sleep(100).await;
    assert!(Owner::current().is_none());
    page.await.unwrap().assert_whole();
}

#[punctual::test]
async fn it_is_recorded_as_a_failure_wherever_it_was() {
    use punctual::Outcome::{Complete, Failed};
    let site = TestSite::new(Site::builder().pages(pages![
        DeferredPage,
        ReadyPage,
        CriticalPage,
        PanickingPage,
        FinePage
    ]));
    for (path, outcome) in [
        ("/deferred", Failed),
        ("/ready", Failed),
        ("/critical", Failed),
        ("/page", Failed),
        ("/fine", Complete),
    ] {
        let page = site.get(path).await;
        assert_eq!(
            page.assert_whole().record().outcome,
            Some(outcome),
            "{path}"
        );
    }
}
