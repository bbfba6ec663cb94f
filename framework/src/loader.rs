//! Loaders: what they are to the type system, how a request runs each of them once, and the values
//! that pages and other loaders take.

mod arg;
mod body;
mod guard;
mod habit;
mod load;
mod probe;
mod request;
mod status;
mod stub;
mod tasks;
mod value;

pub use arg::{Arg, ArgError};
pub use guard::Guards;
pub use habit::Habit;
pub use load::Load;
pub use probe::{
    ErrorProbe, NotALoader, PlainError, Probe, ResultLike, is_children, is_deferred, is_loader,
    is_tasks,
};
pub use status::Statuses;
pub use stub::Stub;
#[cfg(any(feature = "testing", doc))]
pub(crate) use stub::StubRun;
pub(crate) use stub::insert as insert_stub;
pub use value::{Deferrable, Deferred, LoadResult, Loaded};

use crate::{context::Cx, error::PageError};
use futures::future::BoxFuture;
use std::{sync::Arc, time::Duration};

/// The levels of a loader with such dependencies.
#[must_use]
pub const fn levels(mut needed: &[usize]) -> usize {
    let mut most = 0;
    while let [first, rest @ ..] = needed {
        if *first > most {
            most = *first;
        }
        needed = rest;
    }
    most + 1
}

/// What is known of a loader without the site that it runs on. `#[loader]` implements it for the
/// type that it puts beside the function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loader",
    label = "not a loader",
    note = "a loader is a function with `#[loader]`; write its name: `Loaded<product>`"
)]
pub trait LoaderInfo: Sized + 'static {
    /// What the loader has when all went well.
    type Output: Send + Sync + 'static;
    /// What it has otherwise.
    type Error: Send + Sync + 'static;
    /// The name of the function.
    const NAME: &'static str;
    /// The loader's own limit.
    const TIMEOUT: Option<Duration>;
    /// One more than the depths of its dependencies together. Forced at the item, so that a circle
    /// of loaders is an error there.
    #[doc(hidden)]
    const DEPTH: usize;
    /// One more than those of the dependency that has most of them.
    #[doc(hidden)]
    const LEVELS: usize;
    /// Whether its own error may decide the status of a page.
    #[doc(hidden)]
    const OWN_STATUS: bool;
    /// That, or the same of a dependency.
    #[doc(hidden)]
    const STATUS: bool;
    /// Whether it is a guard: `#[loader(guard)]`.
    const GUARD: bool = false;
    /// That, or the same of a dependency.
    #[doc(hidden)]
    const GUARDED: bool = false;
    /// How its runs go.
    #[doc(hidden)]
    fn habit() -> &'static Habit;
    /// What the error means for a page that cannot do without this loader.
    fn page_error(error: &Arc<Self::Error>) -> PageError;
}

/// A loader that can run on a site with state `S`.
#[diagnostic::on_unimplemented(
    message = "the loader `{Self}` cannot run on a site with state `{S}`",
    note = "one of its arguments is not available there: see the other notes"
)]
pub trait Loader<S>: LoaderInfo {
    /// Collects the arguments and runs the function.
    #[doc(hidden)]
    fn run(cx: Cx<S>) -> BoxFuture<'static, LoadResult<Self>>;
    /// Finds the dependencies whose errors may decide the status of a page.
    #[doc(hidden)]
    fn statuses(cx: &Cx<S>, found: &mut Statuses);
    /// Finds the guards among its dependencies.
    #[doc(hidden)]
    fn guards(found: &mut Guards<S>) {
        let _ = found;
    }
    /// Whether it, and all that it needs, was there at once when it ran last.
    #[doc(hidden)]
    fn is_at_once() -> bool;
}
