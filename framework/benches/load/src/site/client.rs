use super::options::Transport;
use crate::catalog::{Call, WAIT_PATH};
use reqwest::Client;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// How many connections share the calls over HTTP/2. One would be a queue: all of its calls go through one lock.
const CONNECTIONS: usize = 8;

/// The catalog, as the pages call it. The deadline of the page bounds a call, so it has no limit of its own.
#[derive(Clone, Debug)]
pub struct Catalog {
    clients: Arc<[Client]>,
    next: Arc<AtomicUsize>,
    url: Arc<str>,
}

/// The catalog has not answered.
#[derive(Debug, thiserror::Error)]
#[error("the catalog has not answered")]
pub struct CatalogError(#[from] reqwest::Error);

impl Catalog {
    /// The one at this address.
    pub fn new(catalog: SocketAddr, transport: Transport) -> reqwest::Result<Self> {
        let client = || Client::builder().no_proxy().tcp_nodelay(true);
        let clients: Vec<Client> = match transport {
            Transport::Http1 => vec![client().build()?],
            Transport::Http2 => (0..CONNECTIONS)
                .map(|_| client().http2_prior_knowledge().build())
                .collect::<reqwest::Result<_>>()?,
        };
        Ok(Self {
            clients: clients.into(),
            next: Arc::default(),
            url: format!("http://{catalog}{WAIT_PATH}").into(),
        })
    }

    /// Waits as long as the call says, and gives back its number.
    pub async fn wait(&self, call: Call) -> Result<u64, CatalogError> {
        let at = self.next.fetch_add(1, Relaxed) % self.clients.len();
        let request = self.clients[at].get(&*self.url).query(&call);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}
