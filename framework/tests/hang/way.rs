//! What a page of this test is, and what pages are made of: pieces of text that tell their place and their visitor.

use futures::{FutureExt as _, future::BoxFuture};
use punctual::{SiteBuilder, prelude::*};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

/// A way in which a stream of Leptos goes wrong, with the page that shows it.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) status: u16,
    /// The numbers of the pieces that the document shows in the end: one of these, the best first.
    pub(crate) shows: &'static [&'static [u32]],
    /// Each of the pieces 2 to 8 may be late: then its fallback, which has ten times its number, stands there.
    pub(crate) may_be_late: bool,
    /// These may be missing: a boundary holds them back until they come, and Leptos tells nobody what else to show.
    pub(crate) held: &'static [u32],
    /// Which of them it shows depends on who is first.
    pub(crate) races: bool,
    /// Its timeout is not longer than this.
    pub(crate) timeout: Duration,
}

/// How a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With all the others.
    Mixed,
    /// The same, and the visitor leaves before the end.
    Leaves,
    /// It blocks a thread: there is always one more worker than such requests.
    Blocks,
    /// It changes something that all requests share. So it is asked for when nothing else is.
    Apart,
}

impl Way {
    pub(crate) const fn new(path: &'static str, shows: &'static [&'static [u32]]) -> Self {
        Self {
            path,
            kind: Kind::Mixed,
            status: 200,
            shows,
            may_be_late: false,
            held: &[],
            races: false,
            timeout: Duration::from_millis(400),
        }
    }

    pub(crate) const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) const fn held(mut self, held: &'static [u32]) -> Self {
        self.held = held;
        self
    }

    pub(crate) const fn races(mut self) -> Self {
        self.races = true;
        self
    }

    pub(crate) const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    pub(crate) const fn may_be_late(mut self) -> Self {
        self.may_be_late = true;
        self
    }
}

/// Who asks, in the query of the address.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct Asked {
    pub(crate) who: String,
}

/// The same, as a context of Leptos. It lives as long as the owner does.
#[derive(Clone)]
struct Visitor {
    who: Arc<str>,
    _alive: Arc<Alive>,
}

/// Counts the contexts that are alive.
struct Alive;

static ALIVE: AtomicUsize = AtomicUsize::new(0);

impl Alive {
    fn new() -> Self {
        ALIVE.fetch_add(1, SeqCst);
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
    }
}

/// Of how many requests the owner is alive.
pub(crate) fn alive() -> usize {
    ALIVE.load(SeqCst)
}

/// Says in the context of Leptos who asks for this page.
pub(crate) fn enter(Query(Asked { who }): Query<Asked>) {
    provide_context(Visitor {
        who: who.into(),
        _alive: Arc::new(Alive::new()),
    });
}

/// Who asks, as far as code that runs here can know.
pub(crate) fn who() -> String {
    match use_context::<Visitor>() {
        Some(visitor) => visitor.who.to_string(),
        None => "nobody".to_owned(),
    }
}

/// A piece of a document: its number and who has asked for it.
pub(crate) fn piece(number: u32) -> String {
    format!("[{number}:{}]", who())
}

/// What each page has around its own: the pieces 1 and 9.
pub(crate) fn frame<V: IntoView + 'static>(
    asked: Query<Asked>,
    view: impl FnOnce() -> V,
) -> AnyView {
    enter(asked);
    let view = view().into_any();
    view! {
        <header>{piece(1)}</header>
        <main>{view}</main>
        <footer>{piece(9)}</footer>
    }
    .into_any()
}

pub(crate) async fn sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// A fetcher: this piece, after a while.
pub(crate) fn after(
    ms: u64,
    number: u32,
) -> impl Fn(()) -> BoxFuture<'static, String> + Send + Sync + 'static {
    move |()| later(ms, number)
}

/// This piece, after a while.
pub(crate) fn later(ms: u64, number: u32) -> BoxFuture<'static, String> {
    async move {
        sleep(ms).await;
        piece(number)
    }
    .boxed()
}

/// A fetcher that never ends.
pub(crate) fn never(_: ()) -> std::future::Pending<String> {
    std::future::pending()
}

/// A place that shows the piece when it is there, and before that its fallback.
pub(crate) fn waits(resource: Resource<String>, fallback: u32) -> impl IntoView {
    view! {
        <Suspense fallback=move || piece(fallback)>
            {move || Suspend::new(async move {
                let text = resource.await;
                // The context has to be there after the wait, too.
                view! { <em title=who()>{text}</em> }
            })}
        </Suspense>
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the upstream said no")]
pub(crate) struct Refused;

#[loader]
async fn at_once(Query(asked): Query<Asked>) -> Result<String, Refused> {
    Ok(format!("[2:{}]", asked.who))
}

#[loader]
async fn soon(Query(asked): Query<Asked>) -> Result<String, Refused> {
    sleep(20).await;
    Ok(format!("[3:{}]", asked.who))
}

/// A page with nothing wrong in it, which is asked for all the time.
#[page(async, path = "/healthy", timeout = "10s")]
fn HealthyPage(
    asked: Query<Asked>,
    at_once: Loaded<at_once>,
    soon: Deferred<soon>,
) -> impl IntoView {
    frame(asked, || {
        view! {
            <p>{at_once.to_string()}</p>
            <Resolve data=soon fallback=|| piece(30) let:text>{text.to_string()} {piece(4)}</Resolve>
        }
    })
}

pub(crate) const HEALTHY: Way =
    Way::new("/healthy", &[&[1, 2, 3, 4, 9]]).timeout(Duration::from_secs(10));

pub(crate) fn healthy(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![HealthyPage])
}
