//! What a scenario plays on: the catalog and the site, each in a process of its own.

use crate::{
    error::LoadError,
    process::Process,
    site::{SiteOptions, Transport},
    usage::{NUMBERS_PATH, STATS_PATH, Stats, USAGE_PATH, Usage},
    visit::{Ask, Connection, Page},
    watch::Watch,
};
use serde::de::DeserializeOwned;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How long a process may take until it answers.
const READY: Duration = Duration::from_secs(10);

/// How many files a process has open beside the connections of visitors and to the catalog, generously.
const OTHER_FILES: u64 = 500;

/// How many visitors come before anything is measured, so that what is made once is there.
const WARM_UP: u64 = 20;

/// A process that answers over HTTP.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) addr: SocketAddr,
    client: reqwest::Client,
}

impl Server {
    /// The catalog.
    pub(crate) async fn catalog() -> Result<Self, LoadError> {
        Self::start("catalog", Vec::new(), STATS_PATH).await
    }

    /// The site.
    pub(crate) async fn site(options: &SiteOptions) -> Result<Self, LoadError> {
        Self::start("site", options.arguments(), USAGE_PATH).await
    }

    async fn start(
        role: &'static str,
        arguments: Vec<String>,
        path: &'static str,
    ) -> Result<Self, LoadError> {
        let (process, addr) = Process::start_role(role, arguments).await?;
        let client = client()?;
        let mut server = Self {
            process,
            addr,
            client,
        };
        server.ready(path).await?;
        Ok(server)
    }

    async fn ready(&mut self, path: &'static str) -> Result<(), LoadError> {
        let begin = Instant::now();
        let role = self.process.role();
        while begin.elapsed() < READY {
            if let Some(status) = self.process.ended() {
                return Err(LoadError::Ended { role, status });
            }
            if let Ok(response) = self.client.get(self.url(path)).send().await
                && response.status().is_success()
            {
                return Ok(());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Err(LoadError::NotReady { role, limit: READY })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    async fn ask<T: DeserializeOwned>(&self, path: &'static str) -> Result<T, LoadError> {
        let role = self.process.role();
        let failed = |source| LoadError::Ask { role, path, source };
        let response = self.client.get(self.url(path)).send().await;
        response.map_err(failed)?.json().await.map_err(failed)
    }
}

/// Both of them.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) catalog: Server,
    pub(crate) site: Server,
    /// How the site calls the catalog.
    pub(crate) transport: Transport,
}

impl Stage {
    /// Starts both, and warms the site up. `set` gives the site what differs from its defaults.
    pub(crate) async fn start(
        transport: Transport,
        set: impl FnOnce(&mut SiteOptions),
    ) -> Result<Self, LoadError> {
        let catalog = Server::catalog().await?;
        let mut options = SiteOptions::new(catalog.addr, transport);
        set(&mut options);
        let site = Server::site(&options).await?;
        for number in 0..WARM_UP {
            let ask = Ask::new(site.addr, Page::Deferred, number, Duration::ZERO);
            if let Ok(mut connection) = Connection::open(site.addr).await {
                connection.visit(&ask).await;
            }
        }
        Ok(Self {
            catalog,
            site,
            transport,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.site.addr
    }

    pub(crate) async fn usage(&self) -> Result<Usage, LoadError> {
        self.site.ask(USAGE_PATH).await
    }

    pub(crate) async fn stats(&self) -> Result<Stats, LoadError> {
        self.catalog.ask(STATS_PATH).await
    }

    /// The numbers that the catalog was called with.
    pub(crate) async fn numbers(&self) -> Result<Vec<u64>, LoadError> {
        self.catalog.ask(NUMBERS_PATH).await
    }

    /// Looks at the site from now on, this often.
    pub(crate) fn watch(&self, every: Duration) -> Result<Watch, LoadError> {
        let url = self.site.url(USAGE_PATH);
        Ok(Watch::start(self.site.process.id(), client()?, url, every))
    }
}

/// How a site can call its catalog that so many visitors are on at once: with a connection for each call, as long as the
/// system lets it have that many.
pub fn transport_for(visitors: usize) -> Transport {
    let visitors = u64::try_from(visitors).unwrap_or(u64::MAX);
    let needed = visitors.saturating_mul(2).saturating_add(OTHER_FILES);
    match rlimit::Resource::NOFILE.get_hard() {
        Ok(limit) if limit < needed => Transport::Http2,
        _ => Transport::Http1,
    }
}

fn client() -> Result<reqwest::Client, LoadError> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10));
    client.build().map_err(LoadError::Client)
}
