//! The request that the component which runs now belongs to.

use super::scope::PageContext;
use crate::{
    context::{Cx, RequestContext, RequestState},
    record::Recorder,
};
use leptos::prelude::use_context;
use std::sync::Arc;

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
        let request: Arc<RequestState<S>> = match page.request.clone().downcast() {
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

impl Recorder {
    /// The recorder of the page that the component which runs now is part of; `None` outside a
    /// page.
    #[must_use]
    pub fn current() -> Option<Self> {
        use_context::<PageContext>().map(|page| page.recorder.clone())
    }
}
