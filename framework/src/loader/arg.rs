use super::{
    Deferred, Guards, LoadResult, Loaded, Loader, Statuses,
    load::Load,
    probe::kind::{CHILDREN, DEFERRED, EXTRACTOR, LOAD_RESULT, LOADED, OWN, PATH, TASKS},
};
use crate::{
    context::{Cx, InLoader},
    deadline::{Cancel, Deadline},
    error::{Dependency, LoadError, PageError, Rejection},
    record::Recorder,
    response_head::ResponseHead,
    tasks::Tasks,
};
use axum::{
    body::HttpBody as _,
    extract::{FromRequestParts, Path},
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use http::{StatusCode, request::Parts};
use leptos::children::Children;

/// The longest text of a rejection that is kept.
const REJECTION_TEXT: usize = 64 * 1024;

/// What an argument of a page, a layout or a loader can be.
///
/// The macros call the functions in this order, each for all arguments before the next: so
/// everything that can start has started before anything is awaited, and of several failures the
/// first in argument order counts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a page, layout or loader on a site with state `{S}`",
    label = "not an argument of a page, layout or loader",
    note = "it can be an Axum extractor (`FromRequestParts<{S}>`), `punctual::Form`, `RequestContext<{S}>`, `Loaded<loader>`, `LoadResult<loader>`, `Cancel`, `Deadline`, `Recorder`, `ResponseHead`, `Tasks`, and on a page or layout `Deferred<loader>`",
    note = "`State<T>` needs `T: FromRef<{S}>` (`#[derive(FromRef)]` on `{S}`)",
    note = "the state comes from `Site::builder().state(..)`, which stands before `.pages(..)`"
)]
pub trait Arg<S, const KIND: u8>: Sized + Send + 'static {
    /// What is held of it while the other arguments are collected.
    type Held: Send;

    /// Starts what it needs.
    fn start(cx: &Cx<S>);

    /// Extracts it from the request, or gets hold of the load.
    fn hold(cx: &Cx<S>) -> impl Future<Output = Self::Held> + Send;

    /// Waits until it is there.
    fn settle(held: Self::Held, cx: &Cx<S>) -> impl Future<Output = Result<Self, ArgError>> + Send;

    /// A last look, when all arguments are there.
    #[must_use]
    fn refine(self, cx: &Cx<S>) -> Self {
        let _ = cx;
        self
    }

    /// Finds the loaders among its dependencies whose errors may decide the status of a page.
    fn statuses(cx: &Cx<S>, found: &mut Statuses) {
        let _ = (cx, found);
    }

    /// Finds the guards among its dependencies.
    fn guards(found: &mut Guards<S>) {
        let _ = found;
    }

    /// Whether it was there at once when it was needed last.
    #[must_use]
    fn is_at_once() -> bool {
        true
    }
}

/// Why an argument is not there.
#[derive(Debug)]
pub enum ArgError {
    /// An extractor refused the request.
    Rejected(Rejection),
    /// A loader has no value.
    Dependency(Dependency),
}

impl ArgError {
    /// What it means for a loader.
    #[must_use]
    pub fn into_load_error<E>(self) -> LoadError<E> {
        match self {
            Self::Rejected(rejection) => LoadError::Rejected(rejection),
            Self::Dependency(dependency) => LoadError::Dependency(dependency),
        }
    }
}

