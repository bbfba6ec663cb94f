//! What depends on who is first.

use crate::way::{Asked, Way, after, frame, later, piece, waits};
use leptos::prelude::OnceResource;
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new(
        "/two-read-two",
        &[
            &[1, 2, 3, 2, 3, 9],
            &[1, 20, 2, 3, 9],
            &[1, 2, 3, 20, 9],
            &[1, 20, 20, 9],
        ],
    ),
    Way::new("/two-read-one", &[&[1, 2, 2, 9]]).may_be_late(),
    Way::new("/many-blocking", &[&[1, 2, 3, 4, 9]]).may_be_late(),
    Way::new("/at-once", &[&[1, 2, 3, 9]]).may_be_late(),
    Way::new("/once", &[&[1, 2, 3, 9]]).may_be_late(),
    Way::new("/at-the-deadline", &[&[1, 2, 9]])
        .may_be_late()
        .races(),
    Way::new("/action", &[&[1, 2, 9], &[1, 9]]).may_be_late(),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        TwoReadTwoPage,
        TwoReadOnePage,
        ManyBlockingPage,
        AtOncePage,
        OncePage,
        AtTheDeadlinePage,
        ActionPage
    ])
}

/// Issue 4578: two places that both read two resources synchronously go round in circles.
#[page(async, path = "/two-read-two", timeout = "300ms")]
fn TwoReadTwoPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, second) = (
            Resource::new(|| (), after(5, 2)),
            Resource::new(|| (), after(6, 3)),
        );
        let both = move || {
            view! {
                <Suspense fallback=|| piece(20)>
                    <em>{move || first.get()}{move || second.get()}</em>
                </Suspense>
            }
        };
        view! { {both()} {both()} }
    })
}

/// Issues 4851 and 4673: of two places that read one resource, one misses that it has come, or both wait for locks.
#[page(async, path = "/two-read-one", timeout = "300ms")]
fn TwoReadOnePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(3, 2));
        view! {
            <Suspense fallback=|| piece(20)><em>{move || resource.get()}</em></Suspense>
            <Transition fallback=|| piece(20)><em>{move || resource.get()}</em></Transition>
        }
    })
}

/// Pull request 4698, issues 2995 and 3627: blocking resources that come at the same time.
#[page(async, path = "/many-blocking", timeout = "300ms")]
fn ManyBlockingPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let places = [2, 3, 4].map(|number| {
            let resource = Resource::new_blocking(|| (), after(5, number));
            waits(resource, number * 10)
        });
        places.collect_view()
    })
}

/// Issue 3113: a future that is ready at once was polled after its end.
#[page(async, path = "/at-once", timeout = "300ms")]
fn AtOncePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), |()| async { piece(2) });
        view! {
            {waits(resource, 20)}
            <Suspense fallback=|| piece(30)>
                {Suspend::new(async { view! { <em>{piece(3)}</em> } })}
            </Suspense>
        }
    })
}

/// `OnceResource` and `Await`, which lost wake-ups of their own.
#[page(async, path = "/once", timeout = "300ms")]
fn OncePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let once = OnceResource::new(later(5, 2));
        view! {
            <Suspense fallback=|| piece(20)><em>{move || once.get()}</em></Suspense>
            <Suspense fallback=|| piece(30)>
                {move || Suspend::new(async move {
                    once.await;
                    view! { <em>{piece(3)}</em> }
                })}
            </Suspense>
        }
    })
}

/// What comes at the very moment of the deadline: it is there, or its fallback is, and never both.
#[page(async, path = "/at-the-deadline", timeout = "200ms")]
fn AtTheDeadlinePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(199, 2));
        waits(resource, 20)
    })
}

/// Issue 2225: an action that is dispatched on the server writes to signals of a request that may be over.
#[page(async, path = "/action", timeout = "200ms")]
fn ActionPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let slow = Action::new(|(): &()| later(500, 2));
        let fast = Action::new(|(): &()| later(5, 2));
        slow.dispatch(());
        fast.dispatch(());
        let resource = Resource::new(|| (), after(20, 2));
        view! {
            {move || slow.value().get()}
            {waits(resource, 20)}
        }
    })
}
