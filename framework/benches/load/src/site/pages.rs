//! The pages. Each shows the number that the visitor has asked with, and the one that the catalog has answered with.

use super::{
    client::{Catalog, CatalogError},
    live::Live,
};
use crate::catalog::Call;
use punctual::prelude::*;
use std::{
    fmt::Write as _,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// How long the text of the large page is: more than two sockets hold between them.
const LARGE: usize = 2 << 20;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::with_capacity(LARGE + 100);
    while text.len() < LARGE {
        let _ = write!(text, "This is the text at {} of a long page. ", text.len());
    }
    text
});

#[loader]
pub(super) async fn answer(
    Query(call): Query<Call>,
    State(catalog): State<Catalog>,
    State(live): State<Live>,
) -> Result<u64, CatalogError> {
    let _counted = live.load();
    catalog.wait(call).await
}

/// Streams: the beginning comes at once, the answer of the catalog when it is there.
#[page(async, path = "/deferred")]
pub(super) fn DeferredPage(
    Query(call): Query<Call>,
    State(live): State<Live>,
    answer: Deferred<answer>,
) -> impl IntoView {
    provide_context(live.owner());
    view! {
        <Visitor call/>
        <Resolve data=answer fallback=|| view! { <p>"The catalog is asked."</p> } let:answer>
            <Answer number=*answer/>
        </Resolve>
    }
}

/// Comes as a whole when the answer is there.
#[page(async, path = "/loaded")]
pub(super) fn LoadedPage(
    Query(call): Query<Call>,
    State(live): State<Live>,
    answer: Loaded<answer>,
) -> impl IntoView {
    provide_context(live.owner());
    view! {
        <Visitor call/>
        <Answer number=*answer/>
    }
}

/// Keeps a processor busy for as long as others wait.
#[page(async, path = "/computing")]
pub(super) fn ComputingPage(Query(call): Query<Call>, State(live): State<Live>) -> impl IntoView {
    provide_context(live.owner());
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(call.ms) {
        std::hint::spin_loop();
    }
    view! {
        <Visitor call/>
        <Answer number=call.number/>
    }
}

/// Streams a long text, for readers who do not read it.
#[page(async, path = "/large")]
pub(super) fn LargePage(
    Query(call): Query<Call>,
    State(live): State<Live>,
    answer: Deferred<answer>,
) -> impl IntoView {
    provide_context(live.owner());
    view! {
        <Visitor call/>
        <pre>{TEXT.as_str()}</pre>
        <Resolve data=answer let:answer>
            <Answer number=*answer/>
        </Resolve>
    }
}

/// Needs nothing and shows nothing: what is left is what every page costs.
#[page(async, path = "/empty")]
pub(super) fn EmptyPage() -> impl IntoView {}

/// Blocks its thread, as no page should.
#[page(async, path = "/blocked")]
pub(super) fn BlockedPage(Query(call): Query<Call>) -> impl IntoView {
    std::thread::sleep(Duration::from_millis(call.ms));
    view! { <Visitor call/> }
}

/// The same in a part of it, when the rest is sent.
#[page(async, path = "/blocked-part")]
pub(super) fn BlockedPartPage(Query(call): Query<Call>, soon: Deferred<soon>) -> impl IntoView {
    let block = move || {
        std::thread::sleep(Duration::from_millis(call.ms));
        "It is no longer blocked."
    };
    view! {
        <Visitor call/>
        <Resolve data=soon let:_soon>{block()}</Resolve>
    }
}

#[loader]
pub(super) async fn soon() -> Result<(), CatalogError> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    Ok(())
}

#[component]
fn Visitor(call: Call) -> impl IntoView {
    view! { <h1 data-visitor=call.number.to_string()>"Visitor "{call.number}</h1> }
}

#[component]
fn Answer(number: u64) -> impl IntoView {
    view! { <p data-answer=number.to_string()>"The catalog has answered "{number}"."</p> }
}

pub(super) fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <link rel="icon" href="data:,"/>
                <Title text="Load"/>
            </head>
            <body><main>{page}</main></body>
        </html>
    }
}
