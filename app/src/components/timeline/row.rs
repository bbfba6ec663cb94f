//! One load of a timeline.

use std::time::Duration;

use punctual::{LoadOutcome, LoadRecord};

use super::axis::Axis;
use super::millis;

/// Waiting for less than this is the work of the framework, not a wait.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

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
}

impl Row {
    pub(super) fn of(load: &LoadRecord, axis: &Axis) -> Self {
        let style = |from, to: Option<Duration>| {
            let to = to.map_or(100.0, |to| axis.percent(to));
            format!("--from: {:.2}%; --to: {to:.2}%", axis.percent(from))
        };
        let waited_until = load.started.or(load.ended);
        let waited = waited_until
            .map(|until| until.saturating_sub(load.requested))
            .filter(|waited| *waited >= SHORTEST_WAIT);
        Self {
            wait: waited.map(|_| style(load.requested, waited_until)),
            bar: load.started.map(|started| style(started, load.ended)),
            outcome: load.outcome.map_or("running", LoadOutcome::as_str),
            text: text(load, waited),
        }
    }
}

fn text(load: &LoadRecord, waited: Option<Duration>) -> String {
    let ran = match (load.started, load.ended) {
        (Some(started), Some(ended)) => Some(millis(ended.saturating_sub(started))),
        _ => None,
    };
    let ran = match (ran, load.outcome) {
        (_, None) => "still running".to_owned(),
        (Some(time), Some(LoadOutcome::Complete)) => time,
        (Some(time), Some(LoadOutcome::Late)) => format!("late after {time}"),
        (Some(time), Some(outcome)) => format!("{outcome} after {time}"),
        (None, Some(LoadOutcome::Rejected)) => "refused".to_owned(),
        (None, Some(_)) => "never started".to_owned(),
    };
    match waited {
        Some(waited) => format!("{ran}, waited {}", millis(waited)),
        None => ran,
    }
}

#[cfg(test)]
mod tests {
    use punctual::{PageFailure, RequestRecord};

    use super::*;

    #[test]
    fn placeholder() {
        let _ = std::mem::size_of::<(PageFailure, RequestRecord)>();
    }
}
