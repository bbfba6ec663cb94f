//! What the log is told at most once a second.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long the log is not told again.
const AGAIN: Duration = Duration::from_secs(1);

/// Counts what happens often, for a log that is told of it now and then.
#[derive(Default)]
pub(crate) struct Seldom(Mutex<State>);

#[derive(Default)]
struct State {
    count: usize,
    told: Option<Instant>,
}

impl Seldom {
    /// It has happened. When it is time to tell the log: how often since the last time.
    pub(crate) fn say(&self) -> Option<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count += 1;
        self.rest()
    }

    /// How often it has happened without the log having been told, when it is time for that.
    pub(crate) fn rest(&self) -> Option<usize> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.count == 0 || state.told.is_some_and(|told| told.elapsed() < AGAIN) {
            return None;
        }
        state.told = Some(Instant::now());
        Some(std::mem::take(&mut state.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_it_once_and_counts_the_others() {
        let seldom = Seldom::default();
        assert_eq!(seldom.say(), Some(1));
        assert_eq!(
            (seldom.say(), seldom.say(), seldom.rest()),
            (None, None, None)
        );
        let before = Instant::now().checked_sub(AGAIN);
        seldom.0.lock().expect("nobody panics").told = before;
        assert_eq!(seldom.rest(), Some(2));
        assert_eq!((seldom.rest(), seldom.say()), (None, None));
    }
}
