use super::{Problem, address::Addresses, apart, files::Files};
use crate::{
    context::original_uri,
    error::PageError,
    page::{PageEntry, PageMethod, PageSet, PostedBody},
    pipeline::Pipeline,
    render::init_executor,
};
use axum::{
    Extension, Router,
    extract::Request,
    handler::Handler,
    response::Response,
    routing::{MethodFilter, on},
};
use futures::future::BoxFuture;
use http::{HeaderValue, Method, header::ALLOW};
use leptos::prelude::{Owner, provide_context};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// What a router is made of.
pub(super) struct Parts<S> {
    pub(super) state: S,
    pub(super) pages: PageSet<S>,
    pub(super) routes: Vec<Router<S>>,
    pub(super) files: Files,
    pub(super) pipeline: Pipeline,
    /// Whether the connections may have a runtime of their own.
    pub(super) is_apart: bool,
}

/// Checks the paths and makes the router, of what can be in one.
pub(super) fn build<S>(parts: Parts<S>, problems: &mut Vec<Problem>) -> Router
where
    S: Clone + Send + Sync + 'static,
{
    init_executor();
    let Parts {
        state,
        pages,
        routes,
        files,
        pipeline,
        is_apart,
    } = parts;
    let pages = check(pages, problems);
    let pipeline = Arc::new(pipeline);
    let style = files.style_href();
    let files = Arc::new(files);
    let addresses = Addresses::of(&pages);
    let mut router = Router::new();
    for page in pages {
        let path = page.path;
        let filter = match page.method {
            PageMethod::Get => MethodFilter::GET,
            PageMethod::Post => MethodFilter::POST,
        };
        // A page such as `/{category}/{product}` matches what the site is built of as well.
        let files = path.starts_with("/{").then(|| files.clone());
        let handler = PageHandler {
            page: Arc::new(page),
            pipeline: pipeline.clone(),
            files,
        };
        router = router.route(path, on(filter, handler));
    }
    let refusing = pipeline.clone();
    router = router.method_not_allowed_fallback(move |request: Request| async move {
        refusing.method_not_allowed(request.into_parts().0).await
    });
    let apart = |routes: Router<S>| match is_apart {
        true => apart::add(routes, pipeline.config.user.clone()),
        false => routes,
    };
    match merge(router.clone(), apart(server_functions(&state))) {
        Ok(merged) => router = merged,
        Err(reason) => problems.push(Problem::ServerFunctions { reason }),
    }
    for routes in routes {
        // Two fallbacks cannot be in one router, and ours is the not-found page.
        let probe = Router::new().fallback(|| async {});
        if merge(probe, routes.clone()).is_err() {
            problems.push(Problem::Fallback);
            continue;
        }
        let routes = apart(routes).layer(Extension(pipeline.config.clone()));
        match merge(router.clone(), routes) {
            Ok(merged) => router = merged,
            Err(reason) => problems.push(Problem::Routes { reason }),
        }
    }
    let addresses = Arc::new(addresses);
    let mut router = router.fallback(move |request: Request| async move {
        let parts = request.into_parts().0;
        // `OPTIONS *` asks for the server, not for an address.
        if parts.method == Method::OPTIONS && parts.uri.path() == "*" {
            return pipeline.method_not_allowed(parts).await;
        }
        if let Some(file) = files.answer(&parts).await {
            return file;
        }
        if files.refuses(&parts).await {
            let mut response = pipeline.method_not_allowed(parts).await;
            let methods = HeaderValue::from_static("GET,HEAD");
            response.headers_mut().insert(ALLOW, methods);
            return response;
        }
        let error = match addresses.elsewhere(&parts, original_uri(&parts)) {
            Some(location) => PageError::permanent_redirect(&location),
            None => PageError::not_found(),
        };
        pipeline.refuse(parts, error).await
    });
    if let Some(style) = style {
        router = router.layer(Extension(style));
    }
    router.with_state(state)
}

/// Answers requests for a page. Axum has found it; nothing looks it up a second time.
///
/// It is a handler by itself, because the future that Axum makes of a function has room for the request twice.
struct PageHandler<S> {
    page: Arc<PageEntry<S>>,
    pipeline: Arc<Pipeline>,
    /// Of what the site is built, if the page's path matches that as well.
    files: Option<Arc<Files>>,
}

impl<S> Clone for PageHandler<S> {
    fn clone(&self) -> Self {
        Self {
            page: self.page.clone(),
            pipeline: self.pipeline.clone(),
            files: self.files.clone(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Handler<(), S> for PageHandler<S> {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let Self {
            page,
            pipeline,
            files,
        } = self;
        let (mut parts, body) = request.into_parts();
        if page.method == PageMethod::Post {
            let posted = PostedBody::new(&parts, body);
            parts.extensions.insert(posted);
        }
        let Some(files) = files else {
            return pipeline.answer(page, state, parts);
        };
        Box::pin(async move {
            match files.answer_built(&parts).await {
                Some(file) => file,
                None => pipeline.answer(page, state, parts).await,
            }
        })
    }
}

/// Leptos' server functions that are linked into the program, each at the path it says.
fn server_functions<S>(state: &S) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let mut router = Router::new();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        let Ok(method) = MethodFilter::try_from(method) else {
            continue;
        };
        let state = state.clone();
        let handler = move |request: Request| {
            let state = state.clone();
            async move {
                // Leptos makes the owner of the function a child of whatever is current on the thread.
                if let Some(owner) = Owner::current() {
                    owner.unset();
                }
                let context = move || provide_context(state.clone());
                leptos_axum::handle_server_fns_with_context(context, request).await
            }
        };
        router = router.route(path, on(method, handler));
    }
    router
}

/// Looks for pages that Axum would refuse, with the router that Axum uses, and gives the others.
fn check<S>(pages: PageSet<S>, problems: &mut Vec<Problem>) -> Vec<PageEntry<S>> {
    let mut paths = matchit::Router::new();
    let mut added: Vec<PageEntry<S>> = Vec::new();
    for page in pages.0 {
        match paths.insert(page.path, ()) {
            Ok(()) => added.push(page),
            // The same path, for other requests.
            Err(matchit::InsertError::Conflict { .. })
                if added.iter().any(|other| other.path == page.path)
                    && !added
                        .iter()
                        .any(|other| other.path == page.path && other.method == page.method) =>
            {
                added.push(page);
            }
            Err(matchit::InsertError::Conflict { .. })
                if added
                    .iter()
                    .any(|other| other.name == page.name && other.path == page.path) =>
            {
                problems.push(Problem::Twice { page: page.name });
            }
            Err(matchit::InsertError::Conflict { with }) => problems.push(Problem::Conflict {
                page: page.name,
                path: page.path,
                other: added
                    .iter()
                    .find(|other| other.path == with)
                    .map_or("another page", |other| other.name),
                other_path: with,
            }),
            Err(error) => problems.push(Problem::Path {
                page: page.name,
                path: page.path,
                reason: error.to_string(),
            }),
        }
    }
    added
}

/// Axum tells overlapping routes by a panic.
fn merge<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    routes: Router<S>,
) -> Result<Router<S>, String> {
    catch_unwind(AssertUnwindSafe(|| router.merge(routes))).map_err(
        |payload: Box<dyn Any + Send>| {
            payload
                .downcast_ref::<String>()
                .cloned()
                .unwrap_or_else(|| "two routes have one path".to_owned())
        },
    )
}
