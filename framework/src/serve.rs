//! Serving: the listener, its connections, and how they end.

mod address;
mod body;
mod clock;
mod connection;
mod connections;
mod error;
mod exchanges;
mod files;
mod limits;
mod listener;
mod readiness;
mod response;
mod runtime;
mod signal;
mod socket;
mod stream;
#[cfg(unix)]
mod unix;

pub(crate) use address::EXPECTED as EXPECTED_ADDR;
pub use address::{ListenAddr, ListenAddrError};
pub use error::ServeError;
pub use limits::ConnectionLimits;
pub use listener::SiteListener;
pub use readiness::Readiness;

use crate::{
    after_response::AfterResponse,
    client::TrustedProxies,
    exit::{Exit, Stopped},
    heartbeat::InFlight,
    user_runtime::UserRuntime,
};
use axum::Router;
use connections::Connections;
use listener::Listening;
use runtime::ConnectionRuntime;
use signal::StopSignals;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How many visitors may wait to be accepted. With Tokio's 1,024 a thousand who come at once are too
/// many for a moment, and who is turned away tries again a second later. The system may allow less.
const BACKLOG: u32 = 4096;

/// How long what is in flight may take when the site is stopped.
pub(crate) const DEFAULT_SHUTDOWN_GRACE: Duration = Duration::from_secs(30);

/// How long the ends of documents that are cut off may take on their way.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What is served.
pub(crate) struct Served {
    pub(crate) router: Router,
    pub(crate) in_flight: InFlight,
    pub(crate) after_response: AfterResponse,
    pub(crate) limits: ConnectionLimits,
    pub(crate) proxies: TrustedProxies,
    /// How many threads the runtime of the connections has; with 0 it is the one that serves.
    pub(crate) connection_threads: usize,
    /// Is told which runtime serves when the connections have another.
    pub(crate) user: UserRuntime,
    pub(crate) stopping: Stopping,
}

/// How a site stops.
pub(crate) struct Stopping {
    pub(crate) readiness: Readiness,
    /// How long it goes on after it has said that it takes no more visitors.
    pub(crate) notice: Duration,
    /// How long what is in flight may take then.
    pub(crate) grace: Duration,
    /// Cancelled after that: each document ends now, as at its deadline.
    pub(crate) ending: CancellationToken,
}

/// Listens on the address and serves until a signal comes. A second signal ends it at once.
pub(crate) async fn serve(site: Served, addr: ListenAddr) -> Exit {
    let Some(runtime) = ConnectionRuntime::of(&site)? else {
        return serve_here(site, addr).await;
    };
    let exit = runtime.run(serve_here(site, addr)).await;
    runtime.stop().await;
    exit
}

async fn serve_here(site: Served, addr: ListenAddr) -> Exit {
    let signals = || StopSignals::listen().map_err(ServeError::Signals);
    let (mut first, mut second) = (signals()?, signals()?);
    files::raise_open_files();
    let listening = Listening::on(&addr)?;
    let shutdown = async move { first.next().await };
    let at_once = async move {
        second.next().await;
        second.next().await;
    };
    tokio::select! {
        exit = run(site, listening, shutdown) => exit,
        () = at_once => {
            tracing::warn!(target: "punctual", "told twice: stopped at once");
            Ok(Stopped)
        }
    }
}

/// Serves until `shutdown` ends, and then what is in flight.
pub(crate) async fn serve_on(
    site: Served,
    listener: SiteListener,
    shutdown: impl Future<Output = ()>,
) -> Exit {
    let Some(runtime) = ConnectionRuntime::of(&site)? else {
        return run(site, listener.into(), shutdown).await;
    };
    // Each runtime looks after its own sockets.
    let listener = listener.detach().map_err(ServeError::Listener)?;
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let serving = runtime.run(async move {
        let listener = listener.attach().map_err(ServeError::Listener)?;
        run(site, listener.into(), stopped).await
    });
    // It is the caller's, and waits for what belongs to the runtime of the caller.
    let told = async {
        shutdown.await;
        stop.cancel();
        std::future::pending().await
    };
    let exit = tokio::select! {
        exit = serving => exit,
        exit = told => exit,
    };
    runtime.stop().await;
    exit
}

async fn run(site: Served, listening: Listening, shutdown: impl Future<Output = ()>) -> Exit {
    let Served {
        router,
        in_flight,
        after_response,
        limits,
        proxies,
        stopping,
        ..
    } = site;
    announce(&listening.url().map_err(ServeError::Listener)?);
    let Stopping {
        readiness,
        notice,
        grace,
        ending,
    } = stopping;
    let connections = Connections::new(router, limits, proxies, readiness.clone());
    tokio::select! {
        () = connections.accept(&listening) => {}
        () = shutdown => {}
    }

    readiness.drain();
    if !notice.is_zero() {
        let count = connections.count();
        tracing::info!(target: "punctual", connections = count, ?notice, "stopping: not ready any more, all goes on for now");
        tokio::select! {
            () = connections.accept(&listening) => {}
            () = sleep(notice) => {}
        }
    }
    connections.accept_last(listening.close());
    connections.finish();
    let (count, requests) = (connections.count(), in_flight.requests());
    tracing::info!(target: "punctual", connections = count, requests, "stopping: no new connections, what is in flight is finished");

    let finished = async {
        connections.ended().await;
        // A response that has been sent has its record still to write.
        in_flight.none().await;
    };
    if timeout(grace, finished).await.is_err() {
        let (count, requests) = (connections.count(), in_flight.requests());
        tracing::warn!(target: "punctual", connections = count, requests, "stopping: what is in flight ends now");
        ending.cancel();
        if timeout(LAST_WORDS, connections.ended()).await.is_err() {
            let count = connections.count();
            tracing::warn!(target: "punctual", connections = count, "stopping: connections are cut off");
            connections.abort();
        }
        // What ends there ends at once.
        let _ = timeout(LAST_WORDS, in_flight.none()).await;
    }
    // It has its own time, which begins at the latest now.
    if timeout(after_response.timeout(), after_response.drained())
        .await
        .is_err()
    {
        let usage = after_response.usage();
        tracing::warn!(target: "punctual", ?usage, "stopped with work after responses");
    }
    Ok(Stopped)
}

/// Says where the site is.
fn announce(url: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::info!(target: "punctual", "listening on {url}");
    } else {
        eprintln!("listening on {url} (without a log: a subscriber of `tracing` would show one)");
    }
}
