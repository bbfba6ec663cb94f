//! What holds something longer than its request.

use crate::way::{Asked, Kind, Way, after, frame, later, never, piece, sleep, waits};
use leptos::{
    prelude::{Effect, StoredValue},
    server::SuppressResourceLoad,
};
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new("/spawned", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/resource-in-context", &[&[1, 20, 9]]),
    Way::new("/resource-in-store", &[&[1, 20, 9]]),
    Way::new("/owner-in-task", &[&[1, 20, 9]]),
    Way::new("/shared-context", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/hydrating", &[&[1, 20, 9]]),
    Way::new("/leaves", &[&[1, 20, 9]]).kind(Kind::Leaves),
    Way::new("/leaves-boundary", &[&[1, 20, 9]]).kind(Kind::Leaves),
    Way::new("/suppressed", &[&[1, 20, 9], &[1, 2, 9]]).kind(Kind::Apart),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        SpawnedPage,
        ResourceInContextPage,
        ResourceInStorePage,
        OwnerInTaskPage,
        SharedContextPage,
        HydratingPage,
        LeavesPage,
        LeavesBoundaryPage,
        SuppressedPage
    ])
}

fn stuck() -> Resource<String> {
    Resource::new(|| (), never)
}

/// A task without an end holds the owner that it was started in.
#[page(async, path = "/spawned", timeout = "200ms")]
fn SpawnedPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let signal = RwSignal::new(0);
        leptos::task::spawn(async move {
            loop {
                sleep(10).await;
                // The value is gone with its request; a panic here would be of nobody.
                signal.try_update(|count| *count += 1);
            }
        });
        Effect::new_isomorphic(move |_| {
            signal.get();
        });
        let resource = Resource::new(|| (), after(20, 2));
        waits(resource, 20)
    })
}

/// A context holds a resource, whose fetcher holds the owner of the context.
#[page(async, path = "/resource-in-context", timeout = "200ms")]
fn ResourceInContextPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = stuck();
        provide_context(resource);
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let resource: Resource<String> = expect_context();
                    resource.await
                })}
            </Suspense>
        }
    })
}

/// A value that lives as long as its owner holds something that holds the owner.
#[page(async, path = "/resource-in-store", timeout = "200ms")]
fn ResourceInStorePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = stuck();
        let owner = Owner::current();
        let store = StoredValue::new((resource, owner));
        on_cleanup(move || {
            // Pull request 3595: it may be gone by now.
            store.try_with_value(|_| ());
        });
        waits(resource, 20)
    })
}

/// A task that is not Leptos' own holds the owner for a while.
#[page(async, path = "/owner-in-task", timeout = "100ms")]
fn OwnerInTaskPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let owner = Owner::current();
        tokio::spawn(async move {
            sleep(300).await;
            if let Some(owner) = owner {
                owner.with(|| later(0, 2)).await;
            }
        });
        let resource = stuck();
        waits(resource, 20)
    })
}

/// Pull request 4747: data for the browser whose making asks for more data locks itself out.
#[page(async, path = "/shared-context", timeout = "200ms")]
fn SharedContextPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        if let Some(shared) = Owner::current_shared_context() {
            let again = shared.clone();
            let data = async move {
                again.write_async(again.next_id(), Box::pin(std::future::pending()));
                String::new()
            };
            shared.write_async(shared.next_id(), Box::pin(data));
        }
        let resource = Resource::new(|| (), after(20, 2));
        waits(resource, 20)
    })
}

/// Data for an island that never comes: Leptos waits for it behind the document.
#[page(async, path = "/hydrating", timeout = "200ms")]
fn HydratingPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let shared = Owner::current_shared_context();
        if let Some(shared) = &shared {
            shared.set_is_hydrating(true);
        }
        let resource = stuck();
        if let Some(shared) = &shared {
            shared.set_is_hydrating(false);
        }
        waits(resource, 20)
    })
}

/// Issue 4829: the visitor leaves in the middle of the document.
#[page(async, path = "/leaves", timeout = "400ms")]
fn LeavesPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (resource, soon) = (stuck(), Resource::new(|| (), after(60, 3)));
        view! { {waits(resource, 20)} {waits(soon, 30)} }
    })
}

/// The same while a boundary holds back the document, and before the first byte.
#[page(async, path = "/leaves-boundary", timeout = "400ms")]
fn LeavesBoundaryPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = stuck();
        let blocking = Resource::new_blocking(|| (), after(60, 3));
        view! {
            <ErrorBoundary fallback=|_| piece(50)>
                {waits(resource, 20)}
            </ErrorBoundary>
            {waits(blocking, 30)}
        }
    })
}

/// Issue 4773: a resource that is first asked while routes are listed, anywhere in the program, never loads.
#[page(async, path = "/suppressed", timeout = "200ms")]
fn SuppressedPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = {
            let _routes = SuppressResourceLoad::new();
            Resource::new(|| (), after(10, 2))
        };
        waits(resource, 20)
    })
}
