//! The server around the service.

use std::future::{Future, IntoFuture, pending};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::serve::ListenerExt;
use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::call::{Service, closed};
use super::routes::router;
use crate::catalog::{CatalogUrl, Delay};

/// How many callers may wait for their connection to be accepted. The system may hold this
/// lower (`net.core.somaxconn`).
const BACKLOG: u32 = 4_096;

/// How long connections may take to end once the service stops.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// How the service answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServiceOptions {
    /// How long a call takes that does not say so itself: 500 milliseconds by default.
    pub delay: Delay,
    /// From what the delays within a range are drawn: the same seed gives the same delays in
    /// the same order of calls. Without a seed, each run is different.
    pub seed: Option<u64>,
}

/// The service cannot listen.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BindError {
    /// Something else listens at the address.
    #[error(
        "the catalog cannot listen on {address}, because the address is in use: stop the program \
         that uses it, or choose another port (port 0 takes a free one)"
    )]
    AddressInUse {
        /// The address.
        address: SocketAddr,
    },
    /// The system refuses the address.
    #[error(
        "the catalog cannot listen on {address}: choose an address of this machine, and a port from 1024 on or 0"
    )]
    Refused {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A catalog service that has its address, and waits to be run.
///
/// ```
/// use pwg::catalog::{CallOptions, Catalog};
/// use pwg::catalog_api::{CatalogServer, ServiceOptions};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = CatalogServer::bind(([127, 0, 0, 1], 0).into(), ServiceOptions::default()).await?;
/// let catalog = Catalog::new(server.url())?;
/// let running = server.spawn();
/// let options = CallOptions { delay: Some("1ms".parse()?), ..CallOptions::default() };
/// assert_eq!(catalog.gizmos(&options).await?.len(), 3);
/// drop(running); // The service has ended.
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CatalogServer {
    listener: TcpListener,
    address: SocketAddr,
    options: ServiceOptions,
}

impl CatalogServer {
    /// Takes the address. Port 0 stands for any free port. Callers may connect from now on,
    /// and are answered as soon as the server runs. It never waits: it is asynchronous because
    /// it needs a runtime.
    ///
    /// # Errors
    ///
    /// When something else listens there, or the system refuses the address.
    pub async fn bind(address: SocketAddr, options: ServiceOptions) -> Result<Self, BindError> {
        let bind = || -> io::Result<_> {
            let socket = match address {
                SocketAddr::V4(_) => TcpSocket::new_v4()?,
                SocketAddr::V6(_) => TcpSocket::new_v6()?,
            };
            // Otherwise the address stays taken for a while after the last run.
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            let listener = socket.listen(BACKLOG)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        match bind() {
            Ok((listener, address)) => Ok(Self {
                listener,
                address,
                options,
            }),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                Err(BindError::AddressInUse { address })
            }
            Err(source) => Err(BindError::Refused { address, source }),
        }
    }

    /// The address with its real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The URL by which this machine calls the service.
    #[must_use]
    pub fn url(&self) -> CatalogUrl {
        CatalogUrl::of_address(self.address)
    }

    /// Answers calls until `shutdown` is there. Calls that still wait are then answered with
    /// 503, and connections get up to two seconds to end.
    ///
    /// Dropping the future stops the service too.
    ///
    /// # Errors
    ///
    /// When the system fails the listener in a way that does not pass.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        // The sender is the service's life: when it goes, by the end of this function or with
        // this future, waiting calls are answered and connections end.
        let (life, stopping) = watch::channel(());
        let service = Service::new(&self.options, stopping.clone());
        let listener = self.listener.tap_io(|connection| {
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "a connection of the catalog stays with delayed sending");
            }
        });
        let server =
            axum::serve(listener, router(service)).with_graceful_shutdown(closed(stopping));
        let mut server = pin!(server.into_future());
        tokio::select! {
            ended = &mut server => return ended,
            () = shutdown => drop(life),
        }
        // A connection that does not end is left behind: it has no call any more.
        tokio::time::timeout(STOP_LIMIT, server)
            .await
            .unwrap_or(Ok(()))
    }

    /// Runs the service in a task of its own, until the handle is dropped.
    #[must_use = "the service stops when the handle is dropped"]
    pub fn spawn(self) -> CatalogHandle {
        let address = self.address;
        let task = tokio::spawn(async move {
            if let Err(error) = self.run(pending()).await {
                tracing::error!(%error, %address, "the catalog has ended");
            }
        });
        CatalogHandle { address, task }
    }
}

/// A catalog service that runs beside its owner. Dropped, it stops.
#[derive(Debug)]
pub struct CatalogHandle {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl CatalogHandle {
    /// The address with its real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The URL by which this machine calls the service.
    #[must_use]
    pub fn url(&self) -> CatalogUrl {
        CatalogUrl::of_address(self.address)
    }
}

impl Drop for CatalogHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}
