use super::Problem;
use crate::serve::Readiness;
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request},
    response::IntoResponse,
    routing::get,
};
use futures::FutureExt as _;
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use std::{borrow::Cow, convert::Infallible, future::ready};
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

/// Where a site says how it is, if it does.
pub(super) struct HealthPaths {
    pub(super) alive: Option<Cow<'static, str>>,
    pub(super) ready: Option<Cow<'static, str>>,
}

impl Default for HealthPaths {
    fn default() -> Self {
        Self {
            alive: Some("/healthz".into()),
            ready: Some("/readyz".into()),
        }
    }
}

impl HealthPaths {
    /// Says how the site is at each of the paths, unless it has something else there. It is outside of all layers, so that nothing of the site can keep it
    /// from being answered.
    pub(super) fn add(
        self,
        mut router: Router,
        readiness: Readiness,
        problems: &mut Vec<Problem>,
    ) -> Router {
        if let Some(path) = free(self.alive, &router, problems) {
            router = router.route(&path, get(|| async { answer(StatusCode::OK, "ok") }));
        }
        if let Some(path) = free(self.ready, &router, problems) {
            let answer = move || async move {
                match readiness.is_ready() {
                    true => answer(StatusCode::OK, "ready"),
                    false => answer(StatusCode::SERVICE_UNAVAILABLE, "draining"),
                }
            };
            router = router.route(&path, get(answer));
        }
        router
    }
}

fn answer(status: StatusCode, text: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text)
}

/// The path, if it is one, and nothing is there.
fn free(
    path: Option<Cow<'static, str>>,
    router: &Router,
    problems: &mut Vec<Problem>,
) -> Option<Cow<'static, str>> {
    let path = path?;
    let is_plain = path.starts_with('/')
        && path.bytes().all(|byte| byte.is_ascii_graphic())
        && !path.contains(['{', '}', '?', '#', '*', ':']);
    if !is_plain {
        problems.push(Problem::HealthPath {
            path: path.into_owned(),
        });
        return None;
    }
    (!has(router, &path)).then_some(path)
}

/// Whether the router has a route with this very path, found by asking for it: a router does not say what it has, and
/// one that is given the same path twice panics. Nothing of the site runs.
fn has(router: &Router, path: &str) -> bool {
    let found = layer_fn(|_| {
        service_fn(|request: Request| {
            let found = request.extensions().get::<MatchedPath>().cloned();
            let mut response = ().into_response();
            if let Some(found) = found {
                response.extensions_mut().insert(found);
            }
            ready(Ok::<_, Infallible>(response))
        })
    });
    let asking = router.clone().layer(found);
    let Ok(request) = Request::get(path).body(Body::empty()) else {
        return false;
    };
    let answer = asking.oneshot(request).now_or_never();
    answer.is_some_and(|answer| {
        answer.is_ok_and(|response| {
            let found = response.extensions().get::<MatchedPath>();
            found.is_some_and(|found| found.as_str() == path)
        })
    })
}
