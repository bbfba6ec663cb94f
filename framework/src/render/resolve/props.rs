//! `<Resolve>` as `view!` calls it.
//!
//! `view!` writes `component_view(&Resolve, component_props_builder(&Resolve).data(..) .. .build())`. A
//! generic function would be instantiated twice, the second time with nothing to infer its types
//! from when an optional closure is absent. With Leptos' traits on a unit struct the builder starts
//! without types and collects them one by one; the compiler enforces that `data` comes first.

use super::{
    Progressive, Resolvable, ResolveView,
    view::{Texts, ViewFn, Views},
};
use crate::{erased::erase, error::LoadError};
use futures::StreamExt as _;
use leptos::{
    component::{Component, ComponentConstructor, Props},
    prelude::IntoView,
};
use std::sync::Arc;

/// Keeps a place in the page and fills it when the data is there.
///
/// | attribute | what it is | without it |
/// |---|---|---|
/// | `data` | the deferred loader or the task; comes first | required |
/// | `fallback` | `Fn() -> view`: what stands in the place until then, out of order | nothing |
/// | `progress` | `Fn(P) -> view`: what stands there while a task [says how far it is](crate::Progress), out of order | the `fallback` stays |
/// | `on_timeout` | `Fn() -> view`: what stands there when the data is late | a short text |
/// | `on_error` | `Fn(LoadError<E>) -> view`: when it failed, or its view panicked | a short text |
/// | `let:value` and children | the view of the value | required |
///
/// The view of `progress` is shown in place of what stands there, at most every 100 ms; no `<Resolve>` and no asynchronous view
/// of Leptos may stand in it. Visitors without JavaScript, and pages in order or in one piece, do not see it.
///
/// What `on_error` is given is for the page to choose its text by. The text of the error itself tells of other services and
/// is for the log, which has it with its sources; without an `on_error` a development build shows it.
///
/// Closures that capture say `move`. The views of `fallback` and `on_timeout` are rendered when the page is,
/// so that no code of the page has to run at the deadline. Data that is there when the page is
/// rendered is rendered in place.
///
/// It works wherever an element may stand: in lists, table bodies, rows and cells, in `<select>`, in another
/// `<Resolve>` (the outer content comes before what stands in it), in Leptos' `<Suspense>` and
/// `<ErrorBoundary>`, beside islands and in their children; hundreds of them on a page. Attributes that are
/// spread onto it go to its content.
///
/// How the content comes depends on the page's [`StreamMode`](crate::StreamMode). Out of order, which is the
/// default, the document goes on behind the place, and a small script puts the content there when it has come.
/// In order, and in a page that is sent as one document, there is no script and no fallback: the
/// document waits at the place.
///
/// In elements whose content is not HTML, no script can put anything: SVG and MathML, `<title>`, `<textarea>`,
/// `<script>`, `<style>`, `<iframe>`, `<noscript>`, and a `<template>` of the page's own (a shadow root, too). There the document
/// waits at the place also out of order, and a warning in the log names the page and the element:
/// put `<Resolve>` around the element instead. Text in `<script>` and `<style>` is not escaped by Leptos.
///
/// In a table or a `<select>`, `fallback`, `on_timeout` and `on_error` are rows or options as the content is: browsers put
/// a bare text, such as the ones that stand there by default, outside of it.
///
/// ```
/// use punctual::prelude::*;
///
/// #[loader]
/// async fn related() -> Result<Vec<String>, std::fmt::Error> {
///     Ok(vec!["Gizmo".to_owned()])
/// }
///
/// #[page(async, path = "/")]
/// fn HomePage(related: Deferred<related>) -> impl IntoView {
///     view! {
///         <Resolve
///             data=related
///             fallback=|| "Finding related products ..."
///             on_timeout=|| "Related products are slow today."
///             on_error=|_| "Related products cannot be shown."
///             let:related
///         >
///             <p>{related.join(", ")}</p>
///         </Resolve>
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Resolve;

/// The props of `<Resolve>` before the first attribute.
#[derive(Debug)]
pub struct Start;

