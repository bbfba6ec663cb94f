//! A panic of user code costs the visitor at most the part that it is in.

use crate::support::{Refused, get, router, site, sleep};
use http::StatusCode;
use leptos::prelude::{Owner, on_cleanup};
use punctual::prelude::*;

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

#[tokio::test(start_paused = true)]
async fn in_a_critical_loader_it_is_500() {
    let site = site(pages![CriticalPage, HandledPage]);
    let reply = get(&site, "/critical").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    reply.whole();
    assert!(get(&site, "/handled").await.whole().contains("handled"));
}

#[tokio::test(start_paused = true)]
async fn in_a_part_it_is_an_error_in_its_place() {
    let reply = get(&site(pages![DeferredPage]), "/deferred").await;
    let html = reply.whole();
    assert_eq!(reply.status, StatusCode::OK);
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

#[tokio::test(start_paused = true)]
async fn in_a_page_it_is_500_and_other_requests_see_nothing() {
    let site = site(pages![PanickingPage, AsyncPanickingPage, FinePage]);
    for path in ["/page", "/async-page"] {
        let reply = get(&site, path).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(reply.whole().contains("Something went wrong"));
        assert!(Owner::current().is_none());
        assert!(get(&site, "/fine").await.whole().contains("fine"));
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_cleanup_the_document_is_whole() {
    assert!(
        get(&site(pages![CleanupPage]), "/cleanup")
            .await
            .whole()
            .contains("value ")
    );
}

#[tokio::test(start_paused = true)]
async fn in_the_error_page_or_the_shell_a_static_page_is_sent() {
    let error_page = || -> String { panic!("in the error page") };
    let site = router(
        Site::builder()
            .error_page(error_page)
            .pages(pages![PanickingPage]),
    );
    let reply = get(&site, "/page").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.whole().contains("<h1>500 Internal Server Error</h1>"));

    let shell = |_| -> String { panic!("in the shell") };
    let site = router(Site::builder().shell(shell).pages(pages![FinePage]));
    let reply = get(&site, "/fine").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    reply.whole();
}

#[tokio::test(start_paused = true)]
async fn in_a_record_function_nothing_else_happens() {
    let site = router(
        Site::builder()
            .on_record(|_| panic!("in a hook"))
            .pages(pages![FinePage]),
    );
    assert!(get(&site, "/fine").await.whole().contains("fine"));
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

#[tokio::test(start_paused = true)]
async fn in_a_view_whose_data_is_there_it_is_an_error_in_its_place_too() {
    let reply = get(&site(pages![ReadyPage]), "/ready").await;
    let html = reply.text();
    assert_eq!(reply.status, StatusCode::OK);
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

#[tokio::test(start_paused = true)]
async fn a_place_in_a_view_that_panicked_holds_nothing_up() {
    let reply = get(&site(pages![OrphanPage]), "/orphan").await;
    let html = reply.whole();
    assert!(
        html.contains("contained") && !html.contains("orphan"),
        "{html}"
    );
    assert_eq!(reply.end, crate::support::ms(50));
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

#[tokio::test(start_paused = true)]
async fn in_a_fetcher_of_leptos_no_owner_stays_on_the_thread() {
    let site = site(pages![FetcherPage]);
    let reply = tokio::spawn(async move { get(&site, "/fetcher").await });
    sleep(100).await;
    assert!(Owner::current().is_none());
    reply.await.unwrap().whole();
}

#[tokio::test(start_paused = true)]
async fn it_is_recorded_as_a_failure_wherever_it_was() {
    use punctual::Outcome::{Complete, Failed};
    let outcomes = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = outcomes.clone();
    let site = router(
        Site::builder()
            .on_record(move |record| seen.lock().unwrap().push(record.outcome.unwrap()))
            .pages(pages![
                DeferredPage,
                ReadyPage,
                CriticalPage,
                PanickingPage,
                FinePage
            ]),
    );
    for path in ["/deferred", "/ready", "/critical", "/page", "/fine"] {
        get(&site, path).await.whole();
    }
    sleep(1).await;
    assert_eq!(
        *outcomes.lock().unwrap(),
        [Failed, Failed, Failed, Failed, Complete]
    );
}
