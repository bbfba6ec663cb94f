//! The site: [`Site::builder`], what can be wrong with it, and the [`Site`] as a router.

mod address;
mod apart;
mod builder;
mod compression;
mod defaults;
mod failures;
mod files;
mod health;
mod problem;
mod router;
mod section;

pub use builder::SiteBuilder;
pub use files::SiteStyle;
pub use problem::{BuildError, ConfigError, ConfigProblem, Problem};
pub use section::Section;

use crate::{
    admission::Admission,
    after_response::AfterResponse,
    blocking::BlockingPool,
    exit::Exit,
    serve::{self, ListenAddr, Readiness, Served, SiteListener},
};
use axum::Router;
use std::fmt;

/// A site that can be served: its pages, its routes, and everything they need.
///
/// ```no_run
/// use punctual::prelude::*;
///
/// #[page(async, path = "/")]
/// fn HomePage() -> impl IntoView {
///     view! { <h1>"Home"</h1> }
/// }
///
/// #[punctual::main]
/// async fn main() -> Exit {
///     Site::builder().pages(pages![HomePage]).build()?.serve().await
/// }
/// ```
pub struct Site {
    served: Served,
    addr: ListenAddr,
    admission: Admission,
    blocking: BlockingPool,
}

impl Site {
    /// A site to be configured.
    pub fn builder() -> SiteBuilder<()> {
        SiteBuilder::new()
    }

    /// The address that [`serve`](Self::serve) listens on.
    #[must_use]
    pub fn addr(&self) -> &ListenAddr {
        &self.addr
    }

    /// Whether the site takes visitors, to be told where another server serves the router.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.served.stopping.readiness.clone()
    }

    /// The places for pages in flight, to watch their usage.
    #[must_use]
    pub fn admission(&self) -> Admission {
        self.admission.clone()
    }

    /// The threads of synchronous pages and blocking loaders, to watch their usage.
    #[must_use]
    pub fn blocking_pool(&self) -> BlockingPool {
        self.blocking.clone()
    }

    /// How many of its requests are in flight.
    #[cfg(feature = "testing")]
    pub(crate) fn in_flight(&self) -> crate::heartbeat::InFlight {
        self.served.in_flight.clone()
    }

    /// The work after responses ([`Tasks::after_response`](crate::Tasks::after_response)), to watch its usage, and to wait for it
    /// where another server serves the router.
    #[must_use]
    pub fn after_response(&self) -> AfterResponse {
        self.served.after_response.clone()
    }

    /// The site as a router, to be nested in an Axum service, wrapped in layers, or called in a
    /// test. Its state is filled in.
    ///
    /// `/healthz` and `/readyz` are among its routes, unless [`health_paths`](SiteBuilder::health_paths) says otherwise; they
    /// must not be in a router that it is merged with.
    ///
    /// Served by another server than [`serve`](Self::serve), a visitor who stops reading is cut off when the
    /// connection is polled next, or by that server's own limits; what the request held is let go
    /// of on time all the same.
    pub fn into_router(self) -> Router {
        self.served.router
    }

    /// Listens on the site's address and serves until SIGINT or SIGTERM.
    ///
    /// How many files the process may open at once, of which each connection is one, is raised to what the system allows.
    ///
    /// # Stopping
    /// A signal stops it in these steps, of which each is logged; a second signal ends it at any time.
    ///
    /// 1. `/readyz` answers 503, for as long as [`shutdown_notice`](SiteBuilder::shutdown_notice) says (default: no time). Visitors are still served; responses of HTTP/1.1 say
    ///    `Connection: close`.
    /// 2. Nobody is accepted any more but those who were waiting. What is in flight is finished: responses end by their deadlines. All of it has the
    ///    [`shutdown_grace`](SiteBuilder::shutdown_grace) (default: 30 s).
    /// 3. What is left then ends as at its deadline: documents are whole, and show what is late as late; a page that has sent nothing yet answers 503.
    ///    A second later the connections are cut.
    /// 4. The work after the responses has as long as each piece of it may take (default: 30 s).
    ///
    /// # Errors
    /// [`ServeError`](crate::ServeError) when it cannot listen, for example because the port is
    /// taken.
    pub async fn serve(self) -> Exit {
        serve::serve(self.served, self.addr).await
    }

    /// The same on a listener that is there, of Tokio, until `shutdown` ends. Signals are the caller's affair, and so is the number of open files. When the future is dropped all
    /// connections end.
    ///
    /// # Errors
    /// [`ServeError`](crate::ServeError) when the listener's address cannot be read.
    pub async fn serve_on(
        self,
        listener: impl Into<SiteListener>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Exit {
        serve::serve_on(self.served, listener.into(), shutdown).await
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
