//! What blocks a thread. It can be answered on time as long as another worker has nothing to do, so there are always
//! fewer such requests than workers.

use crate::way::{Asked, Kind, Way, after, frame, later, piece, waits, who};
use leptos::prelude::Effect;
use punctual::{SiteBuilder, prelude::*};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// On a machine that is busy the runtime may look at the clock so late that the thread has woken: what is there then counts.
pub(crate) const WAYS: &[Way] = &[
    Way::new("/blocks-shell", &[&[], &[1, 2, 9]])
        .status(504)
        .kind(Kind::Blocks),
    Way::new("/blocks-fetcher", OR_LATE).kind(Kind::Blocks),
    Way::new("/blocks-suspend", OR_LATE).kind(Kind::Blocks),
    Way::new("/blocks-view", OR_LATE).kind(Kind::Blocks),
    Way::new("/blocks-effect", &[&[1, 3, 9]])
        .may_be_late()
        .kind(Kind::Blocks),
    Way::new("/blocks-cleanup", &[&[1, 2, 9]])
        .may_be_late()
        .kind(Kind::Blocks),
];

const OR_LATE: &[&[u32]] = &[
    &[1, 20, 3, 9],
    &[1, 20, 30, 9],
    &[1, 2, 3, 9],
    &[1, 2, 30, 9],
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        BlocksShellPage,
        BlocksFetcherPage,
        BlocksSuspendPage,
        BlocksViewPage,
        BlocksEffectPage,
        BlocksCleanupPage
    ])
}

type Permit = Arc<OwnedSemaphorePermit>;

/// Who may block a thread.
static PERMITS: LazyLock<Mutex<HashMap<String, Permit>>> = LazyLock::new(Mutex::default);

fn permits() -> MutexGuard<'static, HashMap<String, Permit>> {
    PERMITS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until a thread may be blocked by this visitor. It is free again when the response has ended and the thread
/// has woken.
pub(crate) async fn allow(who: &str, free: &Arc<Semaphore>) -> Permit {
    let permit = Arc::new(free.clone().acquire_owned().await.unwrap());
    permits().insert(who.to_owned(), permit.clone());
    permit
}

/// The response for this visitor has ended.
pub(crate) fn ended(who: &str) {
    permits().remove(who);
}

/// How long a thread blocks: past the deadline of its page.
const BLOCKS: Duration = Duration::from_millis(350);

fn block(who: &str) {
    // Asked for after the response has ended, it would block a thread that is not reckoned with.
    let permit = permits().get(who).cloned();
    if permit.is_some() {
        std::thread::sleep(BLOCKS);
    }
}

fn other() -> impl IntoView {
    let resource = Resource::new(|| (), after(50, 3));
    waits(resource, 30)
}

/// The page itself blocks.
#[page(async, path = "/blocks-shell", timeout = "200ms")]
fn BlocksShellPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        block(&who());
        piece(2)
    })
}

/// A fetcher blocks after its first wait.
#[page(async, path = "/blocks-fetcher", timeout = "200ms")]
fn BlocksFetcherPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(
            || (),
            |()| async {
                let text = later(20, 2).await;
                block(&who());
                text
            },
        );
        view! { {waits(resource, 20)} {other()} }
    })
}

/// The future of a view blocks.
#[page(async, path = "/blocks-suspend", timeout = "200ms")]
fn BlocksSuspendPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(20, 2));
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let text = resource.await;
                    block(&who());
                    text
                })}
            </Suspense>
            {other()}
        }
    })
}

/// A view that has come blocks when it is rendered.
#[page(async, path = "/blocks-view", timeout = "200ms")]
fn BlocksViewPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(20, 2));
        view! {
            <Suspense fallback=|| piece(20)>
                {move || Suspend::new(async move {
                    let text = resource.await;
                    move || {
                        block(&who());
                        text.clone()
                    }
                })}
            </Suspense>
            {other()}
        }
    })
}

/// An effect that writes to what it reads: it never waits, and no task ends that never waits.
#[page(async, path = "/blocks-effect", timeout = "200ms")]
fn BlocksEffectPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let signal = RwSignal::new(0);
        let permit = permits().get(&who()).cloned();
        let until = Instant::now() + BLOCKS;
        Effect::new_isomorphic(move |_| {
            let count = signal.get();
            if permit.is_some() && Instant::now() < until {
                signal.set(count + 1);
            }
        });
        other()
    })
}

/// What runs when the request is over.
#[page(async, path = "/blocks-cleanup", timeout = "200ms")]
fn BlocksCleanupPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let permit = permits().get(&who()).cloned();
        on_cleanup(move || {
            if let Some(permit) = permit {
                std::thread::sleep(BLOCKS);
                drop(permit);
            }
        });
        let resource = Resource::new(|| (), after(20, 2));
        waits(resource, 20)
    })
}
