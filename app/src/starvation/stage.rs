//! The catalog, the site, and the visitors.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use punctual::{BlockingPool, BuildError};
use reqwest::Client;
use thiserror::Error;
use tokio::net::TcpSocket;
use tokio::task::{JoinHandle, JoinSet};

use super::fault::Fault;
use super::figures::{Figures, Visit};
use super::{Options, Target};
use crate::AppState;
use crate::catalog::{Catalog, ClientError};
use crate::catalog_api::{BindError, CatalogHandle, CatalogServer, ServiceOptions};

/// How long a visitor waits for a page.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often the threads are looked at.
const SAMPLING: Duration = Duration::from_millis(2);

/// How many visitors may wait for their connection to be accepted.
const BACKLOG: u32 = 4_096;

/// The measurement cannot begin.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The catalog found no port.
    #[error("the catalog cannot be started")]
    Catalog(#[from] BindError),
    /// The client of the catalog cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The site cannot be put together.
    #[error("the site cannot be put together")]
    Site(#[from] BuildError),
    /// The site found no port.
    #[error("the site found no free port of the loopback address")]
    Port(#[source] io::Error),
    /// The client of the visitors cannot be set up.
    #[error("the HTTP client of the visitors cannot be set up")]
    Visitors(#[source] reqwest::Error),
}

/// A running catalog and a running site. Dropped, both end.
pub(super) struct Stage {
    url: String,
    pool: BlockingPool,
    site: JoinHandle<Infallible>,
    _catalog: CatalogHandle,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.site.abort();
    }
}

impl Stage {
    pub(super) async fn start(options: &Options) -> Result<Self, StartError> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        // Every call brings its own delay.
        let server = CatalogServer::bind(any, ServiceOptions::default()).await?;
        let catalog = Catalog::new(server.url())?;
        let listen = || -> io::Result<_> {
            let socket = TcpSocket::new_v4()?;
            socket.bind(any)?;
            let listener = socket.listen(BACKLOG)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let (listener, address) = listen().map_err(StartError::Port)?;
        let site = crate::builder(AppState::new(catalog))
            .addr(address)
            .blocking_threads(options.threads.into())
            .build()?;
        let pool = site.blocking_pool();
        let site = tokio::spawn(async move {
            if let Err(error) = site.serve_on(listener, std::future::pending()).await {
                tracing::error!(%error, "the site has ended");
            }
            // Visitors who find no site say so.
            std::future::pending().await
        });
        Ok(Self {
            url: format!("http://{address}"),
            pool,
            site,
            _catalog: server.spawn(),
        })
    }

    /// Waits for the threads that are just about to put down their last page.
    async fn threads_idle(&self) {
        let idle = async {
            while self.pool.usage().busy > 0 {
                tokio::time::sleep(SAMPLING).await;
            }
        };
        // One that was lost may take longer, and is counted then.
        let _ = tokio::time::timeout(Duration::from_secs(1), idle).await;
    }

    /// All visitors ask for the page at once, each on a connection of its own.
    pub(super) async fn load(
        &self,
        target: Target,
        options: &Options,
    ) -> Result<Figures, StartError> {
        let client = Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(StartError::Visitors)?;
        let url = format!("{}{}?delay={}", self.url, target.path, options.delay);
        let (mut visitors, mut visits) = (JoinSet::new(), Vec::new());
        self.threads_idle().await;
        let (mut busy, mut in_line) = (0, 0);
        let mut sampling = tokio::time::interval(SAMPLING);
        let start = Instant::now();
        for _ in 0..options.visitors {
            let (client, url) = (client.clone(), url.clone());
            visitors.spawn(async move {
                visit(&client, &url, target.content).await?;
                Ok(start.elapsed())
            });
        }
        loop {
            tokio::select! {
                visit = visitors.join_next() => match visit {
                    Some(visit) => visits.push(visit.unwrap_or_else(|error| {
                        tracing::error!(%error, "a visitor was lost");
                        Visit::Err(Fault::Connection)
                    })),
                    None => break,
                },
                _ = sampling.tick() => {
                    let usage = self.pool.usage();
                    busy = usage.busy.max(busy);
                    in_line = usage.waiting.max(in_line);
                }
            }
        }
        let mut figures = Figures::new(start.elapsed(), visits);
        (figures.busy, figures.in_line) = (busy, in_line);
        Ok(figures)
    }
}

/// Reads a page to its end.
async fn visit(client: &Client, url: &str, content: &str) -> Result<(), Fault> {
    let page = async {
        let response = client.get(url).send().await?;
        let status = response.status();
        Ok((status, response.text().await?))
    };
    let (status, html) = page.await.map_err(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a visitor got no page"
        );
        Fault::of_request(&error)
    })?;
    Fault::of_response(status, &html, content)
}
