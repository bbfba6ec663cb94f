use super::{
    Visit,
    remains::{self, Sent},
};
use crate::{
    admission::Admission,
    after_response::AfterResponse,
    blocking::BlockingPool,
    context::Watch,
    heartbeat::InFlight,
    site::{Site, SiteBuilder},
};
use axum::{Router, body::Body};
use http::{Method, Request};
use std::{
    fmt,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
};

/// A site in memory that a test asks for pages. A clone is the same site.
///
/// # Examples
/// ```
/// use punctual::{prelude::*, testing::{self, TestSite}};
///
/// #[page(async, path = "/")]
/// fn HomePage() -> impl IntoView {
///     "Good morning"
/// }
///
/// # testing::run(async {
/// let site = TestSite::new(Site::builder().pages(pages![HomePage]));
/// let page = site.get("/").await;
/// assert!(page.assert_whole().html().contains("Good morning"));
/// # });
/// ```
#[derive(Clone)]
pub struct TestSite(Arc<Inner>);

struct Inner {
    router: Router,
    /// What the site has, unless it is nested somewhere in the router.
    parts: Option<Parts>,
    sent: Mutex<Vec<Sent>>,
}

struct Parts {
    admission: Admission,
    pool: BlockingPool,
    after: AfterResponse,
    in_flight: InFlight,
}

impl TestSite {
    /// Builds the site. To replace a loader, call [`SiteBuilder::replace`] on the builder.
    ///
    /// # Panics
    /// When the site cannot be built, with every problem of it.
    #[must_use]
    #[track_caller]
    pub fn new<S: Clone + Send + Sync + 'static>(builder: SiteBuilder<S>) -> Self {
        match builder.build() {
            Ok(site) => Self::of_site(site),
            Err(error) => panic!("{error}"),
        }
    }

    /// Takes a site that is built, for a test that watches its
    /// [threads](Site::blocking_pool) or its [work after responses](Site::after_response).
    #[must_use]
    pub fn of_site(site: Site) -> Self {
        let parts = Parts {
            admission: site.admission(),
            pool: site.blocking_pool(),
            after: site.after_response(),
            in_flight: site.in_flight(),
        };
        Self::make(site.into_router(), Some(parts))
    }

    /// Takes a service that has a site in it: nested, or with layers around it.
    #[must_use]
    pub fn of_router(router: Router) -> Self {
        Self::make(router, None)
    }

    fn make(router: Router, parts: Option<Parts>) -> Self {
        Self(Arc::new(Inner {
            router,
            parts,
            sent: Mutex::default(),
        }))
    }

    /// Asks for a page: `site.get("/gizmos?page=2").await`.
    ///
    /// # Panics
    /// When the path, with its query, is no URI.
    #[track_caller]
    pub fn get(&self, path: &str) -> Visit {
        self.request(Method::GET, path)
    }

    /// Asks for the head of a page.
    ///
    /// # Panics
    /// When the path, with its query, is no URI.
    #[track_caller]
    pub fn head(&self, path: &str) -> Visit {
        self.request(Method::HEAD, path)
    }

    /// Sends something: `site.post("/orders").form(&order).await`.
    ///
    /// # Panics
    /// When the path, with its query, is no URI.
    #[track_caller]
    pub fn post(&self, path: &str) -> Visit {
        self.request(Method::POST, path)
    }

    /// Asks with any method.
    ///
    /// # Panics
    /// When the path, with its query, is no URI.
    #[track_caller]
    pub fn request(&self, method: Method, path: &str) -> Visit {
        match Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
        {
            Ok(request) => self.send(request),
            Err(error) => panic!("{path:?} cannot be asked for: {error}"),
        }
    }

    /// Sends a request that was made elsewhere.
    pub fn send(&self, request: Request<Body>) -> Visit {
        Visit::new(self.clone(), request)
    }

    /// Asserts that nothing is left of all requests so far: every load and task has ended, nobody holds a request's
    /// context or what Leptos holds for it, no blocking thread is busy, and all work after the responses is done. (Of
    /// a site in a [router](Self::of_router) the last two are not known.)
    ///
    /// A page that is being read is not over. Tasks and cleanups that end a request have 50 ms to do so; on a runtime
    /// with several threads, whose clock is that of the wall, five seconds, because a machine may be busy. Work after
    /// responses may take longer: wait for it with [`Site::after_response`] before.
    ///
    /// # Panics
    /// When something is left. The message names each request and what is left of it.
    #[track_caller]
    pub fn assert_nothing_remains(&self) -> impl Future<Output = ()> + Send + use<> {
        let (site, caller) = (self.clone(), Location::caller());
        async move {
            let remains = remains::wait(|| site.remains()).await;
            assert!(
                remains.is_empty(),
                "asserted at {caller}: something remains\n{}",
                remains.join("\n")
            );
        }
    }

    /// What is left, a line each.
    fn remains(&self) -> Vec<String> {
        let sent = self.0.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines: Vec<_> = sent.iter().filter_map(Sent::remains).collect();
        if let Some(Parts {
            admission,
            pool,
            after,
            in_flight,
        }) = &self.0.parts
        {
            lines.extend(remains::of_pool(pool));
            lines.extend(remains::of_after_response(after));
            // They have been named, unless others ask the same site.
            if lines.is_empty() {
                lines.extend(remains::of_requests(in_flight));
            }
            if lines.is_empty() {
                lines.extend(remains::of_admission(admission));
            }
        }
        lines
    }

    pub(super) fn router(&self) -> Router {
        self.0.router.clone()
    }

    /// Notes a request that is about to be sent.
    pub(super) fn note(&self, request: &str, watch: &Watch) {
        let mut sent = self.0.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(Sent::new(request, watch));
    }
}

impl fmt::Debug for TestSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSite").finish_non_exhaustive()
    }
}