impl From<ArgError> for PageError {
    fn from(error: ArgError) -> Self {
        match error {
            ArgError::Rejected(rejection) => Self::rejected(&rejection),
            ArgError::Dependency(dependency) => dependency.page_error().clone(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> Arg<S, EXTRACTOR> for T
where
    S: Send + Sync + 'static,
    T: FromRequestParts<S> + Send + 'static,
{
    type Held = Result<T, Rejection>;

    fn start(_: &Cx<S>) {}

    async fn hold(cx: &Cx<S>) -> Self::Held {
        let mut parts = own_head(cx);
        let extracted = T::from_request_parts(&mut parts, &cx.request.state).await;
        cx.head.put(parts);
        extracted.map_err(|rejection| rejected(rejection.into_response(), |status| status))
    }

    async fn settle(held: Self::Held, cx: &Cx<S>) -> Result<Self, ArgError> {
        cx.head.clear();
        held.map_err(ArgError::Rejected)
    }
}

/// A path value that does not parse is a page that is not there: 404, where Axum says 400.
#[diagnostic::do_not_recommend]
impl<S, T> Arg<S, PATH> for Path<T>
where
    S: Send + Sync + 'static,
    Path<T>: FromRequestParts<S, Rejection: IntoResponse>,
    T: Send + 'static,
{
    type Held = Result<Path<T>, Rejection>;

    fn start(_: &Cx<S>) {}

    async fn hold(cx: &Cx<S>) -> Self::Held {
        let mut parts = own_head(cx);
        let extracted = Path::from_request_parts(&mut parts, &cx.request.state).await;
        cx.head.put(parts);
        extracted.map_err(|rejection| {
            rejected(rejection.into_response(), |status| {
                if status.is_client_error() {
                    StatusCode::NOT_FOUND
                } else {
                    status
                }
            })
        })
    }

    async fn settle(held: Self::Held, cx: &Cx<S>) -> Result<Self, ArgError> {
        cx.head.clear();
        held.map_err(ArgError::Rejected)
    }
}

/// The head that the extractors of this function have in common.
fn own_head<S>(cx: &Cx<S>) -> Box<Parts> {
    cx.head.take(|| {
        let mut parts = cx.request.parts.clone();
        if cx.scope.is_some() && cx.queue.is_some() {
            parts.extensions.insert(InLoader);
        }
        parts
    })
}

impl<S, L> Arg<S, LOADED> for Loaded<L>
where
    S: Send + Sync + 'static,
    L: Loader<S>,
{
    type Held = Load<L>;

    fn start(cx: &Cx<S>) {
        drop(cx.begin::<L>());
    }

    async fn hold(cx: &Cx<S>) -> Load<L> {
        cx.hold::<L>()
    }

    async fn settle(held: Load<L>, _: &Cx<S>) -> Result<Self, ArgError> {
        held.result().await.map_err(|error| {
            let meaning = PageError::of_load(&error, L::page_error);
            ArgError::Dependency(Dependency::new(L::NAME, meaning))
        })
    }

    fn statuses(cx: &Cx<S>, found: &mut Statuses) {
        found.visit::<S, L>(cx);
    }

    fn guards(found: &mut Guards<S>) {
        found.visit::<L>();
    }

    fn is_at_once() -> bool {
        L::is_at_once()
    }
}

impl<S, L, E> Arg<S, LOAD_RESULT> for Result<Loaded<L>, LoadError<E>>
where
    S: Send + Sync + 'static,
    L: Loader<S, Error = E>,
    E: Send + Sync + 'static,
{
    type Held = Load<L>;

    fn start(cx: &Cx<S>) {
        drop(cx.begin::<L>());
    }

    async fn hold(cx: &Cx<S>) -> Load<L> {
        cx.hold::<L>()
    }

    async fn settle(held: Load<L>, _: &Cx<S>) -> Result<LoadResult<L>, ArgError> {
        Ok(held.result().await)
    }

    fn guards(found: &mut Guards<S>) {
        found.visit_handled::<L>();
    }

    fn is_at_once() -> bool {
        L::is_at_once()
    }
}

/// That the loader can be deferred is checked where the argument stands, by
/// [`Probe::deferrable`](super::Probe).
#[diagnostic::do_not_recommend]
impl<S, L> Arg<S, DEFERRED> for Deferred<L>
where
    S: Send + Sync + 'static,
    L: Loader<S>,
{
    type Held = Deferred<L>;

    fn start(cx: &Cx<S>) {
        // Always in a task: the document begins without it, whatever it does.
        if !cx.is_head() {
            cx.load::<L>();
        }
    }

    async fn hold(cx: &Cx<S>) -> Deferred<L> {
        if cx.is_head() {
            Deferred::never()
        } else {
            Deferred::of_load(cx.hold::<L>())
        }
    }

    async fn settle(held: Deferred<L>, cx: &Cx<S>) -> Result<Self, ArgError> {
        let checked = Statuses::of::<S, L>(cx).check().await;
        checked.map_err(|error| ArgError::Dependency(Dependency::new(L::NAME, error)))?;
        Ok(held)
    }

    fn guards(found: &mut Guards<S>) {
        found.visit::<L>();
    }
}

/// That synchronous pages do not take it, their expansion checks.
#[diagnostic::do_not_recommend]
impl<S: Send + Sync + 'static> Arg<S, TASKS> for Tasks {
    type Held = ();

    fn start(_: &Cx<S>) {}

    async fn hold(_: &Cx<S>) {}

    async fn settle((): (), cx: &Cx<S>) -> Result<Self, ArgError> {
        Ok(cx.tasks())
    }
}

/// What stands in a layout. That only layouts take it, their expansion and that of pages and loaders
/// check.
#[diagnostic::do_not_recommend]
impl<S: Send + Sync + 'static> Arg<S, CHILDREN> for Children {
    type Held = ();

    fn start(_: &Cx<S>) {}

    async fn hold(_: &Cx<S>) {}

    async fn settle((): (), cx: &Cx<S>) -> Result<Self, ArgError> {
        let slot = cx.children.clone().unwrap_or_default();
        Ok(Box::new(move || slot.render()))
    }
}

/// Arguments that the request itself gives, without a way to fail.
macro_rules! own_argument {
    ($type:ty, $cx:ident => $value:expr $(, refine $refine:expr)?) => {
        #[diagnostic::do_not_recommend]
        impl<S: Send + Sync + 'static> Arg<S, OWN> for $type {
            type Held = ();

            fn start(_: &Cx<S>) {}

            async fn hold(_: &Cx<S>) {}

            async fn settle((): (), $cx: &Cx<S>) -> Result<Self, ArgError> {
                Ok($value)
            }

            $(fn refine(self, $cx: &Cx<S>) -> Self {
                $refine
            })?
        }
    };
}

own_argument!(Cancel, cx => cx.token().into());
own_argument!(ResponseHead, cx => cx.core().response_head().clone());
own_argument!(Recorder, cx => cx.core().recorder().clone());
// A loader's own limit counts from its start, which is when all its arguments are there.
own_argument!(Deadline, cx => cx.deadline(), refine match &cx.scope {
    Some(scope) => scope.count(cx.core()),
    None => cx.deadline(),
});

/// Keeps of a rejection what a page can use: the head, and the text for the log.
fn rejected(response: Response, status: impl FnOnce(StatusCode) -> StatusCode) -> Rejection {
    let (mut head, body) = response.into_parts();
    for name in [http::header::CONTENT_TYPE, http::header::CONTENT_LENGTH] {
        head.headers.remove(name);
    }
    // The text of a rejection is there at once; a body that is not is not waited for.
    let text = if body.is_end_stream() {
        None
    } else {
        axum::body::to_bytes(body, REJECTION_TEXT)
            .now_or_never()
            .and_then(Result::ok)
    };
    let text = text
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .unwrap_or_default();
    Rejection::new(status(head.status), head.headers, text)
}
