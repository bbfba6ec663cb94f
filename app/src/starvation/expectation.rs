//! What must come out, by arithmetic alone.

use std::time::Duration;

use super::Options;

/// How long it takes until all visitors have their page, if only the call takes time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Expectation {
    pub(super) took: Duration,
    pub(super) pages_per_second: f64,
}

impl Expectation {
    /// Every page keeps a thread while it waits: the visitors are served in rounds, in each as many
    /// as there are threads.
    pub(super) fn with_threads(options: &Options) -> Self {
        let rounds = options.visitors.div_ceil(options.threads);
        Self::of(options, u32::from(rounds))
    }

    /// No page keeps a thread while it waits: all wait together.
    pub(super) fn without_threads(options: &Options) -> Self {
        Self::of(options, 1)
    }

    fn of(options: &Options, rounds: u32) -> Self {
        let took = options.delay.longest() * rounds;
        Self {
            took,
            pages_per_second: f64::from(options.visitors) / took.as_secs_f64(),
        }
    }
}

/// The most pages a second that threads can make of which each is kept for this long.
pub(super) fn limit(threads: u16, delay: Duration) -> f64 {
    f64::from(threads) / delay.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(visitors: u16, threads: u16, delay: &str) -> [Expectation; 2] {
        let options = Options::new(visitors, threads, delay.parse().expect("a delay"));
        [
            Expectation::with_threads(&options),
            Expectation::without_threads(&options),
        ]
    }

    #[test]
    fn a_hundred_visitors_wait_for_25_threads_in_four_rounds() {
        let [with, without] = expected(100, 25, "2s");
        assert_eq!(with.took, Duration::from_secs(8));
        assert_eq!(with.pages_per_second, 12.5);
        assert_eq!(without.took, Duration::from_secs(2));
        assert_eq!(without.pages_per_second, 50.0);
        assert_eq!(limit(25, Duration::from_secs(2)), 12.5);
    }

    #[test]
    fn the_visitor_after_the_last_thread_makes_a_round() {
        assert_eq!(expected(25, 25, "2s")[0].took, Duration::from_secs(2));
        assert_eq!(expected(26, 25, "2s")[0].took, Duration::from_secs(4));
        assert_eq!(expected(1, 25, "2s")[0].pages_per_second, 0.5);
    }
}
