//! The request that the component which runs now belongs to.

use super::scope::PageContext;
use crate::{
    context::{Cx, RequestContext, RequestState},
    loader::{Loaded, LoaderInfo},
    record::Recorder,
};
use leptos::prelude::use_context;
use std::{any::Any, sync::Arc};

impl<S: Send + Sync + 'static> RequestContext<S> {
    /// The request of the page that the component which runs now is part of.
    ///
    /// `None` outside a page, in an error page, and where the site has another state than `S`.
    ///
    /// ```
    /// use punctual::prelude::*;
    ///
    /// #[loader]
    /// async fn related() -> Result<Vec<String>, std::fmt::Error> {
    ///     Ok(vec!["Gizmo".to_owned()])
    /// }
    ///
    /// #[component]
    /// fn Related() -> impl IntoView {
    ///     let related = RequestContext::<()>::current()?.deferred::<related>();
    ///     Some(view! { <Resolve data=related let:related>{related.join(", ")}</Resolve> })
    /// }
    /// ```
    #[must_use]
    pub fn current() -> Option<Self> {
        let page = use_context::<PageContext>()?;
        let request: Arc<dyn Any + Send + Sync> = page.request.clone();
        let request: Arc<RequestState<S>> = match request.downcast() {
            Ok(request) => request,
            Err(other) => {
                // An error page has no loads, and nothing in this place.
                if !other.is::<()>() {
                    tracing::warn!(
                        target: "punctual",
                        asked = std::any::type_name::<S>(),
                        "a component asked for the request of a site with another state"
                    );
                }
                return None;
            }
        };
        Some(Self::of_page(Cx::of_request(request)))
    }
}

impl<L: LoaderInfo<Output: Clone>> Loaded<L> {
    /// The value by itself, for a view that shows all of it: views own what they show.
    ///
    /// In a page, a layout or a part of one, the value is taken out of the request if this is the only place that has it, and nothing
    /// else has ever asked for the loader in the same request. Otherwise, and everywhere else where the value is shared, it is cloned, as
    /// `(*loaded).clone()` does.
    ///
    /// When something asks for a loader whose value has been taken, it runs once more in that request. From then on its value is no
    /// longer taken in this process, so that is for once. (It does so as well when the page is made again, because a closure of its view has
    /// made a late view of Leptos, which is once in the life of the program.) Values of a page with `load = "sequential"` are never taken.
    ///
    /// ```
    /// use punctual::prelude::*;
    ///
    /// #[loader]
    /// async fn quotes() -> Result<Vec<String>, std::fmt::Error> {
    ///     Ok(vec!["It depends.".to_owned()])
    /// }
    ///
    /// #[page(async, path = "/quotes")]
    /// fn QuotesPage(quotes: Loaded<quotes>) -> impl IntoView {
    ///     quotes.into_inner().into_iter().map(|quote| view! { <q>{quote}</q> }).collect_view()
    /// }
    /// # let _ = Site::builder().pages(pages![QuotesPage]).build();
    /// ```
    #[must_use]
    pub fn into_inner(self) -> L::Output {
        let page = use_context::<PageContext>();
        let memo = page.as_ref().and_then(|page| page.request.memo());
        self.take(memo).unwrap_or_else(|shared| (*shared).clone())
    }
}

impl Recorder {
    /// The recorder of the page that the component which runs now is part of; `None` outside a
    /// page.
    #[must_use]
    pub fn current() -> Option<Self> {
        use_context::<PageContext>().map(|page| page.recorder.clone())
    }
}
