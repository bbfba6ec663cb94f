//! What the expansions of the macros name. Not part of the public interface.

pub use crate::{
    context::Cx,
    error::{LoadError, PageError},
    exit::run,
    loader::{
        Arg, ArgError, ErrorProbe, Loader, LoaderInfo, NotALoader, PlainError, Probe, ResultLike,
        Statuses, is_deferred, is_loader,
    },
    page::{
        FailureView, LoadOrder, Page, PageBody, PageInfo, PageMethod, PageMode, PageView,
        StreamMode, failure_view, path_segment, path_tail,
    },
};
pub use futures::future::BoxFuture;
use std::{error::Error, sync::Arc};

/// What the error of a loader means for a page; the error itself is the source, where the answer
/// that it chose has none.
#[must_use]
pub fn caused_by(answer: PageError, source: Option<Arc<dyn Error + Send + Sync>>) -> PageError {
    answer.or_source(source)
}

/// What the failure of an argument means for a loader.
#[must_use]
pub fn arg_error<E>(error: ArgError) -> LoadError<E> {
    error.into_load_error()
}
