//! `<Resolve>`: a place in a page that is filled when its data is there.

mod props;
mod view;

pub use props::{Builder, NoData, Resolve, Start};
pub use view::ResolveView;
pub(super) use view::{Place, ViewFn, Views};

use crate::{
    error::{LoadError, PageError, chain},
    loader::{Deferred, Loaded, LoaderInfo},
    record::{RequestRecord, Settled},
    tasks::{Asked, FanOut, FanOutProgress, TaskHandle},
};
use futures::{FutureExt as _, future::BoxFuture, stream::BoxStream};
use std::{convert::Infallible, error::Error as StdError};

/// What `<Resolve data=..>` can wait for: deferred loaders, [tasks](crate::Tasks), and the
/// [settled record](crate::Recorder::settled) of the request.
///
/// Implement it for a future of your own to use it in a page. The framework bounds it by the page's
/// deadline, but only loaders run before the page is rendered, once per request, and in a task of
/// their own: prefer a loader.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be resolved by `<Resolve>`",
    note = "`<Resolve>` needs `data=..` as its first attribute: a `Deferred<loader>`, or what `Tasks::register` gives"
)]
pub trait Resolvable: Send + 'static {
    /// What the children of `<Resolve>` are given.
    type Value: Send + 'static;
    /// What is in the [`LoadError`] that `on_error` is given.
    type Error: Send + Sync + 'static;

    /// Ends when the data is there. [`LoadError::Late`] shows the `on_timeout` of the place.
    fn resolve(self) -> BoxFuture<'static, Result<Self::Value, LoadError<Self::Error>>>;

    /// The texts of an error and its sources, which stand in a place that does not say itself what it shows then, in
    /// development. In a release build nobody sees them.
    #[doc(hidden)]
    fn describe(error: &LoadError<Self::Error>) -> Vec<String> {
        let _ = error;
        Vec::new()
    }

    /// What a place that is late is called in the log.
    #[doc(hidden)]
    fn name(&self) -> &'static str {
        "data of the page's own"
    }

    /// Whether the data is about the loads of the request themselves, so that it is there only when
    /// they have ended.
    #[doc(hidden)]
    fn after_loads(&self) -> bool {
        false
    }
}

impl<L: LoaderInfo> Resolvable for Deferred<L> {
    type Value = Loaded<L>;
    type Error = L::Error;

    fn resolve(self) -> BoxFuture<'static, Result<Loaded<L>, LoadError<L::Error>>> {
        self.into_load().result().boxed()
    }

    fn name(&self) -> &'static str {
        L::NAME
    }

    fn describe(error: &LoadError<L::Error>) -> Vec<String> {
        PageError::of_load(error, L::page_error).sources()
    }
}

/// Data that says how far it is while it is being made: a task that was registered with
/// [`register_with_progress`](crate::Tasks::register_with_progress), and [`FanOut`], whose progress is a
/// [`FanOutProgress`].
///
/// Implement it for a [`Resolvable`] of your own to use it with `progress=..`. The view of a value stands for 100 ms at least, and
/// the stream is asked for the next one then: of values that come meanwhile it should give the latest.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how far it is",
    note = "`progress=..` of `<Resolve>` is for tasks that were registered with `register_with_progress`, and for `fan_out`"
)]
pub trait Progressive: Resolvable {
    /// What the view of `progress` is given.
    type Progress: Send + 'static;

    /// What is to be shown, as it comes. It ends when there is no more; the last view stays until the data is there. It is
    /// asked for once, before the data is [waited for](Resolvable::resolve), and dropped with the place.
    fn progress(&mut self) -> BoxStream<'static, Self::Progress>;
}

impl<T, E, P> Resolvable for TaskHandle<T, E, P>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
    P: Send + Sync + 'static,
{
    type Value = T;
    type Error = E;

    fn resolve(self) -> BoxFuture<'static, Result<T, LoadError<E>>> {
        self.result(Asked::Shown)
    }

    fn name(&self) -> &'static str {
        "a task"
    }

    fn describe(error: &LoadError<E>) -> Vec<String> {
        match error {
            LoadError::Failed(error) => chain(Some(&**error)),
            other => vec![other.to_string()],
        }
    }
}

impl<T, E, P> Progressive for TaskHandle<T, E, P>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
    P: Clone + Send + Sync + 'static,
{
    type Progress = P;

    fn progress(&mut self) -> BoxStream<'static, P> {
        match self.take_shown() {
            Some(shown) => shown.into_stream(),
            None => Box::pin(futures::stream::empty()),
        }
    }
}

impl<T, E> Resolvable for FanOut<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    type Value = Vec<Result<T, LoadError<E>>>;
    type Error = Infallible;

    fn resolve(self) -> BoxFuture<'static, Result<Self::Value, LoadError<Infallible>>> {
        self.result(Asked::Shown)
    }

    fn name(&self) -> &'static str {
        "a fan-out"
    }
}

impl<T, E> Progressive for FanOut<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    type Progress = FanOutProgress;

    fn progress(&mut self) -> BoxStream<'static, FanOutProgress> {
        match self.take_shown() {
            Some(shown) => shown.into_stream(),
            None => Box::pin(futures::stream::empty()),
        }
    }
}

impl Resolvable for Settled {
    type Value = RequestRecord;
    type Error = Infallible;

    fn resolve(self) -> BoxFuture<'static, Result<RequestRecord, LoadError<Infallible>>> {
        self.wait().map(Ok).boxed()
    }

    fn name(&self) -> &'static str {
        "the record"
    }

    fn after_loads(&self) -> bool {
        true
    }
}
