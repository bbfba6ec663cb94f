//! Where visits get their connections from.

use crate::{
    fault::{Fault, FaultKind},
    visit::Connection,
};
use std::{
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

/// How many files the harness has open beside the connections of its visitors, generously.
const OTHER_FILES: u64 = 500;

/// Connections for visits.
#[derive(Debug)]
pub(crate) enum Connections {
    /// Each visit makes one, and closes it.
    New,
    /// Visits share those that are free, so that the making of connections is not what is measured.
    Kept(Pool),
}

/// Connections that are open, and wait for the next visit.
#[derive(Debug)]
pub(crate) struct Pool {
    idle: Mutex<Vec<Connection>>,
    open: AtomicU64,
    limit: u64,
}

impl Connections {
    /// Connections that are kept, as many as the system lets this process have.
    pub(crate) fn kept() -> Self {
        let limit = rlimit::Resource::NOFILE.get_soft().unwrap_or(1_024);
        Self::Kept(Pool {
            idle: Mutex::default(),
            open: AtomicU64::new(0),
            limit: limit.saturating_sub(OTHER_FILES),
        })
    }

    /// A connection that is ready for a request.
    pub(crate) async fn take(&self, addr: SocketAddr) -> Result<Connection, Fault> {
        let Self::Kept(pool) = self else {
            return Connection::open(addr).await;
        };
        while let Some(mut connection) = pool.pop() {
            if connection.is_ready().await {
                return Ok(connection);
            }
            pool.open.fetch_sub(1, SeqCst);
        }
        if pool.open.fetch_add(1, SeqCst) >= pool.limit {
            pool.open.fetch_sub(1, SeqCst);
            let seen = format!("{} connections are open", pool.limit);
            return Err(Fault::new(FaultKind::Client, seen));
        }
        let opened = Connection::open(addr).await;
        if opened.is_err() {
            pool.open.fetch_sub(1, SeqCst);
        }
        opened
    }

    /// The visit is over.
    pub(crate) fn give_back(&self, connection: Connection) {
        if let Self::Kept(pool) = self {
            pool.idle().push(connection);
        }
    }
}

impl Pool {
    fn pop(&self) -> Option<Connection> {
        self.idle().pop()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
