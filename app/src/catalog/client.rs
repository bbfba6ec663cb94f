//! The client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;

use super::{CallOptions, CatalogError, CatalogUrl, ClientError, Gizmo, Product, Widget};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How many connections are kept for the next calls. The sample makes a thousand calls at
/// once, and a connection that was closed for lack of a place here has to be made anew.
const IDLE_CONNECTIONS: usize = 1_024;

/// For how long an unused connection is kept.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// A client of the catalog service.
///
/// Proxies that the environment names are not used: the catalog is a neighbour of the site.
/// Clones share their connections. A call has no time limit of its own: the deadline of the
/// page bounds it, and dropping the future of a call ends the call and closes its connection,
/// by which the service notices.
///
/// Each call takes the [`CallOptions`] that the page was asked for, so that a visitor can
/// make the catalog slow or faulty.
#[derive(Clone, Debug)]
pub struct Catalog {
    client: Client,
    url: Arc<CatalogUrl>,
}

impl Catalog {
    /// A client of the catalog at this URL. It makes no connection yet.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up on this machine.
    pub fn new(url: CatalogUrl) -> Result<Self, ClientError> {
        let client = Client::builder()
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIME)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            url: Arc::new(url),
        })
    }

    /// The URL of the catalog.
    #[must_use]
    pub fn url(&self) -> &CatalogUrl {
        &self.url
    }

    /// All gizmos.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be reached, answers with a failure, or not with gizmos.
    pub async fn gizmos(&self, options: &CallOptions) -> Result<Vec<Gizmo>, CatalogError> {
        self.call(&["api", "gizmos"], options).await
    }

    /// All products on sale. Further ones are found by their id only.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be reached, answers with a failure, or not with products.
    pub async fn products(&self, options: &CallOptions) -> Result<Vec<Product>, CatalogError> {
        self.call(&["api", "products"], options).await
    }

    /// The product with this id, if there is one.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be reached, answers with a failure other than 404, or not with
    /// a product.
    pub async fn product(
        &self,
        id: u32,
        options: &CallOptions,
    ) -> Result<Option<Product>, CatalogError> {
        match self
            .call(&["api", "products", &id.to_string()], options)
            .await
        {
            Ok(product) => Ok(Some(product)),
            Err(CatalogError::Status {
                status: StatusCode::NOT_FOUND,
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The products that go with the product with this id.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be reached, answers with a failure (404 for an unknown id), or
    /// not with products.
    pub async fn related(
        &self,
        id: u32,
        options: &CallOptions,
    ) -> Result<Vec<Product>, CatalogError> {
        self.call(&["api", "products", &id.to_string(), "related"], options)
            .await
    }

    /// All widgets.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be reached, answers with a failure, or not with widgets.
    pub async fn widgets(&self, options: &CallOptions) -> Result<Vec<Widget>, CatalogError> {
        self.call(&["api", "widgets"], options).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        path: &[&str],
        options: &CallOptions,
    ) -> Result<T, CatalogError> {
        let response = self
            .client
            .get(self.url.below(path))
            .query(options)
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            return Err(CatalogError::Status { status });
        }
        let body = response.bytes().await.map_err(unreachable)?;
        serde_json::from_slice(&body).map_err(|error| CatalogError::Unexpected(Arc::new(error)))
    }
}

fn unreachable(error: reqwest::Error) -> CatalogError {
    CatalogError::Unreachable(Arc::new(error))
}
