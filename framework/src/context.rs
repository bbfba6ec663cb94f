//! One request: its [`RequestCore`], which everything that runs for it hangs on, and the typed
//! [`RequestContext`] that pages, loaders, components and plain Axum handlers ask.

mod address;
mod core;
mod head;
mod held;
mod local;
mod memo;
mod open;
mod pools;
mod queue;
mod slot;
#[cfg(any(feature = "testing", doc))]
mod watch;

pub(crate) use address::{base, original_uri};
pub(crate) use core::{CloseTasks, LoadScope, RequestCore};
pub(crate) use head::OwnHead;
pub(crate) use held::Held;
pub(crate) use local::Local;
pub(crate) use memo::{AnyRequest, Memo};
pub(crate) use open::OpenTask;
pub(crate) use queue::{Queue, Turn};
pub(crate) use slot::{MakeView, Slot};
#[cfg(any(feature = "testing", doc))]
pub(crate) use watch::{OwnerLives, Part, Watch, Watched};

use crate::{
    admission::Admission,
    after_response::AfterResponse,
    blocking::BlockingPool,
    config::{Config, Stubs},
    deadline::{Cancel, Deadline},
    record::{LoadOutcome, Recorder},
    response_head::ResponseHead,
};
use axum::extract::FromRequestParts;
use http::{Method, request::Parts};
use std::{
    any::Any,
    convert::Infallible,
    sync::{Arc, Weak},
};
use tokio_util::sync::CancellationToken;

/// What a request knows: the site's state, the request's head, its loads.
pub(crate) struct RequestState<S> {
    pub(crate) core: Arc<RequestCore>,
    pub(crate) state: S,
    pub(crate) parts: Parts,
    pub(crate) stubs: Arc<Stubs>,
    pub(crate) admission: Admission,
    pub(crate) blocking: BlockingPool,
    pub(crate) after: AfterResponse,
    /// The tasks that the page registers, its layouts and its components.
    pub(crate) tasks: Local,
    /// Present when the loads run one after another: those that the page asks for.
    pub(crate) queue: Option<Arc<Queue>>,
    pub(crate) memo: Memo,
}

/// What a page or a loader is handed: the request, and for a loader its own scope.
#[doc(hidden)]
pub struct Cx<S> {
    pub(crate) request: Arc<RequestState<S>>,
    pub(crate) scope: Option<Arc<LoadScope>>,
    /// Where loads that are asked for here wait for their turn, when they run one after another.
    pub(crate) queue: Option<Arc<Queue>>,
    /// Of a layout: what stands in it.
    pub(crate) children: Option<Arc<Slot>>,
    /// The head of the request, as its extractors have it.
    pub(crate) head: OwnHead,
    /// Whether it is used in the task that makes the page: by its function, those of its layouts, and loaders that are run there.
    pub(crate) makes_page: bool,
    /// Whether the page is made a second time: who asks for its loads has done so before.
    pub(crate) is_again: bool,
}

/// What all requests of a site are given.
pub(crate) struct Shared {
    pub(crate) stubs: Arc<Stubs>,
    pub(crate) admission: Admission,
    pub(crate) blocking: BlockingPool,
    pub(crate) after: AfterResponse,
}

impl From<&Config> for Shared {
    fn from(config: &Config) -> Self {
        Self {
            stubs: config.stubs.clone(),
            admission: config.admission.clone(),
            blocking: config.blocking.clone(),
            after: config.after.clone(),
        }
    }
}

impl<S> Clone for Cx<S> {
    fn clone(&self) -> Self {
        Self {
            request: self.request.clone(),
            scope: self.scope.clone(),
            queue: self.queue.clone(),
            children: self.children.clone(),
            head: OwnHead::default(),
            makes_page: self.makes_page,
            is_again: self.is_again,
        }
    }
}

impl<S: Send + Sync + 'static> Cx<S> {
    pub(crate) fn new(
        core: Arc<RequestCore>,
        shared: Shared,
        state: S,
        mut parts: Parts,
        queue: Option<Arc<Queue>>,
    ) -> Self {
        let request = Arc::new_cyclic(|weak: &Weak<RequestState<S>>| {
            parts.extensions.insert(Current {
                request: weak.clone(),
                owner: Weak::new(),
            });
            RequestState {
                core,
                state,
                parts,
                stubs: shared.stubs,
                admission: shared.admission,
                blocking: shared.blocking,
                after: shared.after,
                tasks: Local::default(),
                queue,
                memo: Memo::default(),
            }
        });
        #[cfg(feature = "testing")]
        if let Some(watched) = request.core.watched() {
            watched.watch(watch::Part::Context, &request);
        }
        Self::of_request(request)
    }

    /// What everything is given that is neither a loader nor stands in one.
    pub(crate) fn of_request(request: Arc<RequestState<S>>) -> Self {
        Self {
            queue: request.queue.clone(),
            request,
            scope: None,
            children: None,
            head: OwnHead::default(),
            makes_page: false,
            is_again: false,
        }
    }

    /// For what does not wait for its turn.
    pub(crate) fn without_queue(&self) -> Self {
        Self {
            queue: None,
            ..self.clone()
        }
    }

    /// For a layout: what stands in it is put into the slot.
    pub(crate) fn with_children(&self, slot: Arc<Slot>) -> Self {
        Self {
            children: Some(slot),
            ..self.clone()
        }
    }

    pub(crate) fn with_scope(&self, scope: Arc<LoadScope>) -> Self {
        Self {
            request: self.request.clone(),
            scope: Some(scope),
            queue: self.request.queue.is_some().then(Arc::default),
            children: None,
            head: OwnHead::default(),
            makes_page: false,
            is_again: false,
        }
    }

    pub(crate) fn core(&self) -> &Arc<RequestCore> {
        &self.request.core
    }

    /// The token of the loader that runs here, or of the page.
    pub(crate) fn token(&self) -> CancellationToken {
        match &self.scope {
            Some(scope) => scope.token(&self.request.core),
            None => self.request.core.token(),
        }
    }

    /// The deadline of the loader that runs here, or of the page.
    pub(crate) fn deadline(&self) -> Deadline {
        let of_load = self.scope.as_ref().and_then(|scope| scope.limit());
        of_load.unwrap_or_else(|| self.request.core.deadline())
    }

    pub(crate) fn is_head(&self) -> bool {
        self.request.parts.method == Method::HEAD
    }
}

