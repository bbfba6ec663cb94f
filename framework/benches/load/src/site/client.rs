use super::options::{SiteOptions, Transport};
use crate::catalog::{Call, WAIT_PATH};
use reqwest::Client;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// How many connections share the calls over HTTP/2. One would be a queue: all of its calls go through one lock.
const CONNECTIONS: usize = 8;

/// The catalog, as the pages call it. The deadline of the page bounds a call, so it has no limit of its own.
#[derive(Clone, Debug)]
pub(super) struct Catalog {
    clients: Arc<[Client]>,
    next: Arc<AtomicUsize>,
    url: Arc<str>,
}

/// The catalog has not answered.
#[derive(Debug, thiserror::Error)]
#[error("the catalog has not answered")]
pub(super) struct CatalogError(#[from] reqwest::Error);

impl Catalog {
    pub(super) fn new(options: &SiteOptions) -> reqwest::Result<Self> {
        let client = || Client::builder().no_proxy().tcp_nodelay(true);
        let clients: Vec<Client> = match options.transport {
            Transport::Http1 => vec![client().build()?],
            Transport::Http2 => (0..CONNECTIONS)
                .map(|_| client().http2_prior_knowledge().build())
                .collect::<reqwest::Result<_>>()?,
        };
        Ok(Self {
            clients: clients.into(),
            next: Arc::default(),
            url: format!("http://{}{WAIT_PATH}", options.catalog).into(),
        })
    }

    /// Waits as long as the call says, and gives back its number.
    pub(super) async fn wait(&self, call: Call) -> Result<u64, CatalogError> {
        let at = self.next.fetch_add(1, Relaxed) % self.clients.len();
        let request = self.clients[at].get(&*self.url).query(&call);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}
