mod build;
mod capacity;
mod proxies;
mod serving;

use super::{Section, defaults, files::FileSettings};
use crate::{
    after_response,
    blocking::DEFAULT_THREADS,
    config::{DEFAULT_DRAIN, DEFAULT_TIMEOUT, Stubs, TimeoutFrom},
    erased::erase,
    error::ErrorDetails,
    loader::{LoaderInfo, Stub, insert_stub},
    page::PageSet,
    pipeline::{DEFAULT_CRAWLERS, ErrorPages},
    record::RequestRecord,
    render::ShellFn,
    security::{ContentSecurityPolicy, default_headers},
    serve::ListenAddr,
};
use axum::Router;
use capacity::Capacity;
use http::{HeaderMap, HeaderName, HeaderValue};
use leptos::prelude::{AnyView, IntoView};
use serving::Serving;
use std::{fmt, sync::Arc, time::Duration};

type Wrap = Box<dyn FnOnce(Router) -> Router + Send>;

/// Configures a [`Site`](crate::Site).
///
/// | setting | default |
/// |---|---|
/// | [`state`](Self::state) | `()` |
/// | [`shell`](Self::shell) | a plain HTML document |
/// | [`error_page`](Self::error_page), [`error_page_for`](Self::error_page_for), [`not_found_page`](Self::not_found_page), [`section`](Self::section) | plain pages in the shell |
/// | [`timeout`](Self::timeout) | 45 s, ASP.NET's default for `AsyncTimeout` |
/// | [`timeout_from`](Self::timeout_from) | `timeout` for all requests |
/// | [`drain`](Self::drain) | 10 s |
/// | [`max_in_flight`](Self::max_in_flight) | what the machine can hold |
/// | [`max_waiting`](Self::max_waiting) | as many as may be in flight |
/// | [`longest_wait`](Self::longest_wait) | 3 s |
/// | [`scheduling_delay`](Self::scheduling_delay) | 100 ms |
/// | [`busy_page`](Self::busy_page) | a line of text |
/// | [`trusted_proxies`](Self::trusted_proxies) | none |
/// | [`compress`](Self::compress) | off |
/// | [`blocking_threads`](Self::blocking_threads) | 25 |
/// | [`after_response_limit`](Self::after_response_limit) | 1,000 |
/// | [`after_response_timeout`](Self::after_response_timeout) | 30 s |
/// | [`error_details`](Self::error_details) | in development builds |
/// | [`crawlers`](Self::crawlers) | [`DEFAULT_CRAWLERS`] |
/// | [`content_security_policy`](Self::content_security_policy) | a strict one |
/// | [`document_header`](Self::document_header) | three that a careful site sends |
/// | [`addr`](Self::addr) | `LEPTOS_SITE_ADDR`, else 127.0.0.1:3000 |
/// | [`connection_limits`](Self::connection_limits) | [`ConnectionLimits`](crate::ConnectionLimits) says them |
/// | [`connection_threads`](Self::connection_threads) | none |
/// | [`health_paths`](Self::health_paths) | `/healthz` and `/readyz` |
/// | [`shutdown_notice`](Self::shutdown_notice) | none |
/// | [`shutdown_grace`](Self::shutdown_grace) | 30 s |
/// | [`style`](Self::style) | no style sheet |
/// | [`islands`](Self::islands) | none |
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
    pub(super) errors: ErrorPages,
    pub(super) sections: Vec<Section>,
    timeout: Duration,
    timeout_from: Option<TimeoutFrom>,
    drain: Duration,
    blocking_threads: usize,
    capacity: Capacity,
    crawlers: Vec<String>,
    policy: ContentSecurityPolicy,
    headers: HeaderMap,
    after_response: (usize, Duration),
    pub(super) details: ErrorDetails,
    addr: Option<ListenAddr>,
    proxies: Vec<String>,
    serving: Serving,
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
            shell: Arc::new(|page| erase(defaults::shell(page))),
            errors: ErrorPages::default(),
            sections: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            timeout_from: None,
            drain: DEFAULT_DRAIN,
            blocking_threads: DEFAULT_THREADS,
            capacity: Capacity::default(),
            crawlers: names(DEFAULT_CRAWLERS),
            policy: ContentSecurityPolicy::default(),
            headers: default_headers(),
            after_response: (
                after_response::DEFAULT_LIMIT,
                after_response::DEFAULT_TIMEOUT,
            ),
            details: ErrorDetails::default(),
            addr: None,
            proxies: Vec::new(),
            serving: Serving::default(),
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
            errors: self.errors,
            sections: self.sections,
            timeout: self.timeout,
            timeout_from: self.timeout_from,
            drain: self.drain,
            blocking_threads: self.blocking_threads,
            capacity: self.capacity,
            crawlers: self.crawlers,
            policy: self.policy,
            headers: self.headers,
            after_response: self.after_response,
            details: self.details,
            addr: self.addr,
            proxies: self.proxies,
            serving: self.serving,
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
        self.shell = Arc::new(move |page| erase(shell(page)));
        self
    }

    /// Adds pages: `.pages(pages![HomePage, ProductPage])`. May be called more than once.
    pub fn pages(mut self, pages: impl FnOnce(PageSet<S>) -> PageSet<S>) -> Self {
        self.pages = pages(self.pages);
        self
    }

    /// Adds plain Axum routes, which may ask for loaders with
    /// [`RequestContext`](crate::RequestContext). May be called more than once. A fallback of theirs is
    /// a [`Problem`](crate::Problem): what no page and no route matches is a file of the site folder, else it is the not-found
    /// page's.
    pub fn routes(mut self, routes: Router<S>) -> Self {
        self.routes.push(routes);
        self
    }

    /// The time of pages that do not say one. Default: 45 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time of pages that do not say one, from the head of the request: more for a customer who has paid for it, or
    /// less in a request of a machine. It counts before [`timeout`](Self::timeout), which is taken when the function
    /// panics or gives zero. It runs on the request path: it should not block.
    ///
    /// ```
    /// use punctual::Site;
    /// use std::time::Duration;
    ///
    /// let site = Site::builder().timeout_from(|parts| match parts.headers.get("x-batch") {
    ///     Some(_) => Duration::from_secs(120),
    ///     None => Duration::from_secs(10),
    /// });
    /// # let _ = site;
    /// ```
    pub fn timeout_from(
        mut self,
        f: impl Fn(&http::request::Parts) -> Duration + Send + Sync + 'static,
    ) -> Self {
        self.timeout_from = Some(Arc::new(f));
        self
    }

    /// How long after the deadline a visitor may go without reading what is left of the document,
    /// before the connection is cut. Default: 10 s.
    pub fn drain(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// How many synchronous pages and blocking loaders run at once, each on a thread. Default: 25. See
    /// [`BlockingPool`](crate::BlockingPool).
    pub fn blocking_threads(mut self, threads: usize) -> Self {
        self.blocking_threads = threads;
        self
    }

    /// How many pieces of work may wait for the end of their responses or run after them
    /// ([`Tasks::after_response`](crate::Tasks::after_response)); what comes beyond is refused with
    /// [`AfterResponseError::Full`](crate::AfterResponseError::Full). Default: 1,000.
    pub fn after_response_limit(mut self, limit: usize) -> Self {
        self.after_response.0 = limit;
        self
    }

    /// How long each piece of work after a response may take before it is stopped
    /// ([`Tasks::after_response`](crate::Tasks::after_response)). Default: 30 s. A site that is stopped waits as long for all
    /// of it. Zero is a [`Problem`](crate::Problem).
    pub fn after_response_timeout(mut self, timeout: Duration) -> Self {
        self.after_response.1 = timeout;
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

    /// Which scripts run in the documents of the site. Default: a strict policy, under which those of this crate and of Leptos do, and nothing else
    /// that somebody gets into a page. [`ContentSecurityPolicy`] says what is in it, and how pages have their own.
    ///
    /// ```
    /// use punctual::{ContentSecurityPolicy, Site};
    ///
    /// // Pictures from two places; the rest stays as it is.
    /// let policy = ContentSecurityPolicy::default().directive("img-src", "'self' https://pictures.example");
    /// let site = Site::builder().content_security_policy(policy);
    /// // Somebody else sees to it.
    /// let site = Site::builder().content_security_policy(ContentSecurityPolicy::off());
    /// # let _ = site;
    /// ```
    pub fn content_security_policy(mut self, policy: ContentSecurityPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// A header that each document gets unless its page says it itself; `None` takes one away. Error pages have it as well; redirects, files and the routes of
    /// `.routes(..)` do not. May be called more than once.
    ///
    /// These are there from the beginning:
    ///
    /// | header | what it is for |
    /// |---|---|
    /// | `X-Content-Type-Options: nosniff` | Browsers take the type of the content as it is said. |
    /// | `Referrer-Policy: strict-origin-when-cross-origin` | Other sites see in links and requests which site they come from, and not which page: what browsers do by themselves today, also in those which do not. |
    /// | `Cross-Origin-Opener-Policy: same-origin` | A window of another site that opens this one, or is opened by it, gets no hold of it. (Browsers ignore it, with a message in the console, over plain HTTP other than on the own machine.) A site that signs visitors in through a window of another site says `same-origin-allow-popups`. |
    ///
    /// [OWASP](https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html) names some more, which are not:
    ///
    /// - `Strict-Transport-Security` is the affair of who speaks TLS, mostly a proxy. It cannot be taken back for as long as it says.
    /// - `X-Frame-Options`: `frame-ancestors` of the [policy](Self::content_security_policy) says it, and browsers that know that ignore the older one.
    /// - `X-XSS-Protection`: browsers have given it up, because it made holes.
    /// - `Permissions-Policy`: what a site needs, such as the camera, only the site knows.
    /// - `Cross-Origin-Embedder-Policy` breaks pictures and frames of other sites, `Cross-Origin-Resource-Policy` files that others may show.
    ///
    /// None of them keeps a page from being shown at once on the way back (bfcache), and neither does `Cache-Control: private, no-cache`, which a page
    /// has that says nothing about caching; `no-store` would.
    ///
    /// ```
    /// use http::{HeaderName, HeaderValue, header::STRICT_TRANSPORT_SECURITY};
    /// use punctual::Site;
    ///
    /// let year = HeaderValue::from_static("max-age=31536000");
    /// let opener = HeaderName::from_static("cross-origin-opener-policy");
    /// let site = Site::builder()
    ///     .document_header(STRICT_TRANSPORT_SECURITY, year)
    ///     .document_header(opener, None);
    /// # let _ = site;
    /// ```
    pub fn document_header(
        mut self,
        name: HeaderName,
        value: impl Into<Option<HeaderValue>>,
    ) -> Self {
        match value.into() {
            Some(value) => drop(self.headers.insert(name, value)),
            None => drop(self.headers.remove(name)),
        }
        self
    }

    /// The address to listen on. Default: the environment variable `LEPTOS_SITE_ADDR`, else
    /// 127.0.0.1:3000.
    ///
    /// It is a [`SocketAddr`](std::net::SocketAddr), or a [`ListenAddr`], which may be a Unix socket as well. Over a Unix socket visitors have no address:
    /// Axum's `ConnectInfo<SocketAddr>` refuses requests there.
    pub fn addr(mut self, addr: impl Into<ListenAddr>) -> Self {
        self.addr = Some(addr.into());
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
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl<S> fmt::Debug for SiteBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteBuilder")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
