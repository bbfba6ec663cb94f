//! What an argument type is, found by rustc and not by the macros, so that aliases work.
//!
//! `Probe::<T>::KIND` finds an inherent constant before the one of the trait `NotALoader`, and the
//! macros write `T: Arg<S, { Probe::<T>::KIND }>`. So the impls of `Arg` do not overlap, nothing is
//! inferred, and an error goes down to what is missing. (Axum's way, a marker type for rustc to
//! infer, nests with the dependencies: some thirty loaders in a row take minutes to compile.)

use super::{Deferrable, Deferred, Loaded, LoaderInfo};
use crate::{
    deadline::{Cancel, Deadline},
    error::{LoadError, PageError, Respond},
    record::Recorder,
    response_head::ResponseHead,
    tasks::Tasks,
};
use axum::extract::Path;
use leptos::children::Children;
use std::{error::Error as StdError, marker::PhantomData, sync::Arc};

pub(crate) mod kind {
    pub(crate) const EXTRACTOR: u8 = 0;
    pub(crate) const PATH: u8 = 1;
    pub(crate) const OWN: u8 = 2;
    pub(crate) const LOADED: u8 = 3;
    pub(crate) const LOAD_RESULT: u8 = 4;
    pub(crate) const DEFERRED: u8 = 5;
    pub(crate) const TASKS: u8 = 6;
    pub(crate) const CHILDREN: u8 = 7;
}

/// Asks what a concrete argument type is.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

/// The answer for every type that has none of its own.
pub trait NotALoader {
    /// Which impl of `Arg` is meant.
    const KIND: u8 = kind::EXTRACTOR;
    /// How deep its dependencies go.
    const DEPTH: usize = 0;
    /// How many levels of loaders it has.
    const LEVELS: usize = 0;
    /// Whether an error of it or of its dependencies may decide a page's status.
    const STATUS: bool = false;
    /// Whether it is a guard, or needs one.
    const GUARDED: bool = false;
    /// Whether it is a guard that is asked for as a deferred loader.
    const DEFERRED_GUARD: bool = false;
    /// Compiles when it is no loader, or one that can be deferred.
    fn deferrable() {}
}

impl<T> NotALoader for Probe<T> {}

impl<T> Probe<Path<T>> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::PATH;
}

impl Probe<Cancel> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::OWN;
}

impl Probe<Deadline> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::OWN;
}

impl Probe<ResponseHead> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::OWN;
}

impl Probe<Recorder> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::OWN;
}

impl Probe<Tasks> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::TASKS;
}

impl Probe<Children> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::CHILDREN;
}

impl<L: LoaderInfo> Probe<Loaded<L>> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::LOADED;
    #[doc(hidden)]
    pub const GUARDED: bool = L::GUARDED;
    #[doc(hidden)]
    pub const DEPTH: usize = L::DEPTH;
    #[doc(hidden)]
    pub const LEVELS: usize = L::LEVELS;
    #[doc(hidden)]
    pub const STATUS: bool = L::STATUS;
}

impl<L: LoaderInfo, E> Probe<Result<Loaded<L>, LoadError<E>>> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::LOAD_RESULT;
    #[doc(hidden)]
    pub const GUARDED: bool = L::GUARDED;
    #[doc(hidden)]
    pub const DEPTH: usize = L::DEPTH;
    #[doc(hidden)]
    pub const LEVELS: usize = L::LEVELS;
}

impl<L: LoaderInfo> Probe<Deferred<L>> {
    #[doc(hidden)]
    pub const KIND: u8 = kind::DEFERRED;
    #[doc(hidden)]
    pub const GUARDED: bool = L::GUARDED;
    #[doc(hidden)]
    pub const DEFERRED_GUARD: bool = L::GUARD;

    #[doc(hidden)]
    pub fn deferrable()
    where
        L: Deferrable,
    {
    }
}

/// Whether an argument of this kind is a loader's.
#[must_use]
pub const fn is_loader(kind: u8) -> bool {
    matches!(kind, kind::LOADED | kind::LOAD_RESULT | kind::DEFERRED)
}

/// Whether an argument of this kind is a deferred loader.
#[must_use]
pub const fn is_deferred(kind: u8) -> bool {
    kind == kind::DEFERRED
}

/// Whether an argument of this kind is [`Tasks`](crate::Tasks).
#[must_use]
pub const fn is_tasks(kind: u8) -> bool {
    kind == kind::TASKS
}

/// Whether an argument of this kind is what stands in a layout.
#[must_use]
pub const fn is_children(kind: u8) -> bool {
    kind == kind::CHILDREN
}

/// Asks what an error of a loader means for a page: what [`Respond`] says, else 500.
#[derive(Debug)]
pub struct ErrorProbe<E>(PhantomData<E>);

impl<E: Respond> ErrorProbe<E> {
    #[doc(hidden)]
    pub fn page_error(error: &Arc<E>) -> PageError {
        error.respond()
    }
}

impl<E: StdError + Send + Sync + 'static> ErrorProbe<E> {
    #[doc(hidden)]
    pub const STATUS: bool = false;

    #[doc(hidden)]
    pub fn source(error: &Arc<E>) -> Option<Arc<dyn StdError + Send + Sync>> {
        Some(error.clone())
    }
}

/// The answer for errors without [`Respond`].
pub trait PlainError<E> {
    /// What is no `std::error::Error` is there to say a status.
    const STATUS: bool = true;
    /// The error as the source of what a page answers, if it can be one.
    fn source(error: &Arc<E>) -> Option<Arc<dyn StdError + Send + Sync>> {
        let _ = error;
        None
    }
    /// 500, with the error as source.
    fn page_error(error: &Arc<E>) -> PageError
    where
        E: LoaderError;
}

impl<E> PlainError<E> for ErrorProbe<E> {
    fn page_error(error: &Arc<E>) -> PageError
    where
        E: LoaderError,
    {
        PageError::shared(error.clone().into_source())
    }
}

/// An error that a loader may have without saying what it means for a page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a loader",
    label = "neither `PageError` nor a `std::error::Error`",
    note = "use `PageError` where the error decides the status of the page, and else an error type that implements `std::error::Error`"
)]
pub trait LoaderError: Sized + Send + Sync + 'static {
    /// The error as the source of a `PageError`.
    fn into_source(self: Arc<Self>) -> Arc<dyn StdError + Send + Sync>;
}

#[diagnostic::do_not_recommend]
impl<E: StdError + Send + Sync + 'static> LoaderError for E {
    fn into_source(self: Arc<Self>) -> Arc<dyn StdError + Send + Sync> {
        self
    }
}

/// The output and the error of a loader, without a look at the name `Result`: aliases work.
#[diagnostic::on_unimplemented(
    message = "a loader returns a `Result`, not `{Self}`",
    label = "not a `Result`",
    note = "a loader that cannot fail may return `Result<_, std::convert::Infallible>`"
)]
pub trait ResultLike {
    /// What there is when all went well.
    type Output;
    /// What there is otherwise.
    type Error;
}

impl<T, E> ResultLike for Result<T, E> {
    type Output = T;
    type Error = E;
}
