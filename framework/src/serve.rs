//! Serving: the listener, its connections, and how they end.

mod connection;
mod listener;
mod signal;

use crate::{
    after_response::AfterResponse,
    exit::{Exit, Stopped},
    heartbeat::InFlight,
};
use axum::Router;
use connection::MakeConnection;
use listener::SiteListener;
use signal::StopSignals;
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::{TcpListener, TcpSocket};

/// How long what is in flight may take when the site is stopped.
const SHUTDOWN: Duration = Duration::from_secs(30);

/// How many visitors may wait to be accepted. With Tokio's 1,024 a thousand who come at once are too
/// many for a moment, and who is turned away tries again a second later. The system may allow less.
const BACKLOG: u32 = 4096;

/// What is served.
pub(crate) struct Served {
    pub(crate) router: Router,
    pub(crate) in_flight: InFlight,
    pub(crate) after_response: AfterResponse,
}

/// Why a site cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "another program listens on {addr} already: stop it, or choose another address, for example \
         LEPTOS_SITE_ADDR={}:{}", .addr.ip(), .addr.port().checked_add(1).unwrap_or(3000)
    )]
    Taken {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system does not let it listen there.
    #[error("cannot listen on {addr}: choose another address with LEPTOS_SITE_ADDR")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The signals that stop the site cannot be listened to.
    #[error("the signals that stop the site cannot be listened to")]
    Signals(#[source] io::Error),
    /// The listener does not work.
    #[error("the listener does not work")]
    Listener(#[source] io::Error),
}

/// Listens on the address and serves until a signal comes. A second signal ends it at once.
pub(crate) async fn serve(site: Served, addr: SocketAddr) -> Exit {
    let signals = || StopSignals::listen().map_err(ServeError::Signals);
    let (mut first, mut second) = (signals()?, signals()?);
    let listener = listen(addr).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::Taken { addr, source },
        _ => ServeError::Listen { addr, source },
    })?;
    let shutdown = async move { first.next().await };
    let at_once = async move {
        second.next().await;
        second.next().await;
    };
    serve_on(site, listener, shutdown, at_once).await
}

/// Serves until `shutdown` ends, and then what is in flight, until `at_once` ends.
pub(crate) async fn serve_on(
    site: Served,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    at_once: impl Future<Output = ()>,
) -> Exit {
    let Served {
        router,
        in_flight,
        after_response,
    } = site;
    let addr = listener.local_addr().map_err(ServeError::Listener)?;
    if tracing::dispatcher::has_been_set() {
        tracing::info!(target: "punctual", "listening on http://{addr}");
    } else {
        eprintln!(
            "listening on http://{addr} (without a log: a subscriber of `tracing` would show one)"
        );
    }
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move {
        shutdown.await;
        tracing::info!(target: "punctual", "stopping: no new connections, what is in flight is finished");
        drop(stopping);
    };
    let server = axum::serve(SiteListener(listener), MakeConnection(router))
        .with_graceful_shutdown(shutdown);
    let finished = async {
        server.await.map_err(ServeError::Listener)?;
        // A response that has been sent has its record still to write.
        in_flight.none().await;
        Ok::<_, ServeError>(())
    };
    let cut = async {
        // The sender is dropped, never used: this ends when stopping begins.
        let _ = stopped.await;
        tokio::time::sleep(SHUTDOWN).await;
    };
    let mut at_once = std::pin::pin!(at_once);
    let told_twice = || tracing::warn!(target: "punctual", "told twice: stopped at once");
    tokio::select! {
        finished = finished => finished?,
        () = cut => tracing::warn!(target: "punctual", "stopped with requests in flight"),
        () = &mut at_once => {
            told_twice();
            return Ok(Stopped);
        }
    }
    // It has its own time, which begins at the latest now.
    tokio::select! {
        () = after_response.drained() => {}
        () = tokio::time::sleep(after_response.timeout()) => {
            let usage = after_response.usage();
            tracing::warn!(target: "punctual", ?usage, "stopped with work after responses");
        }
        () = at_once => told_twice(),
    }
    Ok(Stopped)
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Else the address is taken for a while after the last run. On Windows it means something else.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}
