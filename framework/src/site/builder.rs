use super::{
    BuildError, ConfigProblem, Problem, Site, defaults,
    files::{FileSettings, Surroundings},
    router::{self, Parts},
};
use crate::{
    blocking::{BlockingPool, DEFAULT_THREADS},
    config::{Config, DEFAULT_DRAIN, DEFAULT_TIMEOUT, Stubs},
    heartbeat::Heartbeat,
    loader::{LoaderInfo, Stub, insert_stub},
    page::{FailureView, IntoFailureView, PageMode, PageSet},
    pipeline::{Crawlers, DEFAULT_CRAWLERS, Pipeline},
    record::RequestRecord,
    render::ShellFn,
    serve::Served,
};
use axum::Router;
use leptos::prelude::{AnyView, IntoAny as _, IntoView};
use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

/// The environment variable with the address to listen on, as `cargo leptos` sets it.
const ADDR: &str = "LEPTOS_SITE_ADDR";
const DEFAULT_ADDR: &str = "127.0.0.1:3000";

type Wrap = Box<dyn FnOnce(Router) -> Router + Send>;

/// Configures a [`Site`].
///
/// | setting | default |
/// |---|---|
/// | [`state`](Self::state) | `()` |
/// | [`shell`](Self::shell) | a plain HTML document |
/// | [`error_page`](Self::error_page), [`not_found_page`](Self::not_found_page) | plain pages in the shell |
/// | [`timeout`](Self::timeout) | 45 s, ASP.NET's default for `AsyncTimeout` |
/// | [`drain`](Self::drain) | 10 s |
/// | [`blocking_threads`](Self::blocking_threads) | 25 |
/// | [`crawlers`](Self::crawlers) | [`DEFAULT_CRAWLERS`] |
/// | [`addr`](Self::addr) | `LEPTOS_SITE_ADDR`, else 127.0.0.1:3000 |
/// | [`style`](Self::style) | no style sheet |
/// | [`site_root`](Self::site_root) | `LEPTOS_SITE_ROOT`, else `target/site` |
/// | [`site_pkg_dir`](Self::site_pkg_dir) | `LEPTOS_SITE_PKG_DIR`, else `pkg` |
/// | [`output_name`](Self::output_name) | `LEPTOS_OUTPUT_NAME`, else the name of the package or the program |
/// | [`hash_file`](Self::hash_file) | with `LEPTOS_HASH_FILES=true` `LEPTOS_HASH_FILE_NAME`, else none |
#[must_use]
pub struct SiteBuilder<S> {
    state: S,
    pages: PageSet<S>,
    routes: Vec<Router<S>>,
    wrap: Vec<Wrap>,
    /// How many pages and routes were given before the state, which they have to fit.
    before_state: usize,
    shell: ShellFn,
    error_page: FailureView,
    not_found: FailureView,
    timeout: Duration,
    drain: Duration,
    blocking_threads: usize,
    crawlers: Vec<String>,
    addr: Option<SocketAddr>,
    pub(super) files: FileSettings,
    stubs: Stubs,
    on_record: Option<crate::config::OnRecord>,
}

impl SiteBuilder<()> {
    pub(super) fn new() -> Self {
        Self {
            state: (),
            pages: PageSet(Vec::new()),
            routes: Vec::new(),
            wrap: Vec::new(),
            before_state: 0,
            shell: Arc::new(|page| defaults::shell(page).into_any()),
            error_page: defaults::error_page.into_failure_view(),
            not_found: defaults::error_page.into_failure_view(),
            timeout: DEFAULT_TIMEOUT,
            drain: DEFAULT_DRAIN,
            blocking_threads: DEFAULT_THREADS,
            crawlers: names(DEFAULT_CRAWLERS),
            addr: None,
            files: FileSettings::default(),
            stubs: Stubs::new(),
            on_record: None,
        }
    }

