//! What a site bounds, as arguments of pages, loaders and plain handlers.

use super::{Current, RequestState};
use crate::{admission::Admission, blocking::BlockingPool, config::Config};
use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};

/// Finds the site's own: in a nested site there are both, and the first is its own.
fn find<S, T>(
    parts: &Parts,
    of_request: impl FnOnce(&RequestState<S>) -> T,
    of_site: impl FnOnce(&Config) -> T,
) -> Option<T>
where
    S: Send + Sync + 'static,
{
    let current = parts.extensions.get::<Current>();
    let request = current.and_then(|current| current.request.upgrade());
    match request.and_then(|request| request.downcast::<RequestState<S>>().ok()) {
        Some(request) => Some(of_request(&request)),
        None => parts.extensions.get::<Config>().map(of_site),
    }
}

impl<S: Clone + Send + Sync + 'static> FromRequestParts<S> for BlockingPool {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let found = find::<S, _>(
            parts,
            |request| request.blocking.clone(),
            |site| site.blocking.clone(),
        );
        found.ok_or((
            StatusCode::INTERNAL_SERVER_ERROR,
            "`BlockingPool` is there in pages, loaders, and routes of `SiteBuilder::routes`",
        ))
    }
}

impl<S: Clone + Send + Sync + 'static> FromRequestParts<S> for Admission {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let found = find::<S, _>(
            parts,
            |request| request.admission.clone(),
            |site| site.admission.clone(),
        );
        found.ok_or((
            StatusCode::INTERNAL_SERVER_ERROR,
            "`Admission` is there in pages, loaders, and routes of `SiteBuilder::routes`",
        ))
    }
}
