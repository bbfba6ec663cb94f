use super::body::{Body, Call, PageBody};
use crate::{context::Cx, error::PageError, loader::Guards};
use futures::future::BoxFuture;
use leptos::prelude::IntoAny as _;
use std::fmt;

/// What is known of a layout without the site that it is part of. [`#[layout]`](macro@crate::layout) implements it for the type
/// that it puts beside the function; there is no other way to make one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layout",
    label = "not a layout",
    note = "a layout is a function with `#[layout]`; write its name: `#[page(async, path = \"/account\", layout = Account)]`"
)]
pub trait LayoutInfo: 'static {
    /// The name of the function.
    const NAME: &'static str;
    /// One more than that of the layout around it. Forced at the item, so that a circle of layouts is an
    /// error there.
    #[doc(hidden)]
    const DEPTH: usize;
}

/// A layout of pages that can be part of a site with state `S`: each of its arguments is available there.
/// [`#[layout]`](macro@crate::layout) says what a layout is, and implements it.
///
/// It does not ask for [`LayoutInfo`], which the expansions name besides: rustc would say twice that something is
/// no layout.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a layout on a site with state `{S}`",
    note = "a layout is a function with `#[layout]`, and each of its arguments must be available on the site: see the other notes",
    note = "the state comes from `Site::builder().state(..)`, which stands before `.pages(..)`"
)]
pub trait Layout<S>: 'static {
    /// The layout around this one.
    #[doc(hidden)]
    fn outer() -> Option<LayoutEntry<S>> {
        None
    }
    /// Finds the guards among its loaders and their dependencies.
    #[doc(hidden)]
    fn guards(found: &mut Guards<S>);
    /// Starts its loaders.
    #[doc(hidden)]
    fn start(cx: &Cx<S>);
    /// Collects the arguments, and hands back the call of the function.
    #[doc(hidden)]
    fn prepare(cx: Cx<S>) -> BoxFuture<'static, Result<PageBody, PageError>>;
}

/// What a site needs of one layout, without its type.
pub struct LayoutEntry<S> {
    pub(crate) name: &'static str,
    outer: fn() -> Option<LayoutEntry<S>>,
    pub(crate) guards: fn(&mut Guards<S>),
    pub(crate) start: fn(&Cx<S>),
    pub(crate) prepare: fn(Cx<S>) -> BoxFuture<'static, Result<PageBody, PageError>>,
}

impl<S: 'static> LayoutEntry<S> {
    /// The entry of the layout of this name.
    #[must_use]
    pub fn of<L: Layout<S>>(name: &'static str) -> Self {
        Self {
            name,
            outer: L::outer,
            guards: L::guards,
            start: L::start,
            prepare: L::prepare,
        }
    }

    /// This layout and those around it, the outermost first.
    pub(crate) fn chain(inner: Option<Self>) -> Vec<Self> {
        let mut layouts: Vec<_> = std::iter::successors(inner, |layout| (layout.outer)()).collect();
        layouts.reverse();
        layouts
    }
}

impl<S> fmt::Debug for LayoutEntry<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LayoutEntry").field(&self.name).finish()
    }
}

impl PageBody {
    /// The call of a function that is not `async`. One that is would have been refused where it is written.
    pub(crate) fn into_call(self) -> Call {
        match self.0 {
            Body::Call(call) => call,
            Body::Future(_) => Box::new(|| Ok(().into_any())),
        }
    }
}
