//! One load of a timeline.

use std::time::Duration;

use punctual::{LoadOutcome, LoadRecord};

use super::axis::Axis;
use super::millis;

/// A wait for less than this part of the axis, in percent, is neither drawn nor told.
const SHORTEST_WAIT: f64 = 2.0;

/// A thread is got in less than this when there is one to be had.
const SHORTEST_TURN: Duration = Duration::from_millis(20);

/// How one load is drawn, and what is said of it.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// Where it waited for its arguments.
    pub(super) wait: Option<String>,
    /// Where it ran.
    pub(super) bar: Option<String>,
    /// The outcome in one word.
    pub(super) outcome: &'static str,
    /// How long it took and how it ended.
    pub(super) text: String,
    /// How long it waited before.
    pub(super) waited: Option<String>,
}

impl Row {
    pub(super) fn of(load: &LoadRecord, axis: &Axis) -> Self {
        let times = Times {
            requested: load.requested,
            started: load.started,
            ended: load.ended,
        };
        Self::new(&times, load.outcome, axis)
    }

    /// What there is to say about a page that waited for a thread until then.
    pub(super) fn of_turn(turn: Duration, axis: &Axis) -> Option<Self> {
        if turn < SHORTEST_TURN {
            return None;
        }
        let times = Times {
            requested: Duration::ZERO,
            started: Some(turn),
            ended: None,
        };
        Some(Self::new(&times, None, axis)).filter(|row| row.wait.is_some())
    }

    fn new(times: &Times, outcome: Option<LoadOutcome>, axis: &Axis) -> Self {
        let style = |from, to: Option<Duration>| {
            let to = to.map_or(100.0, |to| axis.percent(to));
            format!("--from: {:.2}%; --to: {to:.2}%", axis.percent(from))
        };
        let waited_until = times.started.or(times.ended);
        let waited = waited_until
            .map(|until| until.saturating_sub(times.requested))
            .filter(|waited| axis.percent(*waited) >= SHORTEST_WAIT);
        Self {
            wait: waited.map(|_| style(times.requested, waited_until)),
            bar: times.started.map(|started| style(started, times.ended)),
            outcome: outcome.map_or("running", LoadOutcome::as_str),
            text: text(times, outcome),
            waited: waited.map(|waited| format!("waited {}", millis(waited))),
        }
    }
}

/// When a load was asked for, began and ended, from the arrival of the request on.
struct Times {
    requested: Duration,
    started: Option<Duration>,
    ended: Option<Duration>,
}

fn text(times: &Times, outcome: Option<LoadOutcome>) -> String {
    let ran = match (times.started, times.ended) {
        (Some(started), Some(ended)) => Some(millis(ended.saturating_sub(started))),
        _ => None,
    };
    match (ran, outcome) {
        (_, None) => "still running".to_owned(),
        (Some(time), Some(LoadOutcome::Complete)) => time,
        (Some(time), Some(outcome)) => format!("{outcome} after {time}"),
        (None, Some(LoadOutcome::Rejected)) => "refused".to_owned(),
        (None, Some(_)) => "never started".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(times: [Option<u64>; 3], outcome: Option<LoadOutcome>) -> Row {
        let [requested, started, ended] = times.map(|time| time.map(Duration::from_millis));
        let times = Times {
            requested: requested.unwrap_or_default(),
            started,
            ended,
        };
        let axis = Axis::new(Duration::from_millis(1_000), Duration::from_millis(2_000));
        Row::new(&times, outcome, &axis)
    }

    #[test]
    fn a_load_that_ran_at_once_has_a_bar_only() {
        let row = row([Some(0), Some(0), Some(500)], Some(LoadOutcome::Complete));
        assert_eq!(row.bar.as_deref(), Some("--from: 0.00%; --to: 25.00%"));
        assert_eq!((row.wait, row.waited), (None, None));
        assert_eq!(row.text, "500 ms");
    }

    #[test]
    fn a_wait_that_cannot_be_seen_is_not_told() {
        let row = row([Some(0), Some(30), Some(500)], Some(LoadOutcome::Complete));
        assert_eq!((row.wait, row.waited), (None, None));
    }

    #[test]
    fn a_load_that_waited_says_how_long() {
        let times = [Some(0), Some(500), Some(1_500)];
        let row = row(times, Some(LoadOutcome::Failed));
        assert_eq!(row.wait.as_deref(), Some("--from: 0.00%; --to: 25.00%"));
        assert_eq!(row.bar.as_deref(), Some("--from: 25.00%; --to: 75.00%"));
        assert_eq!(row.text, "failed after 1,000 ms");
        assert_eq!(row.waited.as_deref(), Some("waited 500 ms"));
    }

    #[test]
    fn a_turn_that_came_at_once_is_not_told() {
        let axis = Axis::new(Duration::from_millis(1_000), Duration::from_millis(2_000));
        assert_eq!(Row::of_turn(Duration::from_millis(19), &axis), None);
        // It is long, but cannot be seen.
        assert_eq!(Row::of_turn(Duration::from_millis(39), &axis), None);
        let row = Row::of_turn(Duration::from_millis(500), &axis).expect("half a second");
        assert_eq!(row.wait.as_deref(), Some("--from: 0.00%; --to: 25.00%"));
        assert_eq!(row.waited.as_deref(), Some("waited 500 ms"));
    }

    #[test]
    fn a_load_that_never_started_has_no_bar() {
        let row = row([Some(0), None, Some(2_000)], Some(LoadOutcome::Late));
        assert_eq!(row.wait.as_deref(), Some("--from: 0.00%; --to: 100.00%"));
        assert_eq!(row.bar, None);
        assert_eq!(row.outcome, "late");
        assert_eq!(row.text, "never started");
        assert_eq!(row.waited.as_deref(), Some("waited 2,000 ms"));
        let row = self::row([Some(0), None, Some(0)], Some(LoadOutcome::Rejected));
        assert_eq!((row.wait, row.text.as_str()), (None, "refused"));
    }

    #[test]
    fn a_load_that_runs_goes_on_to_the_end_of_the_axis() {
        let row = row([Some(0), Some(1_000), None], None);
        assert_eq!(row.bar.as_deref(), Some("--from: 50.00%; --to: 100.00%"));
        assert_eq!(row.outcome, "running");
        assert_eq!(row.text, "still running");
    }
}
