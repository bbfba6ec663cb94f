//! What many visitors make together.

use std::collections::BTreeMap;
use std::time::Duration;

use super::fault::Fault;

/// How one visitor fared: how long it took from the start of all of them to the end of the
/// document, or why there is none.
pub(super) type Visit = Result<Duration, Fault>;

/// How all visitors of a page fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    /// Until the last visitor had an answer.
    pub(super) took: Duration,
    /// Of those who have a whole page: how long they waited, the shortest first.
    waits: Vec<Duration>,
    faults: BTreeMap<Fault, usize>,
    /// The most threads for synchronous pages that were seen to be busy at once.
    pub(super) busy: usize,
    /// The most visitors who were seen to wait for one of those threads.
    pub(super) in_line: usize,
}

impl Figures {
    pub(super) fn new(took: Duration, visits: impl IntoIterator<Item = Visit>) -> Self {
        let (mut waits, mut faults) = (Vec::new(), BTreeMap::new());
        for visit in visits {
            match visit {
                Ok(wait) => waits.push(wait),
                Err(fault) => *faults.entry(fault).or_default() += 1,
            }
        }
        waits.sort_unstable();
        Self {
            took,
            waits,
            faults,
            busy: 0,
            in_line: 0,
        }
    }

    /// How many visitors there were.
    pub(super) fn visitors(&self) -> usize {
        self.waits.len() + self.unserved()
    }

    /// How many have no whole page.
    pub(super) fn unserved(&self) -> usize {
        self.faults.values().sum()
    }

    /// How many were turned away because no thread was free.
    pub(super) fn refused(&self) -> usize {
        self.faults.get(&Fault::Refused).copied().unwrap_or(0)
    }

    pub(super) fn faults(&self) -> impl Iterator<Item = (Fault, usize)> {
        self.faults.iter().map(|(fault, count)| (*fault, *count))
    }

    /// Whole pages only.
    pub(super) fn pages_per_second(&self) -> f64 {
        // There are no more than 65,535 visitors, which is far below what is exact.
        self.waits.len() as f64 / self.took.as_secs_f64()
    }

    /// The time within which so many of a hundred whole pages were there (nearest rank); none
    /// without a page.
    pub(super) fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.waits.len() * percent).div_ceil(100);
        self.waits.get(rank.saturating_sub(1)).copied()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn figures(waits: impl IntoIterator<Item = u64>) -> Figures {
        Figures::new(ms(4_000), waits.into_iter().map(|wait| Ok(ms(wait))))
    }

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let figures = figures((1..=100).rev());
        for percent in [1, 50, 99, 100] {
            let expected = ms(u64::try_from(percent).expect("a small number"));
            assert_eq!(figures.percentile(percent), Some(expected));
        }
        let of_three = self::figures([30, 10, 20]);
        assert_eq!(of_three.percentile(50), Some(ms(20)));
        assert_eq!(of_three.percentile(99), Some(ms(30)));
        assert_eq!(self::figures([7]).percentile(50), Some(ms(7)));
        assert_eq!(self::figures([]).percentile(50), None);
    }

    #[test]
    fn counts_who_has_no_page_and_leaves_them_out_of_the_times() {
        let status = Fault::Status(StatusCode::NOT_FOUND);
        let visits = [
            Ok(ms(2_000)),
            Err(Fault::Refused),
            Err(status),
            Ok(ms(1_000)),
            Err(Fault::Refused),
        ];
        let figures = Figures::new(ms(4_000), visits);
        assert_eq!((figures.visitors(), figures.unserved()), (5, 3));
        assert_eq!(figures.refused(), 2);
        assert_eq!(
            figures.faults().collect::<Vec<_>>(),
            [(Fault::Refused, 2), (status, 1)]
        );
        assert_eq!(figures.pages_per_second(), 0.5);
        assert_eq!(figures.percentile(100), Some(ms(2_000)));
    }
}
