//! What never comes.

use crate::way::{Asked, Way, after, frame, later, never, piece, waits};
use futures::future::poll_fn;
use leptos::prelude::{Await, OnceResource};
use punctual::{SiteBuilder, prelude::*};
use std::task::Poll;

pub(crate) const WAYS: &[Way] = &[
    Way::new("/never", &[&[1, 20, 9]]),
    Way::new("/never-in-order", &[&[1, 20, 9]]),
    Way::new("/never-whole", &[&[1, 20, 9]]),
    Way::new("/never-blocking", &[&[1, 20, 9]]),
    Way::new("/never-once", &[&[1, 20, 9]]),
    Way::new("/never-await", &[&[1, 9]]),
    Way::new("/never-transition", &[&[1, 20, 9]]),
    Way::new("/never-without-suspense", &[&[1, 9]]),
    Way::new("/never-in-boundary", &[&[1, 9]]),
    Way::new("/never-in-fallback", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/never-in-resolve", &[&[1, 3, 20, 9], &[1, 9]]),
    Way::new("/never-beside", &[&[1, 20, 3, 9]]).may_be_late(),
    Way::new("/lost-wake", &[&[1, 20, 9], &[1, 2, 9]]).races(),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        NeverPage,
        NeverInOrderPage,
        NeverWholePage,
        NeverBlockingPage,
        NeverOncePage,
        NeverAwaitPage,
        NeverTransitionPage,
        NeverWithoutSuspensePage,
        NeverInBoundaryPage,
        NeverInFallbackPage,
        NeverInResolvePage,
        NeverBesidePage,
        LostWakePage
    ])
}

fn never_comes() -> impl IntoView {
    let resource = Resource::new(|| (), never);
    waits(resource, 20)
}

/// A resource whose fetcher never ends. Leptos keeps the response open for ever, and the owner with it.
#[page(async, path = "/never", timeout = "200ms")]
fn NeverPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, never_comes)
}

/// The same in order: what stands behind it is never sent.
#[page(
    async,
    path = "/never-in-order",
    timeout = "200ms",
    stream = "in-order"
)]
fn NeverInOrderPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, never_comes)
}

/// The same as one document: nothing is ever sent.
#[page(async, path = "/never-whole", timeout = "200ms", stream = "off")]
fn NeverWholePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, never_comes)
}

/// A blocking resource that never comes: Leptos never sends the first byte.
#[page(async, path = "/never-blocking", timeout = "200ms")]
fn NeverBlockingPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new_blocking(|| (), never);
        waits(resource, 20)
    })
}

/// A resource without a source, which is read synchronously.
#[page(async, path = "/never-once", timeout = "200ms")]
fn NeverOncePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = OnceResource::new(never(()));
        view! {
            <Suspense fallback=|| piece(20)>
                <em>{move || resource.get()}</em>
            </Suspense>
        }
    })
}

/// `Await` has an empty fallback of its own.
#[page(async, path = "/never-await", timeout = "200ms")]
fn NeverAwaitPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        view! { <Await future=never(()) let:text><em>{text.clone()}</em></Await> }
    })
}

/// On the server `Transition` waits as `Suspense` does.
#[page(async, path = "/never-transition", timeout = "200ms")]
fn NeverTransitionPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), never);
        view! {
            <Transition fallback=|| piece(20)>
                <em>{move || resource.get()}</em>
            </Transition>
        }
    })
}

/// A `Suspend` that stands in no `Suspense` makes a place of its own, without a fallback.
#[page(async, path = "/never-without-suspense", timeout = "200ms")]
fn NeverWithoutSuspensePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), never);
        view! { <p>{Suspend::new(resource.into_future())}</p> }
    })
}

/// `ErrorBoundary` waits for each `Suspense` in it, and all behind the boundary waits with it.
#[page(async, path = "/never-in-boundary", timeout = "200ms")]
fn NeverInBoundaryPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        view! { <ErrorBoundary fallback=|_| piece(50)>{never_comes()}</ErrorBoundary> }
    })
}

/// A fallback is rendered as if nothing in it could wait: what the inner place waits for is never looked at.
#[page(async, path = "/never-in-fallback", timeout = "200ms")]
fn NeverInFallbackPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (slow, stuck) = (
            Resource::new(|| (), after(20, 2)),
            Resource::new(|| (), never),
        );
        view! {
            <Suspense fallback=move || waits(stuck, 20)>
                <em>{move || slow.get()}</em>
            </Suspense>
        }
    })
}

#[loader]
async fn soon(asked: Query<Asked>) -> Result<String, crate::way::Refused> {
    crate::way::sleep(10).await;
    Ok(format!("[3:{}]", asked.who))
}

/// A stuck view of Leptos in a part that comes later.
#[page(async, path = "/never-in-resolve", timeout = "200ms")]
fn NeverInResolvePage(asked: Query<Asked>, soon: Deferred<soon>) -> impl IntoView {
    frame(asked, || {
        view! { <Resolve data=soon let:text>{text.to_string()} {never_comes()}</Resolve> }
    })
}

/// What is stuck must not hold up what stands beside it.
#[page(async, path = "/never-beside", timeout = "200ms")]
fn NeverBesidePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(20, 3));
        view! { {never_comes()} {waits(resource, 30)} }
    })
}

/// A future that is ready and has told nobody, as with the wake-ups that Leptos loses in issues 4673, 4698 and 4851.
#[page(async, path = "/lost-wake", timeout = "200ms")]
fn LostWakePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(
            || (),
            |()| async {
                let mut polled = 0;
                let forgetful = poll_fn(move |_| {
                    polled += 1;
                    // Leptos asks once when it makes the resource and once in its task.
                    if polled > 2 {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                });
                forgetful.await;
                later(1, 2).await
            },
        );
        waits(resource, 20)
    })
}
