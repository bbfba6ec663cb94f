//! What several tests use.

mod log;

pub(crate) use log::Log;

use std::{
    sync::{
        Arc, Condvar, Mutex,
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

/// Blocks the threads of what waits for it, until it is opened or the time is over: nobody waits for the end of a test that
/// has seen what it wanted to see.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn block(&self, limit: Duration) {
        let (is_open, opened) = &*self.0;
        let is_open = is_open.lock().unwrap();
        let waited = opened.wait_timeout_while(is_open, limit, |is_open| !*is_open);
        drop(waited.unwrap());
    }

    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

/// An error of a loader.
#[derive(Debug, thiserror::Error)]
#[error("the upstream said no")]
pub(crate) struct Refused;
