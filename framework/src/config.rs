//! What a site is configured with, as the request path sees it.

use crate::{
    blocking::{BlockingPool, DEFAULT_THREADS},
    record::RequestRecord,
};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
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

/// The threads for the loaders of plain handlers that are outside of any site.
static OUTSIDE: LazyLock<BlockingPool> = LazyLock::new(|| BlockingPool::new(DEFAULT_THREADS));

/// The part of a site's configuration that each request carries.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) timeout: Duration,
    pub(crate) drain: Duration,
    pub(crate) stubs: Arc<Stubs>,
    pub(crate) blocking: BlockingPool,
    pub(crate) on_record: Option<OnRecord>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeout: DEFAULT_TIMEOUT,
            drain: DEFAULT_DRAIN,
            stubs: Arc::default(),
            blocking: OUTSIDE.clone(),
            on_record: None,
        }
    }
}
