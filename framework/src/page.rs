//! Pages: what they are to the type system, the set that a site is built of, and what is shown when
//! one of them fails.

mod body;
mod failure;
mod form;
mod href;
mod known;
mod layout;
mod respond;

pub use body::{Answer, NoAnswer, PageBody, PageView, Returned};
pub(crate) use body::{Body, Called};
pub use failure::{FailureView, IntoFailureView, PageFailure, failure_view};
pub use form::Form;
pub(crate) use form::PostedBody;
pub use href::{path_segment, path_tail};
pub(crate) use known::Known;
pub use layout::{Layout, LayoutEntry, LayoutInfo};

use crate::{context::Cx, error::PageError, loader::Guards};
use futures::future::BoxFuture;
use http::request::Parts;
use std::{fmt, sync::Arc, time::Duration};

/// How a page runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageMode {
    /// `#[page(async, ..)]`: loaders, streaming.
    Async,
    /// `#[page(..)]`: the body may block; it runs on a blocking thread and is sent in one piece.
    Sync,
}

/// How the parts of a page that are not there yet reach the browser: `stream = ".."`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamMode {
    /// `"out-of-order"`: the document at once, each part when it is there, put into its place by a small
    /// script. Visitors without JavaScript are sent to the same page in order.
    #[default]
    OutOfOrder,
    /// `"in-order"`: the document from top to bottom; it waits at each place for its part. There is no script,
    /// but one that sets the title when a part does.
    InOrder,
    /// `"off"`: one document, sent when all of it is there. No script.
    Off,
}

/// In which order the loaders of a page run: `load = ".."`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadOrder {
    /// `"concurrent"`: all at once, each as soon as the loaders that it needs are done.
    #[default]
    Concurrent,
    /// `"sequential"`: one after another, in the order of the arguments; before each loader those that
    /// it needs.
    Sequential,
}

/// Which requests a page answers: `method = ".."`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageMethod {
    /// `"get"`: GET and HEAD.
    #[default]
    Get,
    /// `"post"`: POST. The response is sent in one piece; the page or a loader takes what was posted as
    /// [`Form`].
    Post,
}

/// What is known of a page without the site that it is part of. `#[page]` implements it for the
/// type that it puts beside the function.
pub trait PageInfo: 'static {
    /// The name of the function.
    const NAME: &'static str;
    /// Its path, in Axum's syntax.
    const PATH: &'static str;
    /// Its time, if it says one that is the same for every request; else that of a function, or the site's default.
    const TIMEOUT: Option<Duration>;
    /// How it runs.
    const MODE: PageMode;
    /// Which requests it answers.
    const METHOD: PageMethod = PageMethod::Get;
    /// How its parts reach the browser.
    const STREAM: StreamMode = StreamMode::OutOfOrder;
    /// How many places it takes among the pages in flight.
    const WEIGHT: u32 = 1;
    /// In which order its loaders run.
    const LOAD: LoadOrder = LoadOrder::Concurrent;
}

/// A page that can be part of a site with state `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a page of a site with state `{S}`",
    note = "a page is a function with `#[page(..)]`, and each of its arguments must be available on the site: see the other notes",
    note = "the state comes from `Site::builder().state(..)`, which stands before `.pages(..)`"
)]
pub trait Page<S>: PageInfo {
    /// Its time for this request; `None` for the site's.
    #[doc(hidden)]
    fn timeout(parts: &Parts) -> Option<Duration> {
        let _ = parts;
        Self::TIMEOUT
    }
    /// The innermost layout around it.
    #[doc(hidden)]
    fn layout() -> Option<LayoutEntry<S>> {
        None
    }
    /// Finds the guards among its loaders and their dependencies.
    #[doc(hidden)]
    fn guards(found: &mut Guards<S>) {
        let _ = found;
    }
    /// Starts its loaders.
    #[doc(hidden)]
    fn start(cx: &Cx<S>) {
        let _ = cx;
    }
    /// Collects the arguments, and hands back the call of the function.
    #[doc(hidden)]
    fn prepare(cx: Cx<S>) -> BoxFuture<'static, Result<PageBody, PageError>>;
    /// What is shown in place of the page when it, or a loader that it cannot do without, is late.
    #[doc(hidden)]
    fn on_timeout() -> Option<FailureView>;
}

/// What a site needs of one page, without its type.
pub(crate) struct PageEntry<S> {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) timeout: fn(&Parts) -> Option<Duration>,
    pub(crate) mode: PageMode,
    pub(crate) method: PageMethod,
    pub(crate) stream: StreamMode,
    pub(crate) load: LoadOrder,
    pub(crate) weight: usize,
    /// The layouts around it, the outermost first.
    pub(crate) layouts: Arc<[LayoutEntry<S>]>,
    pub(crate) guards: fn(&mut Guards<S>),
    pub(crate) start: fn(&Cx<S>),
    pub(crate) prepare: fn(Cx<S>) -> BoxFuture<'static, Result<PageBody, PageError>>,
    pub(crate) on_timeout: fn() -> Option<FailureView>,
    pub(crate) known: Arc<Known>,
}

/// The pages of a site, as [`pages!`](crate::pages) collects them.
pub struct PageSet<S>(pub(crate) Vec<PageEntry<S>>);

impl<S: 'static> PageSet<S> {
    /// Adds a page. One call for each, so that an error points at that page's name in the list.
    #[doc(hidden)]
    #[must_use]
    pub fn page<P: Page<S>>(mut self) -> Self {
        self.0.push(PageEntry {
            name: P::NAME,
            path: P::PATH,
            timeout: P::timeout,
            mode: P::MODE,
            method: P::METHOD,
            stream: P::STREAM,
            load: P::LOAD,
            weight: usize::try_from(P::WEIGHT).unwrap_or(usize::MAX),
            layouts: LayoutEntry::chain(P::layout()).into(),
            guards: P::guards,
            start: P::start,
            prepare: P::prepare,
            on_timeout: P::on_timeout,
            known: Arc::default(),
        });
        self
    }
}

impl<S> fmt::Debug for PageSet<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|page| page.name))
            .finish()
    }
}

/// The pages of a site, by the names of their functions: `.pages(pages![HomePage, ProductPage])`.
///
/// It is a function from a page set to a page set, so that the state of the site is known before
/// the pages are looked at, and sets can be put together:
///
/// ```
/// use punctual::{PageSet, prelude::*};
///
/// #[page(async, path = "/")]
/// fn HomePage() -> impl IntoView {
///     "home"
/// }
///
/// /// The pages of a part of the site, for any state.
/// fn shop<S: Clone + Send + Sync + 'static>(set: PageSet<S>) -> PageSet<S> {
///     pages![HomePage](set)
/// }
/// # let _ = Site::builder().pages(shop).build();
/// ```
#[macro_export]
macro_rules! pages {
    ($($page:ty),* $(,)?) => { |set: $crate::PageSet<_>| set$(.page::<$page>())* };
}
