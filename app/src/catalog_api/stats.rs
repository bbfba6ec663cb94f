//! What the service counts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// What was called since the service started, or since the last reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Calls that arrived.
    pub requests: u64,
    /// Calls that are waiting for their answer now, also those from before the last reset.
    pub in_flight: u64,
    /// The most calls that waited at one time.
    pub max_in_flight: u64,
    /// Calls whose caller hung up before the answer.
    pub cancelled: u64,
}

/// The counters of a running service. Clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Counters {
    shared: Arc<Mutex<Count>>,
}

#[derive(Debug, Default)]
struct Count {
    stats: Stats,
    /// How often the count began anew. A call from before a reset is not `cancelled` after it.
    resets: u64,
}

impl Counters {
    /// Counts a call that has arrived.
    pub(super) fn begin(&self) -> InFlight {
        let mut count = self.lock();
        let stats = &mut count.stats;
        stats.requests += 1;
        stats.in_flight += 1;
        stats.max_in_flight = stats.max_in_flight.max(stats.in_flight);
        InFlight {
            counters: self.clone(),
            resets: count.resets,
            answered: false,
        }
    }

    /// What was counted so far.
    pub(super) fn stats(&self) -> Stats {
        self.lock().stats
    }

    /// Begins a new count. Calls that are waiting stay in flight.
    pub(super) fn reset(&self) -> Stats {
        let mut count = self.lock();
        count.resets += 1;
        count.stats = Stats {
            in_flight: count.stats.in_flight,
            max_in_flight: count.stats.in_flight,
            ..Stats::default()
        };
        count.stats
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        // Nothing panics between two changes that belong together.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that waits for its answer. Dropped before [`InFlight::answered`], it counts as
/// cancelled: its caller hung up.
#[derive(Debug)]
#[must_use = "a call that is dropped at once counts as cancelled"]
pub(super) struct InFlight {
    counters: Counters,
    resets: u64,
    answered: bool,
}

impl InFlight {
    /// The answer is there.
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut count = self.counters.lock();
        count.stats.in_flight = count.stats.in_flight.saturating_sub(1);
        if !self.answered && self.resets == count.resets {
            count.stats.cancelled += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_answers_and_hang_ups() {
        let counters = Counters::default();
        let (first, second) = (counters.begin(), counters.begin());
        first.answered();
        drop(second);
        counters.begin().answered();
        assert_eq!(
            counters.stats(),
            Stats {
                requests: 3,
                in_flight: 0,
                max_in_flight: 2,
                cancelled: 1,
            }
        );
    }

    #[test]
    fn reset_keeps_what_is_in_flight_and_forgets_its_end() {
        let counters = Counters::default();
        let waiting = counters.begin();
        counters.begin().answered();
        let stats = counters.reset();
        assert_eq!(
            stats,
            Stats {
                in_flight: 1,
                max_in_flight: 1,
                ..Stats::default()
            }
        );
        drop(waiting);
        assert_eq!(
            counters.stats(),
            Stats {
                max_in_flight: 1,
                ..Stats::default()
            }
        );
    }
}
