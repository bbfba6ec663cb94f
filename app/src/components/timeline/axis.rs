//! The time that a timeline shows.

use std::time::Duration;

use punctual::RequestRecord;

use super::{end_of_loads, millis, round};

/// How many times longer than the loads the page's timeout may be and still be on the axis. Were
/// it longer, the bars would be too short to see.
const TIMEOUT_RANGE: u32 = 4;

/// A label stands away from the next one by at least this part of the axis, in percent.
const DISTANCE: f64 = 30.0;

/// From the arrival of the request to the end of its loads, or to its timeout.
pub(super) struct Axis {
    length: Duration,
    /// Where the page's timeout lies, in percent, when it is on the axis.
    pub(super) timeout: Option<f64>,
    timeout_text: String,
}

/// A label of the axis.
#[derive(Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) class: &'static str,
    /// In percent.
    pub(super) at: f64,
    pub(super) text: String,
}

impl Axis {
    pub(super) fn of(record: &RequestRecord) -> Self {
        Self::new(end_of_loads(record), record.timeout)
    }

    pub(super) fn new(end: Duration, timeout: Duration) -> Self {
        let shows_timeout = timeout <= end * TIMEOUT_RANGE;
        let length = if shows_timeout { end.max(timeout) } else { end };
        let mut axis = Self {
            length: length.max(Duration::from_millis(1)),
            timeout: None,
            timeout_text: format!("timeout {}", round(timeout)),
        };
        axis.timeout = shows_timeout.then(|| axis.percent(timeout));
        axis
    }

    /// Where a point in time lies.
    pub(super) fn percent(&self, time: Duration) -> f64 {
        (time.as_secs_f64() / self.length.as_secs_f64() * 100.0).min(100.0)
    }

    /// The start, the timeout, and the end unless the timeout is near it.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let tick = |class, at, text| Tick { class, at, text };
        let mut ticks = vec![tick("tick", 0.0, "0".to_owned())];
        if let Some(at) = self.timeout {
            ticks.push(tick("tick timeout", at, self.timeout_text.clone()));
        }
        if self.timeout.is_none_or(|at| at < 100.0 - DISTANCE) {
            ticks.push(tick("tick", 100.0, millis(self.length)));
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn texts(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn ends_with_the_timeout_when_it_is_not_far() {
        let axis = Axis::new(ms(500), ms(2_000));
        assert_eq!(axis.timeout, Some(100.0));
        assert_eq!(axis.percent(ms(500)), 25.0);
        assert_eq!(texts(&axis), ["0", "timeout 2 s"]);
    }

    #[test]
    fn ends_with_the_loads_when_the_timeout_is_far() {
        let axis = Axis::new(ms(300), Duration::from_secs(45));
        assert_eq!(axis.timeout, None);
        assert_eq!(axis.percent(ms(150)), 50.0);
        assert_eq!(texts(&axis), ["0", "300 ms"]);
    }

    #[test]
    fn shows_what_lies_behind_the_timeout() {
        let axis = Axis::new(ms(1_004), ms(1_000));
        assert!(axis.timeout.is_some_and(|at| at > 99.0 && at < 100.0));
        assert_eq!(texts(&axis), ["0", "timeout 1 s"]);
        let axis = Axis::new(ms(4_000), ms(1_000));
        assert_eq!(texts(&axis), ["0", "timeout 1 s", "4,000 ms"]);
    }

    #[test]
    fn loads_that_took_no_time_have_an_axis() {
        let axis = Axis::new(Duration::ZERO, ms(1_000));
        assert_eq!((axis.timeout, axis.percent(Duration::ZERO)), (None, 0.0));
    }
}
