use super::{
    error_hook::OwnHook, head::HeadSlot, hydration::PageShared, registry::Registry,
    scripts::Scripts, shell::Shell,
};
use crate::{
    blocking::TimeIsOver,
    config::{Config, Islands},
    context::AnyRequest,
    error::ErrorDetails,
    page::StreamMode,
    record::Recorder,
};
use futures::future::BoxFuture;
use http::request::Parts;
use leptos::{
    nonce::Nonce,
    prelude::{Owner, provide_context},
};
use leptos_axum::ResponseOptions;
use leptos_meta::{ServerMetaContext, ServerMetaContextOutput};
use std::{
    any::Any,
    fmt,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll},
};
use tokio::task::JoinHandle;

/// A caught panic of user code, with its message.
#[derive(Debug)]
pub(crate) struct Panic {
    text: String,
    time_is_over: bool,
}

impl Panic {
    fn of(payload: Box<dyn Any + Send>) -> Self {
        let time_is_over = payload.is::<TimeIsOver>();
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        // The payload is a value of the user's: dropping it may panic, too.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        Self { text, time_is_over }
    }

    /// Whether it is none: code that may block asked for something that did not come in time.
    pub(crate) fn is_late(&self) -> bool {
        self.time_is_over
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Runs user code that may panic, such as a hook or a destructor.
pub(crate) fn contain<T>(f: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(f)).map_err(Panic::of)
}

/// Drops what holds values of user code, whose destructors may panic.
pub(super) fn drop_contained<T>(value: T) {
    if let Err(panic) = contain(|| drop(value)) {
        tracing::error!(target: "punctual", %panic, "a destructor panicked");
    }
}

/// The same in the middle of rendering: after a panic the thread's owner is what it was.
pub(super) fn contain_here<T>(f: impl FnOnce() -> T) -> Result<T, Panic> {
    let owner = Owner::current();
    let result = contain(f);
    if let Err(panic) = &result {
        match (owner, Owner::current()) {
            (Some(owner), _) => owner.set(),
            (None, Some(other)) => other.unset(),
            (None, None) => {}
        }
        // Nothing is shown in this place: the whole page is late.
        if panic.is_late() {
            resume_unwind(Box::new(TimeIsOver));
        }
    }
    result
}

/// A place in the tree of Leptos owners in which a part of the document is rendered.
///
/// A part that is rendered later holds its ancestors: owners know their parents weakly, and a
/// subtree that has been rendered drops its owner, and the contexts with it.
#[derive(Clone)]
pub(crate) struct Scope {
    owner: Owner,
    _ancestors: Vec<Owner>,
    shared: Arc<PageShared>,
}

impl Scope {
    /// The place where code runs now, if it runs in a page.
    pub(super) fn current(shared: &Arc<PageShared>) -> Option<Self> {
        let owner = Owner::current()?;
        let ancestors = std::iter::successors(owner.parent(), Owner::parent).collect();
        Some(Self {
            owner,
            _ancestors: ancestors,
            shared: shared.clone(),
        })
    }

    /// Runs user code here. A panic is contained, and leaves the thread as it was.
    pub(crate) fn run<T>(&self, f: impl FnOnce() -> T) -> Result<T, Panic> {
        self.run_with(&mut OwnHook::default(), f)
    }

    fn run_with<T>(&self, hook: &mut OwnHook, f: impl FnOnce() -> T) -> Result<T, Panic> {
        let result = hook.run(|| contain(|| self.owner.with(f)));
        // Leptos does not put it back while a panic unwinds.
        if result.is_err()
            && let Some(owner) = Owner::current()
        {
            owner.unset();
        }
        result
    }

    /// Polls a future of user code here each time.
    pub(crate) fn contain<T>(&self, future: BoxFuture<'static, T>) -> Contained<T> {
        Contained {
            scope: self.clone(),
            future,
            hook: OwnHook::default(),
        }
    }

