use super::{
    LoaderInfo,
    load::{Load, forget},
};
use crate::{context::Memo, error::LoadError};
use std::{error::Error as StdError, fmt, ops::Deref, sync::Arc};

/// The value of a loader; as an argument of a page, a loader that the page cannot do without.
///
/// The page waits for it before its first byte. When the loader fails, the page fails with it: an
/// error that carries a status or a redirect decides the response, any other is a 500, and a late
/// one is a 504. It derefs to the value; a clone shares it.
///
/// In a unit test of a page or of a dependent loader, make one with [`Loaded::new`].
pub struct Loaded<L: LoaderInfo>(Arc<L::Output>);

impl<L: LoaderInfo> Loaded<L> {
    /// A value of this loader, for unit tests.
    #[must_use]
    pub fn new(value: L::Output) -> Self {
        Self(Arc::new(value))
    }

    /// A value that is shared already.
    #[cfg(feature = "testing")]
    pub(crate) fn of_arc(value: Arc<L::Output>) -> Self {
        Self(value)
    }

    /// The value by itself, if nobody else has it. It is taken out of the loads of its request, unless others ask for it there, too.
    pub(crate) fn take(self, memo: Option<&Memo>) -> Result<L::Output, Self> {
        if let Some(memo) = memo {
            forget::<L>(memo, &self.0);
        }
        Arc::try_unwrap(self.0).map_err(Self)
    }

    /// Whether it is this value.
    pub(super) fn is(&self, value: &Arc<L::Output>) -> bool {
        Arc::ptr_eq(&self.0, value)
    }

    /// The value, shared.
    #[must_use]
    pub fn into_arc(self) -> Arc<L::Output> {
        self.0
    }
}

impl<L: LoaderInfo> Clone for Loaded<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L: LoaderInfo> Deref for Loaded<L> {
    type Target = L::Output;

    fn deref(&self) -> &L::Output {
        &self.0
    }
}

impl<L: LoaderInfo> AsRef<L::Output> for Loaded<L> {
    fn as_ref(&self) -> &L::Output {
        &self.0
    }
}

impl<L: LoaderInfo<Output: fmt::Debug>> fmt::Debug for Loaded<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As an argument: a loader that the page waits for before its first byte, and whose failure the
/// page handles itself. A loader that takes it runs although this one has failed.
pub type LoadResult<L> = Result<Loaded<L>, LoadError<<L as LoaderInfo>::Error>>;

/// A loader whose error cannot decide the status of a page, so that the page may be sent before the
/// loader is done. Implemented for every loader whose error is a [`std::error::Error`].
#[diagnostic::on_unimplemented(
    message = "the loader `{Self}` cannot be deferred: its error may decide the status of the page",
    label = "`{Self}` may answer with a status or a redirect, and those are sent before a deferred part is ready",
    note = "take `Loaded<{Self}>` or `LoadResult<{Self}>` instead: the page then waits for it before its first byte",
    note = "or give the loader an error that implements `std::error::Error` (`PageError` does not)"
)]
pub trait Deferrable: LoaderInfo<Error: StdError> {}

#[diagnostic::do_not_recommend]
impl<L: LoaderInfo<Error: StdError>> Deferrable for L {}

/// As an argument of a page: a loader that the page is streamed without.
///
/// [`<Resolve>`](crate::Resolve) keeps its place and fills it when the value is there, at the page's
/// deadline at the latest. One that no part of the page resolves is cancelled when all parts are
/// done. On a HEAD request it is not started.
///
/// In a unit test of a page, make one with [`Deferred::ready`], [`Deferred::failed`] or
/// [`Deferred::never`].
pub struct Deferred<L: LoaderInfo>(Load<L>);

impl<L: LoaderInfo> Clone for Deferred<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L: LoaderInfo> fmt::Debug for Deferred<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deferred({})", L::NAME)
    }
}

impl<L: LoaderInfo> Deferred<L> {
    pub(crate) fn of_load(load: Load<L>) -> Self {
        Self(load)
    }

    /// One whose value is there, for unit tests.
    #[must_use]
    pub fn ready(value: L::Output) -> Self {
        Self(Load::of_result(Some(Ok(Loaded::new(value)))))
    }

    /// One whose loader has failed, for unit tests.
    #[must_use]
    pub fn failed(error: L::Error) -> Self {
        Self(Load::of_result(Some(Err(LoadError::Failed(Arc::new(
            error,
        ))))))
    }

    /// One that is late, for unit tests: `<Resolve>` shows its `on_timeout`.
    #[must_use]
    pub fn late() -> Self {
        Self(Load::of_result(Some(Err(LoadError::Late))))
    }

    /// One that never has a value, for unit tests.
    #[must_use]
    pub fn never() -> Self {
        Self(Load::of_result(None))
    }

    pub(crate) fn into_load(self) -> Load<L> {
        self.0
    }
}
