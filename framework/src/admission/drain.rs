//! At which rate a full site takes on pages.

use std::time::Duration;
use tokio::time::Instant;

/// The rate is that of the last second, once there has been overload for as long.
const WINDOW: Duration = Duration::from_secs(1);
const SLICES: usize = 10;
const SLICE: u128 = WINDOW.as_millis() / SLICES as u128;

/// As many pages have to begin in that time, else it says nothing.
const SOME: f64 = 10.0;

/// How much one page moves the mean: it forgets what was some fifty pages ago.
const NEW: f64 = 0.05;

/// How fast pages begin and end.
#[derive(Default)]
pub(super) struct Drain {
    /// For how many seconds a page holds its place.
    held: Option<f64>,
    /// The weight of pages that began in each slice of the last second.
    begun: [usize; SLICES + 1],
    /// The slice that goes on, counted from the first.
    slice: u128,
    first: Option<Instant>,
}

impl Drain {
    /// A page begins.
    pub(super) fn begun(&mut self, weight: usize, now: Instant) {
        self.advance(now);
        let slice = self.index(self.slice);
        self.begun[slice] += weight;
    }

    /// A page ends.
    pub(super) fn released(&mut self, weight: usize, held: Duration, now: Instant) {
        self.advance(now);
        let held = held.as_secs_f64();
        // A heavy page counts as several.
        let new = (NEW * weight as f64).min(0.5);
        self.held = Some(self.held.map_or(held, |mean| mean + (held - mean) * new));
    }

    /// The weight of pages that a full site begins in a second. Without overload, that is what fits in
    /// ([Little's law](https://en.wikipedia.org/wiki/Little%27s_law)); then what was really begun, if pages are fast enough that this
    /// can be counted. `None` before any page has ended.
    pub(super) fn rate(
        &self,
        in_flight: usize,
        overloaded: Option<Instant>,
        now: Instant,
    ) -> Option<f64> {
        let since = overloaded.map(|since| now.saturating_duration_since(since));
        let by_time = self
            .held
            .map(|held| in_flight as f64 / held.max(f64::EPSILON));
        // What happens less than some times in a second cannot be counted in one.
        let is_fast = by_time.is_some_and(|rate| rate * WINDOW.as_secs_f64() >= SOME)
            && self
                .held
                .is_some_and(|held| held * 2.0 <= WINDOW.as_secs_f64());
        match since.is_some_and(|since| since >= WINDOW) && is_fast {
            true => Some(self.last_second(now)),
            false => by_time,
        }
    }

    fn last_second(&self, now: Instant) -> f64 {
        let slice = self.slice_of(now);
        let complete = slice.saturating_sub(SLICES as u128)..slice;
        let sum: usize = complete
            .filter(|slice| *slice <= self.slice && *slice + SLICES as u128 >= self.slice)
            .map(|slice| self.begun[self.index(slice)])
            .sum();
        sum as f64 / WINDOW.as_secs_f64()
    }

    fn slice_of(&self, now: Instant) -> u128 {
        let first = self.first.unwrap_or(now);
        now.saturating_duration_since(first).as_millis() / SLICE
    }

    fn index(&self, slice: u128) -> usize {
        (slice % (SLICES as u128 + 1)) as usize
    }

    /// Begins the slice of this moment.
    fn advance(&mut self, now: Instant) {
        self.first.get_or_insert(now);
        let slice = self.slice_of(now);
        let passed = slice.saturating_sub(self.slice).min(SLICES as u128 + 1);
        for step in 0..passed {
            let index = self.index(slice - step);
            self.begun[index] = 0;
        }
        self.slice = self.slice.max(slice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[tokio::test(start_paused = true)]
    async fn without_overload_it_is_what_ends() {
        let (mut drain, now) = (Drain::default(), Instant::now());
        assert_eq!(drain.rate(60, None, now), None);
        for _ in 0..100 {
            drain.released(1, ms(200), now);
        }
        let rate = drain.rate(60, Some(now), now).expect("it is known");
        assert!((rate - 300.0).abs() < 1.0, "{rate}");
    }

    #[tokio::test(start_paused = true)]
    async fn in_overload_it_is_what_begins() {
        let (mut drain, start) = (Drain::default(), Instant::now());
        drain.released(1, ms(1), start);
        for at in (0..2000).step_by(10) {
            drain.begun(2, start + ms(at));
        }
        let rate = drain.rate(60, Some(start), start + ms(2000));
        assert_eq!(rate, Some(200.0));
        // Then nothing begins any more.
        let rate = drain.rate(60, Some(start), start + ms(2500));
        assert_eq!(rate, Some(100.0));
        let rate = drain.rate(60, Some(start), start + ms(9000));
        assert_eq!(rate, Some(0.0));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_long_ago_does_not_count() {
        let (mut drain, start) = (Drain::default(), Instant::now());
        drain.released(1, ms(1), start);
        drain.begun(50, start);
        drain.begun(7, start + ms(60_050));
        let rate = drain.rate(60, Some(start), start + ms(60_150));
        assert_eq!(rate, Some(7.0));
    }
}