    /// The state that loaders and handlers get with `State`. It comes before the pages and the routes, which
    /// are checked against it.
    pub fn state<S: Clone + Send + Sync + 'static>(self, state: S) -> SiteBuilder<S> {
        SiteBuilder {
            state,
            pages: PageSet(Vec::new()),
            routes: Vec::new(),
            wrap: self.wrap,
            before_state: self.before_state + self.pages.0.len() + self.routes.len(),
            shell: self.shell,
            error_page: self.error_page,
            not_found: self.not_found,
            timeout: self.timeout,
            drain: self.drain,
            blocking_threads: self.blocking_threads,
            crawlers: self.crawlers,
            addr: self.addr,
            files: self.files,
            stubs: self.stubs,
            on_record: self.on_record,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> SiteBuilder<S> {
    /// The document around every page: a function from the page's view to the whole `<html>`.
    pub fn shell<V: IntoView + 'static>(
        mut self,
        shell: impl Fn(AnyView) -> V + Send + Sync + 'static,
    ) -> Self {
        self.shell = Arc::new(move |page| shell(page).into_any());
        self
    }

    /// Adds pages: `.pages(pages![HomePage, ProductPage])`. May be called more than once.
    pub fn pages(mut self, pages: impl FnOnce(PageSet<S>) -> PageSet<S>) -> Self {
        self.pages = pages(self.pages);
        self
    }

    /// Adds plain Axum routes, which may ask for loaders with
    /// [`RequestContext`](crate::RequestContext). May be called more than once. A fallback of theirs is
    /// a [`Problem`]: what no page and no route matches is a file of the site folder, else it is the not-found
    /// page's.
    pub fn routes(mut self, routes: Router<S>) -> Self {
        self.routes.push(routes);
        self
    }

    /// What is shown, in the shell, when a page fails: a function of a
    /// [`PageFailure`](crate::PageFailure), or of nothing.
    pub fn error_page<M>(mut self, view: impl IntoFailureView<M>) -> Self {
        self.error_page = view.into_failure_view();
        self
    }

    /// What is shown, in the shell, when there is no such page, or a page says so: a function of a
    /// [`PageFailure`](crate::PageFailure), or of nothing.
    pub fn not_found_page<M>(mut self, view: impl IntoFailureView<M>) -> Self {
        self.not_found = view.into_failure_view();
        self
    }

    /// The time of pages that do not say one. Default: 45 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long after the deadline a visitor may go without reading what is left of the document,
    /// before the connection is cut. Default: 10 s.
    pub fn drain(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// How many synchronous pages and blocking loaders run at once, each on a thread. Default: 25. See
    /// [`BlockingPool`].
    pub fn blocking_threads(mut self, threads: usize) -> Self {
        self.blocking_threads = threads;
        self
    }

    /// Who gets every page as one document, as with `stream = "off"`, under the same deadline: a part of the
    /// `User-Agent` each, in any case. Default: [`DEFAULT_CRAWLERS`], whose place this list takes.
    ///
    /// ```
    /// use punctual::{DEFAULT_CRAWLERS, Site};
    ///
    /// let names = DEFAULT_CRAWLERS.iter().copied().chain(["our-link-checker"]);
    /// let site = Site::builder().crawlers(names);
    /// # let _ = site;
    /// ```
    pub fn crawlers(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.crawlers = names.into_iter().map(Into::into).collect();
        self
    }

    /// The address to listen on. Default: the environment variable `LEPTOS_SITE_ADDR`, else
    /// 127.0.0.1:3000.
    pub fn addr(mut self, addr: SocketAddr) -> Self {
        self.addr = Some(addr);
        self
    }

    /// Wraps the whole site, pages and routes, for example in layers of tower:
    /// `.wrap(|router| router.layer(CompressionLayer::new()))`. The one that is called last is the
    /// outermost.
    pub fn wrap(mut self, wrap: impl FnOnce(Router) -> Router + Send + 'static) -> Self {
        self.wrap.push(Box::new(wrap));
        self
    }

    /// Puts a stub in place of a loader, for tests: `.replace::<gizmos>(|| async { Ok(vec![]) })`.
    ///
    /// The stub runs as the loader would, at most once per request; the loader's own arguments are
    /// not collected.
    pub fn replace<L: LoaderInfo>(mut self, stub: impl Stub<L>) -> Self {
        insert_stub::<L>(&mut self.stubs, stub);
        self
    }

    /// A function that is told of every request for a page when it is over, for logs and metrics. (What
    /// is no page, no route and no file counts as one; files and routes of `.routes(..)` do not.) It runs on
    /// the request path: it should not block.
    pub fn on_record(mut self, f: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.on_record = Some(Arc::new(f));
        self
    }

    /// Checks everything and puts the site together.
    ///
    /// # Errors
    /// [`BuildError`] names every problem at once.
    pub fn build(self) -> Result<Site, BuildError> {
        let mut problems = Vec::new();
        if cfg!(panic = "abort") {
            problems.push(Problem::PanicAbort);
        }
        if self.pages.0.is_empty() && self.routes.is_empty() {
            problems.push(Problem::NoPages);
        }
        if self.before_state > 0 {
            problems.push(Problem::BeforeState {
                count: self.before_state,
            });
        }
        if self.timeout.is_zero() {
            problems.push(Problem::Zero {
                name: "timeout",
                value: self.timeout,
            });
        }
        let synchronous = self.pages.0.iter().find(|page| page.mode == PageMode::Sync);
        if let Some(page) = synchronous.filter(|_| self.blocking_threads == 0) {
            problems.push(Problem::NoThreads { page: page.name });
        }
        let addr = self.addr.or_else(|| read_addr(&mut problems));
        let files = self
            .files
            .resolve(&Surroundings::of_process(), &mut problems);
        let config = Config {
            timeout: self.timeout,
            drain: self.drain,
            stubs: Arc::new(self.stubs),
            blocking: BlockingPool::new(self.blocking_threads),
            on_record: self.on_record,
        };
        let pipeline = Pipeline {
            config,
            shell: self.shell,
            error_page: self.error_page,
            not_found: self.not_found,
            crawlers: crawlers(&self.crawlers, &mut problems),
            streams: Arc::default(),
            heartbeat: Heartbeat::default(),
        };
        let parts = Parts {
            state: self.state,
            pages: self.pages,
            routes: self.routes,
            files,
            pipeline,
        };
        let in_flight = parts.pipeline.heartbeat.in_flight();
        let blocking = parts.pipeline.config.blocking.clone();
        let router = router::build(parts, &mut problems);
        let router = self
            .wrap
            .into_iter()
            .fold(router, |router, wrap| wrap(router));
        match addr {
            Some(addr) if problems.is_empty() => {
                let served = Served { router, in_flight };
                Ok(Site {
                    served,
                    addr,
                    blocking,
                })
            }
            _ => Err(BuildError(problems)),
        }
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn crawlers(names: &[String], problems: &mut Vec<Problem>) -> Crawlers {
    let result = match names.iter().any(|name| name.trim().is_empty()) {
        true => Err("one of them is empty, which is a part of every name".to_owned()),
        false => Crawlers::new(names),
    };
    result.unwrap_or_else(|reason| {
        problems.push(Problem::Crawlers { reason });
        Crawlers::none()
    })
}

fn read_addr(problems: &mut Vec<Problem>) -> Option<SocketAddr> {
    let text = match std::env::var_os(ADDR).filter(|text| !text.is_empty()) {
        Some(text) => text.to_string_lossy().into_owned(),
        None => DEFAULT_ADDR.to_owned(),
    };
    let addr = text.parse().ok();
    if addr.is_none() {
        let expected = "an IP address with a port, such as 127.0.0.1:3000";
        problems.push(Problem::Addr(ConfigProblem::new(ADDR, &text, expected)));
    }
    addr
}

impl<S> fmt::Debug for SiteBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteBuilder")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
