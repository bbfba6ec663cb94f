//! What a site is configured with, as the request path sees it.

mod ending;

pub(crate) use ending::Ending;

use crate::{
    admission::{self, Admission},
    after_response::AfterResponse,
    blocking::{BlockingPool, DEFAULT_THREADS},
    error::ErrorDetails,
    record::RequestRecord,
    user_runtime::UserRuntime,
};
use http::request::Parts;
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
    time::Duration,
};

/// The page timeout of a site that does not say one: ASP.NET's default for `AsyncTimeout`.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(45);

/// How long after the deadline the response may be put together: parts whose data was there, the
/// record, the error page. With the time to send it this keeps "by the deadline + 50 ms".
pub(crate) const GRACE: Duration = Duration::from_millis(20);

/// How long after the deadline a reader may go without reading what is left of the document.
pub(crate) const DEFAULT_DRAIN: Duration = Duration::from_secs(10);

/// Stand-ins for loaders, by the type of the loader. What one is, `loader::stub` knows.
pub(crate) type Stubs = HashMap<TypeId, Box<dyn Any + Send + Sync>>;

pub(crate) type OnRecord = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

/// The time for a request.
pub(crate) type TimeoutFrom = Arc<dyn Fn(&Parts) -> Duration + Send + Sync>;

/// The threads for the loaders of plain handlers that are outside of any site.
static OUTSIDE: LazyLock<BlockingPool> = LazyLock::new(|| BlockingPool::new(DEFAULT_THREADS));

/// What such handlers do after their responses.
static AFTER_OUTSIDE: LazyLock<AfterResponse> = LazyLock::new(AfterResponse::default);

/// Who is outside of any site takes no place.
static NOBODY: LazyLock<Admission> = LazyLock::new(|| Admission::new(admission::Limits::default()));

/// The part of a site's configuration that each request carries.
#[derive(Clone)]
pub(crate) struct Config {
    /// The time of pages that do not say one.
    pub(crate) default_timeout: Duration,
    pub(crate) timeout_from: Option<TimeoutFrom>,
    pub(crate) drain: Duration,
    pub(crate) stubs: Arc<Stubs>,
    pub(crate) admission: Admission,
    pub(crate) blocking: BlockingPool,
    pub(crate) after: AfterResponse,
    pub(crate) on_record: Option<OnRecord>,
    pub(crate) details: ErrorDetails,
    pub(crate) islands: Islands,
    /// Whether the policy of the site has browsers run what trusted scripts bring into a document.
    pub(crate) strict_dynamic: bool,
    /// Cancelled when the site stops and the time for what is in flight is over.
    pub(crate) ending: Ending,
    /// Where pages run, and all that they leave.
    pub(crate) user: UserRuntime,
}

/// Whether islands run in the browser.
#[derive(Clone, Debug, Default)]
pub(crate) enum Islands {
    /// Nobody has said that the site has some.
    #[default]
    Unknown,
    /// It has, but their WebAssembly is not there.
    NotBuilt,
    Built(Arc<IslandFiles>),
}

/// Where the code of the islands is, as addresses in the site.
#[derive(Debug)]
pub(crate) struct IslandFiles {
    pub(crate) js: String,
    pub(crate) wasm: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            default_timeout: DEFAULT_TIMEOUT,
            timeout_from: None,
            drain: DEFAULT_DRAIN,
            stubs: Arc::default(),
            admission: NOBODY.clone(),
            blocking: OUTSIDE.clone(),
            after: AFTER_OUTSIDE.clone(),
            on_record: None,
            details: ErrorDetails::default(),
            islands: Islands::default(),
            strict_dynamic: false,
            ending: Ending::default(),
            user: UserRuntime::default(),
        }
    }
}

impl Config {
    /// The time of a page that does not say one, for this request.
    pub(crate) fn timeout(&self, parts: &Parts) -> Duration {
        let asked = self.timeout_from.as_ref();
        asked
            .and_then(|timeout| page_timeout(|parts| timeout(parts), parts))
            .unwrap_or(self.default_timeout)
    }
}

/// What the expansion of `#[page(timeout = function)]` calls: the time of the page for this request. A
/// function that panics, or gives no time at all, has said nothing, so that the site's time counts.
pub fn page_timeout(f: impl FnOnce(&Parts) -> Duration, parts: &Parts) -> Option<Duration> {
    let timeout = catch_unwind(AssertUnwindSafe(|| f(parts)));
    let reason = match timeout {
        Ok(timeout) if !timeout.is_zero() => return Some(timeout),
        Ok(_) => "it gave zero, in which no page can be shown",
        Err(_) => "it panicked",
    };
    let path = parts.uri.path();
    tracing::error!(target: "punctual", path, reason, "the function for a timeout does not count");
    None
}
