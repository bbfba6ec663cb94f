//! Loads that run, and how a visitor stops one of them.
//!
//! A page [begins](Running::begin) a load and gets a [`Stop`] for it: its address goes into the page, for a button, and
//! [`Stop::or`] stands around the load. Whoever sends a POST to the address ends the load, which is dropped as it would be at
//! the deadline, and [`Unfinished::Stopped`] is what the page shows in its place.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use thiserror::Error;
use tokio::sync::oneshot;

/// How many loads can be stopped at one time. Those beyond run as well, without a button.
const MOST: usize = 10_000;

/// The route by which loads are stopped.
pub(crate) const ROUTE: &str = "/stop/{number}";

/// The loads of all visitors that can be stopped. Clones know the same ones.
#[derive(Clone, Debug, Default)]
pub struct Running {
    loads: Arc<Mutex<HashMap<u128, oneshot::Sender<Stopped>>>>,
}

/// Somebody wanted it to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it was stopped by the visitor")]
pub struct Stopped;

/// Why a load that can be stopped has no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unfinished<E: Error + 'static> {
    /// Somebody wanted it to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// It failed by itself.
    #[error(transparent)]
    Failed(E),
}

/// A load that can be stopped, until this is dropped.
#[derive(Debug)]
#[must_use = "a load that is not put into `or` cannot be stopped"]
pub struct Stop {
    entry: Option<Entry>,
}

#[derive(Debug)]
struct Entry {
    number: u128,
    running: Running,
    stopped: oneshot::Receiver<Stopped>,
}

impl Running {
    /// Begins a load. Its number cannot be guessed: only the visitor whose page has it can stop the load.
    pub fn begin(&self) -> Stop {
        let number = rand::random();
        let (sender, stopped) = oneshot::channel();
        let mut loads = self.lock();
        if loads.len() >= MOST {
            return Stop { entry: None };
        }
        loads.insert(number, sender);
        let running = self.clone();
        let entry = Some(Entry {
            number,
            running,
            stopped,
        });
        Stop { entry }
    }

    /// Stops the load that has this number. Says whether there is one.
    pub fn stop(&self, number: u128) -> bool {
        let sender = self.lock().remove(&number);
        sender.is_some_and(|sender| sender.send(Stopped).is_ok())
    }

    /// How many loads can be stopped now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u128, oneshot::Sender<Stopped>>> {
        // Nothing panics between two changes that belong together.
        self.loads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stop {
    /// Where a POST stops the load; there is none when too many run.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let entry = self.entry.as_ref()?;
        Some(ROUTE.replace("{number}", &format!("{:032x}", entry.number)))
    }

    /// The load, or that it was stopped. Both end with this, and with its drop.
    ///
    /// # Errors
    ///
    /// When somebody stops it, and with the error of the load.
    pub async fn or<T, E: Error + 'static>(
        self,
        load: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Unfinished<E>> {
        let Some(mut entry) = self.entry else {
            return load.await.map_err(Unfinished::Failed);
        };
        tokio::select! {
            // A result that is there counts.
            biased;
            result = load => result.map_err(Unfinished::Failed),
            Ok(stopped) = &mut entry.stopped => Err(stopped.into()),
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.lock().remove(&self.number);
    }
}

/// Answers the button: 204 when the load is stopped, 404 when there is none.
pub(crate) async fn stop(State(running): State<Running>, Path(number): Path<String>) -> StatusCode {
    match u128::from_str_radix(&number, 16) {
        Ok(number) if running.stop(number) => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{pending, ready};
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Far more than anything here takes, so that it only ends tests that hang.
    const LIMIT: Duration = Duration::from_secs(60);

    fn number(stop: &Stop) -> u128 {
        stop.entry.as_ref().expect("there is room").number
    }

    #[tokio::test]
    async fn a_load_ends_when_it_is_stopped() {
        let running = Running::default();
        let (one, other) = (running.begin(), running.begin());
        let address = one.address().expect("there is room");
        assert_eq!(address.len(), "/stop/".len() + 32);
        assert_ne!(Some(address), other.address());

        let one_number = number(&one);
        let load = tokio::spawn(one.or(pending::<Result<(), Infallible>>()));
        assert!(running.stop(one_number));
        let result = timeout(LIMIT, load).await.expect("it ends");
        let result = result.expect("no panic");
        assert_eq!(result, Err(Unfinished::Stopped(Stopped)));
        assert!(!running.stop(one_number));

        // The other one goes on.
        let result = other.or(ready(Ok::<_, Infallible>(7))).await;
        assert_eq!(result, Ok(7));
        assert_eq!(running.count(), 0);
    }

    #[tokio::test]
    async fn a_load_that_has_ended_or_was_dropped_cannot_be_stopped() {
        let running = Running::default();
        let stop = running.begin();
        let ended = number(&stop);
        let error = stop.or(ready(Err::<(), _>(std::fmt::Error))).await;
        assert_eq!(error, Err(Unfinished::Failed(std::fmt::Error)));
        assert!(!running.stop(ended));

        let stop = running.begin();
        let dropped = number(&stop);
        drop(stop.or(pending::<Result<(), Infallible>>()));
        assert!(!running.stop(dropped));
        assert_eq!(running.count(), 0);
    }

    #[tokio::test]
    async fn what_is_too_much_runs_without_a_number() {
        let running = Running::default();
        let begun: Vec<_> = (0..MOST).map(|_| running.begin()).collect();
        let beyond = running.begin();
        assert_eq!((beyond.address(), running.count()), (None, MOST));
        assert_eq!(beyond.or(ready(Ok::<_, Infallible>(7))).await, Ok(7));
        drop(begun);
        assert_eq!(running.count(), 0);
    }
}
