//! `<Resolve>`: a place in a page that is filled when its data is there.

mod props;
mod view;

pub use props::{Builder, NoData, Resolve, Start};
pub use view::ResolveView;
pub(super) use view::{Place, ViewFn};

use crate::{
    error::LoadError,
    loader::{Deferred, Loaded, LoaderInfo},
    record::{RequestRecord, Settled},
};
use futures::{FutureExt as _, future::BoxFuture};
use std::convert::Infallible;

/// What `<Resolve data=..>` can wait for: deferred loaders, and the
/// [settled record](crate::Recorder::settled) of the request.
///
/// Implement it for a future of your own to use it in a page. The framework bounds it by the page's
/// deadline, but only loaders run before the page is rendered, once per request, and in a task of
/// their own: prefer a loader.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be resolved by `<Resolve>`",
    note = "`<Resolve>` needs `data=..` as its first attribute: a `Deferred<loader>`"
)]
pub trait Resolvable: Send + 'static {
    /// What the children of `<Resolve>` are given.
    type Value: Send + 'static;
    /// What is in the [`LoadError`] that `on_error` is given.
    type Error: Send + Sync + 'static;

    /// Ends when the data is there. [`LoadError::Late`] shows the `on_timeout` of the place.
    fn resolve(self) -> BoxFuture<'static, Result<Self::Value, LoadError<Self::Error>>>;

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
        self.into_load().boxed()
    }
}

impl Resolvable for Settled {
    type Value = RequestRecord;
    type Error = Infallible;

    fn resolve(self) -> BoxFuture<'static, Result<RequestRecord, LoadError<Infallible>>> {
        self.wait().map(Ok).boxed()
    }

    fn after_loads(&self) -> bool {
        true
    }
}
