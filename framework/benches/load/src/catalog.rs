//! The service that the pages wait for.

use crate::usage::{NUMBERS_PATH, STATS_PATH, Stats};
use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use clap::Args;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use punctual::{Exit, Stopped};
use serde::{Deserialize, Serialize};
use std::{
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::net::TcpSocket;

/// Where the catalog waits.
pub const WAIT_PATH: &str = "/wait";

/// How many callers may wait to be accepted. The system may allow less.
const BACKLOG: u32 = 4096;

/// How many calls may share a connection. Without this HTTP/2 has 200, and calls would wait for one another.
const STREAMS: u32 = 100_000;

/// The settings of the catalog, of which there are none.
#[derive(Args, Clone, Copy, Debug)]
pub struct CatalogOptions {}

/// A call.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Call {
    /// How long the answer takes, in milliseconds.
    pub ms: u64,
    /// What is answered.
    pub number: u64,
}

#[derive(Default)]
struct Counters {
    stats: Stats,
    numbers: Vec<u64>,
}

type Shared = Arc<Mutex<Counters>>;

/// Serves until the process is killed: HTTP/1.1 and HTTP/2 on the same port.
pub async fn serve(_: CatalogOptions) -> Exit {
    let router = Router::new()
        .route(WAIT_PATH, get(wait))
        .route(STATS_PATH, get(stats))
        .route(NUMBERS_PATH, get(numbers))
        .with_state(Shared::default());
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(BACKLOG)?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http2()
        .max_concurrent_streams(STREAMS)
        // Visitors who leave in great numbers are no attack here.
        .max_pending_accept_reset_streams(usize::try_from(STREAMS).ok())
        .max_local_error_reset_streams(None);
    loop {
        // One that is gone before it is accepted is no reason to stop; nor is a lack of open files.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // A caller that is gone already is none.
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let service = TowerToHyperService::new(router.clone());
        let builder = builder.clone();
        tokio::spawn(async move {
            // A caller that hangs up is what the counters show.
            let _ = builder
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
    #[expect(unreachable_code, reason = "says the type of the block")]
    Ok(Stopped)
}

async fn wait(State(shared): State<Shared>, Query(call): Query<Call>) -> Json<u64> {
    let waiting = Waiting::new(shared, call.number);
    tokio::time::sleep(Duration::from_millis(call.ms)).await;
    waiting.answered();
    Json(call.number)
}

async fn stats(State(shared): State<Shared>) -> Json<Stats> {
    Json(lock(&shared).stats)
}

async fn numbers(State(shared): State<Shared>) -> Json<Vec<u64>> {
    Json(lock(&shared).numbers.clone())
}

fn lock(shared: &Shared) -> MutexGuard<'_, Counters> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A call that waits. Dropped without an answer, its caller has hung up.
struct Waiting {
    shared: Shared,
    answered: bool,
}

impl Waiting {
    fn new(shared: Shared, number: u64) -> Self {
        let mut counters = lock(&shared);
        counters.stats.requests += 1;
        counters.stats.in_flight += 1;
        counters.numbers.push(number);
        drop(counters);
        Self {
            shared,
            answered: false,
        }
    }

    fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let stats = &mut lock(&self.shared).stats;
        stats.in_flight -= 1;
        stats.cancelled += u64::from(!self.answered);
    }
}
