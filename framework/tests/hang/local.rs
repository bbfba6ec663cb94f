//! Resources that only a browser loads.

use crate::way::{Asked, Way, after, frame, piece, who};
use leptos::prelude::LocalResource;
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new("/local", &[&[1, 20, 9]]),
    Way::new("/local-in-boundary", &[&[1, 20, 9], &[1, 9]]),
    Way::new("/local-after", &[&[1, 20, 9]]),
    Way::new("/local-in-attribute", &[&[1, 2, 9], &[1, 20, 9]]),
    Way::new("/local-without-suspense", &[&[]]).status(500),
    Way::new("/local-in-order", &[&[1, 20, 9]]),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        LocalPage,
        LocalInBoundaryPage,
        LocalAfterPage,
        LocalInAttributePage,
        LocalWithoutSuspensePage,
        LocalInOrderPage
    ])
}

fn local() -> LocalResource<String> {
    LocalResource::new(|| std::future::ready(piece(2)))
}

fn local_place() -> impl IntoView {
    let local = local();
    view! {
        <Suspense fallback=|| piece(20)>
            <em>{move || local.get()}</em>
        </Suspense>
    }
}

/// On the server it is pending for ever; `Suspense` shows its fallback and leaves the rest to the browser.
#[page(async, path = "/local", timeout = "200ms")]
fn LocalPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, local_place)
}

/// The same in order.
#[page(
    async,
    path = "/local-in-order",
    timeout = "200ms",
    stream = "in-order"
)]
fn LocalInOrderPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, local_place)
}

/// Issue 4826: `Suspense` gives up and the boundary around it never hears of it.
#[page(async, path = "/local-in-boundary", timeout = "200ms")]
fn LocalInBoundaryPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        view! { <ErrorBoundary fallback=|_| piece(50)>{local_place()}</ErrorBoundary> }
    })
}

/// Only after another resource is it found out that a local one is read.
#[page(async, path = "/local-after", timeout = "200ms")]
fn LocalAfterPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, local) = (Resource::new(|| (), after(20, 3)), local());
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let first = first.await;
                    let local = local.await;
                    view! { <em>{first}{local}</em> }
                })}
            </Suspense>
        }
    })
}

/// Issue 4856: read in a memo for an attribute, it tells a listener that is gone, which panicked.
#[page(async, path = "/local-in-attribute", timeout = "200ms")]
fn LocalInAttributePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, local) = (Resource::new(|| (), after(10, 2)), local());
        let title = Memo::new(move |_| local.get().unwrap_or_else(who));
        view! {
            <Suspense fallback=|| piece(20)>
                <em title=move || title.get()>{move || first.get()}</em>
            </Suspense>
            <i title=move || title.get()></i>
        }
    })
}

/// Leptos panics, because otherwise the response would hang.
#[page(async, path = "/local-without-suspense", timeout = "200ms")]
fn LocalWithoutSuspensePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let local = local();
        view! { <p>{Suspend::new(async move { local.await })}</p> }
    })
}
