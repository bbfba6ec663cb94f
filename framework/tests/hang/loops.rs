//! What runs again and again.

use crate::way::{Asked, Way, after, frame, later, piece, sleep, waits};
use leptos::prelude::{Effect, Get as _};
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new("/in-closure", &[&[1, 20, 9]]),
    Way::new("/in-suspend", &[&[1, 2, 3, 9], &[1, 20, 9]]),
    Way::new("/refetch", &[&[1, 20, 9], &[1, 2, 9]]).races(),
    Way::new("/refetch-in-view", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/source-changes", &[&[1, 20, 9], &[1, 2, 9]]).races(),
    Way::new("/effect-writes", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/chain", &[&[1, 2, 3, 4, 9], &[1, 20, 9]]),
    Way::new("/conditional", &[&[1, 2, 3, 9], &[1, 20, 9]]),
    Way::new("/transition-pending", &[&[1, 2, 9]]).may_be_late(),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        InClosurePage,
        InSuspendPage,
        RefetchPage,
        RefetchInViewPage,
        SourceChangesPage,
        EffectWritesPage,
        ChainPage,
        ConditionalPage,
        TransitionPendingPage
    ])
}

/// Issue 4866: each walk over the children runs the closure again, which makes a new resource that is pending.
#[page(async, path = "/in-closure", timeout = "200ms")]
fn InClosurePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        view! {
            <Suspense fallback=|| piece(20)>
                {move || {
                    let resource = Resource::new(|| (), after(10, 2));
                    view! { <em>{move || resource.get()}</em> }
                }}
            </Suspense>
        }
    })
}

/// A resource that is made after another has come, in the view of a `Suspend`.
#[page(async, path = "/in-suspend", timeout = "300ms")]
fn InSuspendPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let first = Resource::new(|| (), after(10, 2));
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let text = first.await;
                    let second = Resource::new(|| (), after(10, 3));
                    let second = second.await;
                    view! { <em>{text}</em><b>{second}</b> }
                })}
            </Suspense>
        }
    })
}

/// A resource that is loaded again and again while it is loaded, by a task without an end.
#[page(async, path = "/refetch", timeout = "200ms")]
fn RefetchPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(10, 2));
        leptos::task::spawn(async move {
            loop {
                sleep(3).await;
                resource.refetch();
            }
        });
        waits(resource, 20)
    })
}

/// Each look at the children loads it again.
#[page(async, path = "/refetch-in-view", timeout = "200ms")]
fn RefetchInViewPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(5, 2));
        view! {
            <Suspense fallback=|| piece(20)>
                {move || {
                    resource.refetch();
                    view! { <em>{move || resource.get()}</em> }
                }}
            </Suspense>
        }
    })
}

/// The source of a resource changes while it is loaded.
#[page(async, path = "/source-changes", timeout = "200ms")]
fn SourceChangesPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let count = RwSignal::new(0);
        let resource = Resource::new(move || count.get(), |_| later(10, 2));
        leptos::task::spawn(async move {
            loop {
                sleep(4).await;
                count.update(|count| *count += 1);
            }
        });
        waits(resource, 20)
    })
}

/// Issue 4203: effects that run on the server write to what others read, while the page is rendered.
#[page(async, path = "/effect-writes", timeout = "200ms")]
fn EffectWritesPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (here, there) = (RwSignal::new(0), RwSignal::new(0));
        let resource = Resource::new(move || there.get(), |_| later(5, 2));
        Effect::new_isomorphic(move |_| {
            let here = here.get();
            there.set(here);
        });
        Effect::new_isomorphic(move |_| {
            let there = there.get();
            if there < 50 {
                here.set(there + 1);
            }
        });
        waits(resource, 20)
    })
}

/// Each resource needs the one before.
#[page(async, path = "/chain", timeout = "300ms")]
fn ChainPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let first = Resource::new(|| (), after(5, 2));
        let second = Resource::new(
            || (),
            move |()| async move { first.await + &later(5, 3).await },
        );
        let third = Resource::new(
            || (),
            move |()| async move { second.await + &later(5, 4).await },
        );
        waits(third, 20)
    })
}

/// Issues 2317 and 4430: a second resource that is read only when the first has come is not waited for.
#[page(async, path = "/conditional", timeout = "300ms")]
fn ConditionalPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, second) = (
            Resource::new(|| (), after(5, 2)),
            Resource::new(|| (), after(30, 3)),
        );
        view! {
            <Suspense fallback=|| piece(20)>
                <em>
                    {move || {
                        first.get().map(|text| view! { {text} <b>{move || second.get()}</b> })
                    }}
                </em>
            </Suspense>
        }
    })
}

/// A `Transition` tells a signal that it waits, and the page reads that signal in what it waits for.
#[page(async, path = "/transition-pending", timeout = "300ms")]
fn TransitionPendingPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let pending = RwSignal::new(false);
        let resource = Resource::new(move || pending.get(), |_| later(5, 2));
        view! {
            <Transition fallback=|| piece(20) set_pending=pending>
                <em>{move || resource.get()}</em>
            </Transition>
        }
    })
}