/// Makes what is shown while the data is being made.
type ProgressFn<D> = Box<dyn FnOnce(&mut D) -> Views + Send>;

/// Stands for the data while there is none.
#[derive(Debug)]
pub struct NoData;

pub(super) type ErrorFn<E> = Box<dyn FnOnce(LoadError<E>) -> leptos::prelude::AnyView + Send>;

/// Collects the attributes. `E` is the error of the data; it stands beside `D`, because there is no
/// error type while there is no data.
pub struct Builder<D, E, C> {
    data: D,
    children: C,
    fallback: Option<ViewFn>,
    progress: Option<ProgressFn<D>>,
    on_timeout: Option<ViewFn>,
    on_error: Option<ErrorFn<E>>,
}

impl Props for Start {
    type Builder = Builder<NoData, (), ()>;

    fn builder() -> Self::Builder {
        Builder {
            data: NoData,
            children: (),
            fallback: None,
            progress: None,
            on_timeout: None,
            on_error: None,
        }
    }
}

impl<C> Builder<NoData, (), C> {
    /// What is waited for.
    pub fn data<D: Resolvable>(self, data: D) -> Builder<D, D::Error, C> {
        let Self {
            children,
            fallback,
            on_timeout,
            ..
        } = self;
        Builder {
            data,
            children,
            fallback,
            progress: None,
            on_timeout,
            on_error: None,
        }
    }
}

impl<D, E, C> Builder<D, E, C> {
    /// What stands in the place until the data is there.
    #[must_use]
    pub fn fallback<V: IntoView + 'static>(
        mut self,
        f: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        self.fallback = Some(Box::new(move || erase(f())));
        self
    }

    /// What stands in the place while the data says how far it is.
    #[must_use]
    pub fn progress<V: IntoView + 'static>(
        mut self,
        f: impl Fn(D::Progress) -> V + Send + Sync + 'static,
    ) -> Self
    where
        D: Progressive,
    {
        let f = Arc::new(f);
        self.progress = Some(Box::new(move |data| {
            data.progress()
                .map(move |progress| -> ViewFn {
                    let f = f.clone();
                    Box::new(move || erase(f(progress)))
                })
                .boxed()
        }));
        self
    }

    /// What stands in the place when the data is late.
    #[must_use]
    pub fn on_timeout<V: IntoView + 'static>(
        mut self,
        f: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        self.on_timeout = Some(Box::new(move || erase(f())));
        self
    }

    /// What stands in the place when the data failed, or when its view panicked.
    #[must_use]
    pub fn on_error<V: IntoView + 'static>(
        mut self,
        f: impl FnOnce(LoadError<E>) -> V + Send + 'static,
    ) -> Self
    where
        D: Resolvable<Error = E>,
    {
        self.on_error = Some(Box::new(move |error| erase(f(error))));
        self
    }

    /// The view of the value.
    pub fn children<V, F>(self, children: F) -> Builder<D, E, F>
    where
        D: Resolvable,
        V: IntoView + 'static,
        F: FnOnce(D::Value) -> V + Send + 'static,
    {
        let Self {
            data,
            fallback,
            progress,
            on_timeout,
            on_error,
            ..
        } = self;
        Builder {
            data,
            children,
            fallback,
            progress,
            on_timeout,
            on_error,
        }
    }

    /// All attributes are there.
    #[must_use]
    pub fn build(self) -> Self
    where
        D: Resolvable,
    {
        self
    }
}

impl Component<Start> for Resolve {}

impl<D, V, F> ComponentConstructor<Builder<D, D::Error, F>, ResolveView> for &Resolve
where
    D: Resolvable,
    V: IntoView + 'static,
    F: FnOnce(D::Value) -> V + Send + 'static,
{
    fn construct(self, props: Builder<D, D::Error, F>) -> ResolveView {
        let Builder {
            mut data,
            children,
            fallback,
            progress,
            on_timeout,
            on_error,
        } = props;
        let progress = progress.map(|progress| progress(&mut data));
        ResolveView::new(
            data,
            |value| erase(children(value)),
            Texts {
                fallback,
                progress,
                on_timeout,
                on_error,
            },
        )
    }
}
