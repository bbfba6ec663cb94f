//! What several tests use.

mod log;

pub(crate) use log::Log;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

pub(crate) fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

pub(crate) async fn sleep(n: u64) {
    tokio::time::sleep(ms(n)).await;
}

/// The latest that a response may end: its deadline, and what the rules of time allow.
pub(crate) fn by(deadline: u64) -> Duration {
    ms(deadline + 50)
}

/// Counts what is alive: give it to what should be gone, ask how many are left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alive(Arc<AtomicUsize>);

#[derive(Debug)]
pub(crate) struct Token(Arc<AtomicUsize>);

impl Alive {
    pub(crate) fn token(&self) -> Token {
        self.0.fetch_add(1, SeqCst);
        Token(self.0.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// An error of a loader.
#[derive(Debug, thiserror::Error)]
#[error("the upstream said no")]
pub(crate) struct Refused;
