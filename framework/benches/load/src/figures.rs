//! What many visits make together.

use crate::{
    fault::{Fault, FaultKind},
    visit::Visit,
};
use hdrhistogram::Histogram;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The longest time that is told from longer ones: two minutes, in microseconds.
const LONGEST: u64 = 120_000_000;

/// Times, kept in microseconds with three digits.
#[derive(Clone, Debug)]
pub struct Times(Histogram<u64>);

/// What of a hundred were there by when, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// The half.
    pub p50: f64,
    /// 90 of a hundred.
    pub p90: f64,
    /// 99 of a hundred.
    pub p99: f64,
    /// All.
    pub max: f64,
}

/// A kind of fault: how often, and one example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Faults {
    pub(crate) count: u64,
    pub(crate) example: String,
}

/// The visits of a scenario, or of a part of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) offered: u64,
    pub(crate) whole: u64,
    pub(crate) refused: u64,
    pub(crate) faults: BTreeMap<FaultKind, Faults>,
    pub(crate) connect: Times,
    pub(crate) first_byte: Times,
    /// Every piece of a document after the first.
    pub(crate) chunks: Times,
    pub(crate) end: Times,
    /// Until somebody was told to come back.
    pub(crate) refusal: Times,
}

impl Figures {
    pub(crate) fn record(&mut self, visit: &Visit) {
        self.offered += 1;
        match visit {
            Visit::Whole(times) => {
                self.whole += 1;
                self.first_byte.record(times.head);
                for chunk in times.chunks.iter().skip(1) {
                    self.chunks.record(*chunk);
                }
                self.end.record(times.end);
            }
            Visit::Refused(after) => {
                self.refused += 1;
                self.refusal.record(*after);
            }
            Visit::Failed(fault) => self.fault(fault),
        }
    }

    fn fault(&mut self, fault: &Fault) {
        let faults = self.faults.entry(fault.kind).or_insert_with(|| Faults {
            count: 0,
            example: fault.seen.clone(),
        });
        faults.count += 1;
    }

    /// How many failed, the refused not among them.
    pub(crate) fn failed(&self) -> u64 {
        self.faults.values().map(|faults| faults.count).sum()
    }
}

/// Figures that many tasks write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Figures>>);

impl Shared {
    pub(crate) fn record(&self, visit: &Visit) {
        self.with(|figures| figures.record(visit));
    }

    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut Figures) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What there is by now.
    pub(crate) fn figures(&self) -> Figures {
        self.with(|figures| figures.clone())
    }
}

impl Times {
    /// Takes note of a time.
    pub fn record(&mut self, time: Duration) {
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(LONGEST);
        self.0.saturating_record(microseconds);
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The time within which so many of a hundred were there.
    pub fn percentile(&self, percent: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(percent / 100.0))
    }

    /// The ones that reports show.
    pub fn percentiles(&self) -> Percentiles {
        let at = |percent| milliseconds(self.percentile(percent));
        Percentiles {
            p50: at(50.0),
            p90: at(90.0),
            p99: at(99.0),
            max: milliseconds(Duration::from_micros(self.0.max())),
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are in order"))
    }
}

/// A time as reports show it.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit;

    #[test]
    fn counts_by_kind_and_keeps_the_first_example() {
        let ms = Duration::from_millis;
        let mut figures = Figures::default();
        for at in 1..=100 {
            figures.record(&Visit::Whole(visit::Times {
                head: ms(1),
                chunks: vec![ms(1), ms(at)],
                end: ms(at),
            }));
        }
        figures.record(&Visit::Refused(ms(3)));
        for seen in ["first", "second"] {
            figures.record(&Visit::Failed(Fault::new(FaultKind::Cut, seen)));
        }
        let counts = (figures.offered, figures.whole, figures.refused);
        assert_eq!(counts, (103, 100, 1));
        assert_eq!(figures.failed(), 2);
        assert_eq!(figures.faults[&FaultKind::Cut].example, "first");
        // With three digits, 50 ms is a little more.
        let end = figures.end.percentiles();
        assert!((end.p50 - 50.0).abs() < 0.1, "{end:?}");
        assert!((end.p99 - 99.0).abs() < 0.1, "{end:?}");
        assert!((figures.chunks.percentiles().max - 100.0).abs() < 0.2);
        assert!((figures.refusal.percentiles().p50 - 3.0).abs() < 0.1);
    }
}
