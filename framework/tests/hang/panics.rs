//! Panics, late and early.

use crate::way::{Asked, Way, after, enter, frame, later, piece, sleep, waits};
use leptos::prelude::{Await, Dispose as _, Effect, OnceResource, StoredValue, on_cleanup};
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new("/panic-first", &[&[]]).status(500),
    Way::new("/panic-fetcher", &[&[1, 20, 3, 9], &[1, 20, 30, 9]]),
    Way::new("/panic-once", &[&[1, 20, 9]]),
    Way::new("/panic-await", &[&[1, 9]]),
    Way::new("/panic-blocking", &[&[1, 20, 9]]),
    Way::new("/panic-suspend", &[&[1, 20, 3, 9], &[1, 20, 30, 9]]),
    Way::new(
        "/panic-in-order",
        &[&[1, 20, 3, 9], &[1, 3, 9], &[1, 30, 9], &[1, 20, 30, 9]],
    ),
    Way::new("/panic-view", &[&[1, 20, 3, 9], &[1, 20, 30, 9]]),
    Way::new(
        "/panic-boundary",
        &[&[1, 3, 9], &[1, 20, 3, 9], &[1, 30, 9], &[1, 20, 30, 9]],
    ),
    Way::new("/panic-spawned", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/panic-effect", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/panic-cleanup", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/panic-drop", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/disposed", &[&[1, 20, 9], &[1, 2, 9]]).races(),
    Way::new("/no-context", &[&[1, 20, 9]]),
    Way::new("/not-serialized", &[&[1, 2, 9]]).may_be_late(),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        PanicFirstPage,
        PanicFetcherPage,
        PanicOncePage,
        PanicAwaitPage,
        PanicBlockingPage,
        PanicSuspendPage,
        PanicInOrderPage,
        PanicViewPage,
        PanicBoundaryPage,
        PanicSpawnedPage,
        PanicEffectPage,
        PanicCleanupPage,
        PanicDropPage,
        DisposedPage,
        NoContextPage,
        NotSerializedPage
    ])
}

fn fails(what: &str) -> String {
    panic!("on purpose: {what}")
}

async fn fails_later(what: &'static str) -> String {
    sleep(10).await;
    fails(what)
}

/// A place that comes later than the panic: it must not be lost with it.
fn other() -> impl IntoView {
    let resource = Resource::new(|| (), after(30, 3));
    waits(resource, 30)
}

fn ordinary() -> impl IntoView {
    let resource = Resource::new(|| (), after(20, 2));
    waits(resource, 20)
}

/// A fetcher that panics when it is first asked, which is where the resource is made.
#[page(async, path = "/panic-first", timeout = "200ms")]
fn PanicFirstPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), |()| async { fails("a fetcher at once") });
        waits(resource, 20)
    })
}

/// The task of a fetcher ends with its panic, and who waits for the resource waits for ever.
#[page(async, path = "/panic-fetcher", timeout = "200ms")]
fn PanicFetcherPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), |()| fails_later("a fetcher"));
        view! { {waits(resource, 20)} {other()} }
    })
}

/// The same for a resource without a source.
#[page(async, path = "/panic-once", timeout = "200ms")]
fn PanicOncePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = OnceResource::new(fails_later("a fetcher"));
        view! {
            <Suspense fallback=|| piece(20)><em>{move || resource.get()}</em></Suspense>
        }
    })
}

/// And for `Await`.
#[page(async, path = "/panic-await", timeout = "200ms")]
fn PanicAwaitPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        view! { <Await future=fails_later("an await") let:text><em>{text.clone()}</em></Await> }
    })
}

/// Leptos waits for it before it sends the first byte.
#[page(async, path = "/panic-blocking", timeout = "200ms")]
fn PanicBlockingPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new_blocking(|| (), |()| fails_later("a blocking fetcher"));
        waits(resource, 20)
    })
}

fn suspend_that_fails() -> impl IntoView {
    let resource = Resource::new(|| (), after(10, 2));
    view! {
        <Suspense fallback=|| piece(20)>
            {move || Suspend::new(async move {
                resource.await;
                fails("a suspend")
            })}
        </Suspense>
        {other()}
    }
}

