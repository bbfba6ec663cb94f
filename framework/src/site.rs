//! The site: [`Site::builder`], what can be wrong with it, and the [`Site`] as a router.

mod address;
mod builder;
mod defaults;
mod failures;
mod files;
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
    serve::{self, Served},
};
use axum::Router;
use std::{fmt, net::SocketAddr};
use tokio::net::TcpListener;

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
    addr: SocketAddr,
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
    pub fn addr(&self) -> SocketAddr {
        self.addr
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
    /// Served by another server than [`serve`](Self::serve), a visitor who stops reading is cut off when the
    /// connection is polled next, or by that server's own limits; what the request held is let go
    /// of on time all the same.
    pub fn into_router(self) -> Router {
        self.served.router
    }

    /// Listens on the site's address and serves until SIGINT or SIGTERM.
    ///
    /// Then it accepts no more connections, finishes what is in flight, and is done. Responses end
    /// by their deadlines; what is left after 30 s, or at a second signal, is cut off. Then comes the work after the responses,
    /// which has as long as each piece of it may take (30 s): a minute in all at the longest.
    ///
    /// # Errors
    /// [`ServeError`](crate::ServeError) when it cannot listen, for example because the port is
    /// taken.
    pub async fn serve(self) -> Exit {
        serve::serve(self.served, self.addr).await
    }

    /// The same on a listener that is there, until `shutdown` ends. Signals are the caller's affair.
    ///
    /// # Errors
    /// [`ServeError`](crate::ServeError) when the listener's address cannot be read.
    pub async fn serve_on(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Exit {
        serve::serve_on(self.served, listener, shutdown, std::future::pending()).await
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}