/// The request that is being answered: what loaders are asked for by code that is neither a page
/// nor a loader.
///
/// `S` is the state of the site. A component of a page gets it with [`current`](Self::current), a
/// plain Axum handler takes it as an extractor. The same rules hold as for pages: a loader runs at
/// most once per request, whoever asks; it ends at the deadline; and when the visitor leaves (the
/// handler's future is dropped) or the handler is done, whatever still runs is cancelled. It is the context that the extractor
/// gave which holds on to that, and not its clones: a task may have one without keeping itself alive.
///
/// A plain handler has the site's default timeout when it was given to
/// [`SiteBuilder::routes`](crate::SiteBuilder::routes), also one from the request
/// ([`timeout_from`](crate::SiteBuilder::timeout_from)), else 45 s; a [`Deadline`] in the extensions of the request
/// shortens it.
///
/// ```
/// use punctual::{RequestContext, prelude::*};
///
/// #[loader]
/// async fn greeting() -> Result<String, std::fmt::Error> {
///     Ok("Good morning".to_owned())
/// }
///
/// async fn handler(cx: RequestContext<()>) -> Result<String, PageError> {
///     let greeting = cx.loaded::<greeting>().await?;
///     Ok(greeting.to_uppercase())
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(handler));
/// ```
pub struct RequestContext<S> {
    pub(crate) cx: Cx<S>,
    /// Only of a plain handler, and not of a clone: the last one of these cancels what still runs.
    _owner: Option<Arc<HandlerOwner>>,
}

impl<S> Clone for RequestContext<S> {
    fn clone(&self) -> Self {
        Self {
            cx: self.cx.clone(),
            _owner: None,
        }
    }
}

impl<S: Send + Sync + 'static> RequestContext<S> {
    pub(crate) fn of_page(cx: Cx<S>) -> Self {
        Self { cx, _owner: None }
    }

    /// The site's state.
    #[must_use]
    pub fn state(&self) -> &S {
        &self.cx.request.state
    }

    /// The head of the request.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.cx.request.parts
    }

    /// When the response ends.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.cx.deadline()
    }

    /// The token that says that the request is over.
    #[must_use]
    pub fn cancel(&self) -> Cancel {
        self.cx.token().into()
    }

    /// What is said about the head of the response. In a plain handler it is nobody's: Axum has its own ways there.
    #[must_use]
    pub fn response_head(&self) -> &ResponseHead {
        self.cx.request.core.response_head()
    }

    /// What has happened to the request so far.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        self.cx.request.core.recorder()
    }
}

/// Stands in the extensions of a request whose loads have a home already.
#[derive(Clone)]
struct Current {
    request: Weak<dyn Any + Send + Sync>,
    owner: Weak<HandlerOwner>,
}

/// Stands in the extensions of a request as loaders see them that run one after another. What such a
/// loader asks for itself does not wait for its turn, because the loader has it.
#[derive(Clone)]
pub(crate) struct InLoader;

struct HandlerOwner(Arc<RequestCore>);

impl Drop for HandlerOwner {
    fn drop(&mut self) {
        let Self(core) = self;
        core.close(LoadOutcome::Cancelled);
        for work in core.take_after_response() {
            work.run(core.recorder().snapshot());
        }
    }
}

impl<S: Clone + Send + Sync + 'static> FromRequestParts<S> for RequestContext<S> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        if let Some(current) = parts.extensions.get::<Current>()
            && let Some(request) = current.request.upgrade()
            && let Ok(request) = request.downcast::<RequestState<S>>()
            && !request.core.is_closed()
        {
            return Ok(Self {
                cx: match parts.extensions.get::<InLoader>() {
                    Some(InLoader) => Cx::of_request(request).without_queue(),
                    None => Cx::of_request(request),
                },
                _owner: current.owner.upgrade(),
            });
        }
        let config = parts
            .extensions
            .get::<Config>()
            .cloned()
            .unwrap_or_default();
        let core = RequestCore::start("", parts, config.timeout(parts));
        let shared = Shared::from(&config);
        let cx = Cx::new(core.clone(), shared, state.clone(), parts.clone(), None);
        let owner = Arc::new(HandlerOwner(core));
        let request: Arc<dyn Any + Send + Sync> = cx.request.clone();
        let current = Current {
            request: Arc::downgrade(&request),
            owner: Arc::downgrade(&owner),
        };
        parts.extensions.insert(current);
        Ok(Self {
            cx,
            _owner: Some(owner),
        })
    }
}