/// A panic while a stream is polled loses all that the stream has not sent.
#[page(async, path = "/panic-suspend", timeout = "200ms")]
fn PanicSuspendPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, suspend_that_fails)
}

/// The same in order.
#[page(
    async,
    path = "/panic-in-order",
    timeout = "200ms",
    stream = "in-order"
)]
fn PanicInOrderPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, suspend_that_fails)
}

/// A view that panics when it is rendered to HTML, after it has come.
#[page(async, path = "/panic-view", timeout = "200ms")]
fn PanicViewPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(10, 2));
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    resource.await;
                    view! { <p>{move || fails("a view")}</p> }
                })}
            </Suspense>
            {other()}
        }
    })
}

/// In a boundary: what tells the boundary that the place has come is lost with the panic.
#[page(async, path = "/panic-boundary", timeout = "200ms")]
fn PanicBoundaryPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(10, 2));
        view! {
            <ErrorBoundary fallback=|_| fails("the fallback of a boundary")>
                <Suspense fallback=|| piece(20)>
                    {move || Suspend::new(async move {
                        resource.await;
                        Err::<String, _>(crate::way::Refused)
                    })}
                </Suspense>
            </ErrorBoundary>
            {other()}
        }
    })
}

/// After a panic in a task the owner of this request stays on the thread, where others find it.
#[page(async, path = "/panic-spawned", timeout = "200ms")]
fn PanicSpawnedPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        leptos::task::spawn(async {
            fails_later("a task").await;
        });
        ordinary()
    })
}

/// The same in an effect, which runs when a signal changes.
#[page(async, path = "/panic-effect", timeout = "200ms")]
fn PanicEffectPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let signal = RwSignal::new(0);
        Effect::new_isomorphic(move |_| {
            if signal.get() > 0 {
                fails("an effect");
            }
        });
        leptos::task::spawn(async move {
            sleep(5).await;
            signal.set(1);
        });
        ordinary()
    })
}

/// Issue 2942: a cleanup that runs when the request is over.
#[page(async, path = "/panic-cleanup", timeout = "200ms")]
fn PanicCleanupPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let signal = RwSignal::new(0);
        on_cleanup(move || {
            signal.set(1);
            fails("a cleanup");
        });
        ordinary()
    })
}

struct Fails;

impl Drop for Fails {
    fn drop(&mut self) {
        fails("a destructor");
    }
}

/// A value that panics when it is dropped, with the owner.
#[page(async, path = "/panic-drop", timeout = "200ms")]
fn PanicDropPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        StoredValue::new(Fails);
        ordinary()
    })
}

/// Issues 2842 and 4590: a value that is gone when the wait is over.
#[page(async, path = "/disposed", timeout = "200ms")]
fn DisposedPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(10, 2));
        let signal = RwSignal::new(0);
        leptos::task::spawn(async move {
            sleep(5).await;
            signal.dispose();
        });
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let text = resource.await;
                    view! { <em>{text}{signal.get()}</em> }
                })}
            </Suspense>
        }
    })
}

#[derive(Clone)]
struct NeverProvided;

/// Pull request 4698: a context that is expected after a wait and is not there.
#[page(async, path = "/no-context", timeout = "200ms")]
fn NoContextPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(10, 2));
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let text = resource.await;
                    let NeverProvided = expect_context();
                    view! { <em>{text}</em> }
                })}
            </Suspense>
        }
    })
}

#[derive(Clone, serde::Deserialize)]
struct NotSerialized(String);

impl serde::Serialize for NotSerialized {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("on purpose: no JSON"))
    }
}

/// A value that cannot be written for the browser panics where the data of islands is sent, behind the document.
#[page(async, path = "/not-serialized", timeout = "200ms")]
fn NotSerializedPage(asked: Query<Asked>) -> impl IntoView {
    enter(asked);
    let shared = Owner::current_shared_context();
    let hydrating = |is| {
        if let Some(shared) = &shared {
            shared.set_is_hydrating(is);
        }
    };
    // As in an island.
    hydrating(true);
    let resource = Resource::new(|| (), |()| async { NotSerialized(later(10, 2).await) });
    hydrating(false);
    view! {
        {piece(1)}
        <Suspense fallback=|| piece(20)>
            {move || Suspend::new(async move { resource.await.0 })}
        </Suspense>
        {piece(9)}
    }
}
