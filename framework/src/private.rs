//! What the expansions of the macros name. Not part of the public interface.

pub use crate::{
    config::page_timeout,
    context::Cx,
    error::{LoadError, PageError},
    exit::run,
    loader::{
        Arg, ArgError, ErrorProbe, Guards, Habit, Loaded, Loader, LoaderInfo, NotALoader,
        PlainError, Probe, ResultLike, Statuses, is_children, is_deferred, is_loader, is_tasks,
        levels,
    },
    page::{
        Answer, FailureView, Layout, LayoutEntry, LayoutInfo, LoadOrder, NoAnswer, Page, PageBody,
        PageInfo, PageMethod, PageMode, PageView, Returned, StreamMode, failure_view, path_segment,
        path_tail,
    },
};
pub use futures::future::BoxFuture;
pub use http::request::Parts;
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