    pub(super) fn shared(&self) -> &Arc<PageShared> {
        &self.shared
    }
}

/// See [`Scope::contain`].
pub(crate) struct Contained<T> {
    scope: Scope,
    future: BoxFuture<'static, T>,
    hook: OwnHook,
}

impl<T> Future for Contained<T> {
    type Output = Result<T, Panic>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self {
            scope,
            future,
            hook,
        } = &mut *self;
        match scope.run_with(hook, || future.as_mut().poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// The one context that our own components look up.
#[derive(Clone)]
pub(crate) struct PageContext(Arc<OfPage>);

impl Deref for PageContext {
    type Target = OfPage;

    fn deref(&self) -> &OfPage {
        &self.0
    }
}

/// What a [`PageContext`] gives.
pub(crate) struct OfPage {
    /// Weak: the registry holds owners, and the owner holds this.
    pub(super) registry: Weak<Registry>,
    pub(super) shared: Arc<PageShared>,
    pub(super) head: HeadSlot,
    pub(super) order: StreamMode,
    pub(super) details: ErrorDetails,
    pub(crate) request: Arc<dyn AnyRequest>,
    pub(crate) recorder: Recorder,
}

/// What Leptos holds for one request: the root owner and what hangs on it.
pub(crate) struct Rendering {
    scope: Option<Scope>,
    registry: Arc<Registry>,
    order: StreamMode,
    head: HeadSlot,
    scripts: Scripts,
    response: ResponseOptions,
    meta: Option<ServerMetaContextOutput>,
}

impl Rendering {
    /// `request` is what components of the page get at with `RequestContext::current`.
    pub(crate) fn new(
        parts: &Parts,
        request: Arc<dyn AnyRequest>,
        recorder: Recorder,
        registry: Registry,
        order: StreamMode,
        config: &Config,
    ) -> Self {
        let nonce = Nonce::new();
        let shared = PageShared::new(chunk_numbers(), matches!(config.islands, Islands::Unknown));
        let owner = Owner::new_root(Some(shared.clone()));
        // A new root makes itself the current one of this thread.
        owner.clone().unset();
        let registry = Arc::new(registry);
        let head = HeadSlot::default();
        let response = ResponseOptions::default();
        let (meta, meta_output) = ServerMetaContext::new();
        owner.with(|| {
            provide_context(PageContext(Arc::new(OfPage {
                registry: Arc::downgrade(&registry),
                shared: shared.clone(),
                head: head.clone(),
                order,
                details: config.details,
                request,
                recorder,
            })));
            provide_context(nonce.clone());
            provide_context(parts.clone());
            provide_context(response.clone());
            provide_context(meta);
            #[cfg(feature = "testing")]
            if let Some(watched) = crate::context::Watch::of(parts) {
                use crate::context::{OwnerLives, Part};
                let lives = Arc::new(OwnerLives);
                watched.watch(Part::Owner, &lives);
                provide_context(lives);
            }
        });
        let scope = Scope {
            owner,
            _ancestors: Vec::new(),
            shared,
        };
        Self {
            scope: Some(scope),
            registry,
            order,
            head,
            scripts: Scripts::new(nonce.as_inner().clone(), config, parts),
            response,
            meta: Some(meta_output),
        }
    }

    pub(crate) fn scope(&self) -> Option<Scope> {
        self.scope.clone()
    }

    /// What all that renders this document has in common.
    pub(super) fn shared(&self) -> Option<Arc<PageShared>> {
        self.scope.as_ref().map(|scope| scope.shared.clone())
    }

    pub(super) fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// Whether nothing is missing in the document after its shell.
    pub(crate) fn is_whole(&self, shell: &Shell) -> bool {
        shell.is_whole() && self.registry.is_empty()
    }

    pub(crate) fn order(&self) -> StreamMode {
        self.order
    }

    /// A title that came after the head was sent. It is left for the head of a document that is not
    /// sent before all of it is there.
    pub(super) fn take_late_title(&self) -> Option<String> {
        match self.order {
            StreamMode::Off => None,
            StreamMode::OutOfOrder | StreamMode::InOrder => self.head.take_late_title(),
        }
    }

    pub(crate) fn head(&self) -> &HeadSlot {
        &self.head
    }

    /// What writes the scripts of this document.
    pub(crate) fn scripts(&self) -> &Scripts {
        &self.scripts
    }

    /// What the page said through `leptos_axum`'s `ResponseOptions`.
    pub(crate) fn response(&self) -> &ResponseOptions {
        &self.response
    }

    pub(crate) fn take_meta(&mut self) -> Option<ServerMetaContextOutput> {
        self.meta.take()
    }

    /// Lets go of everything: cleanups run, contexts are dropped. Both are user code.
    pub(crate) fn release(&mut self) {
        let scope = self.scope.take();
        if let Some(scope) = &scope {
            scope.shared.over.cancel();
        }
        let jobs = self.registry.close();
        let released = contain(|| {
            drop(jobs);
            if let Some(Scope { owner, shared, .. }) = scope {
                shared.clear();
                // Entering makes this request's arena the thread's current one.
                owner.with(|| ());
                owner.unset_with_forced_cleanup();
            }
        });
        if let Err(panic) = released {
            tracing::error!(target: "punctual", %panic, "a cleanup of a page panicked");
        }
    }
}

impl Drop for Rendering {
    fn drop(&mut self) {
        self.release();
    }
}

/// Numbers that nobody outside can know.
fn chunk_numbers() -> [u16; 3] {
    let number = RandomState::new().build_hasher().finish();
    let part = |shift: u32| u16::try_from((number >> shift) & 0xffff).unwrap_or_default();
    [part(0), part(16), part(32)]
}

/// A task that is aborted when nobody waits for it any more.
pub(crate) struct AbortOnDrop<T>(pub(crate) JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
