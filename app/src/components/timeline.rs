//! What a page waited for, drawn over time.

mod axis;
mod row;

use std::time::Duration;

use punctual::prelude::*;
use punctual::{LoadKind, LoadOutcome, LoadRecord, RequestRecord};

use super::tables::thousands;
use axis::Axis;
use row::Row;

/// Where a page waits for its loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// On a thread, which does nothing else meanwhile: a synchronous page.
    OnThread,
    /// In a task, which needs no thread until there is something to do: an asynchronous page.
    InTask,
}

/// The timeline of an asynchronous page, when its last load has ended.
#[component]
pub(crate) fn SettledTimeline(
    /// The recorder of the page.
    recorder: Recorder,
) -> impl IntoView {
    view! {
        <Resolve
            data=recorder.settled()
            fallback=|| view! {
                <figure class="timeline to-come">
                    <figcaption>"When the last load has ended, what took how long is drawn here."</figcaption>
                </figure>
            }
            let:record
        >
            <Timeline record waits=Waits::InTask/>
        </Resolve>
    }
}

/// What started when, how long it took and how it ended, for every load of a request.
///
/// The drawing is for the eye; the text beside each bar says the same. Shows nothing when no
/// load has begun.
#[component]
pub(crate) fn Timeline(
    /// What happened to the request.
    record: RequestRecord,
    /// Where the page waited, if that is known.
    #[prop(optional)]
    waits: Option<Waits>,
) -> impl IntoView {
    if record.loads.iter().all(|load| load.started.is_none()) {
        return None;
    }
    let axis = Axis::of(&record);
    let turn = (waits == Some(Waits::OnThread))
        .then(|| turn(&record, &axis))
        .flatten();
    let rows = record.loads.iter().map(|load| {
        let row = Row::of(load, &axis);
        let wait = row
            .wait
            .map(|style| view! { <span class="wait" style=style></span> });
        let bar = row.bar.map(|style| {
            view! { <span class="bar" style=style></span> }
        });
        let waited = row
            .waited
            .map(|text| view! { <span class="waited">{text}</span> });
        view! {
            <li data-outcome=row.outcome>
                <span class="name">{load.name}</span>
                <span class="track" aria-hidden="true">{wait}{bar}</span>
                <span class="duration">{row.text}" "{waited}</span>
            </li>
        }
    });
    let ticks = axis.ticks().into_iter().map(|tick| {
        view! { <span class=tick.class style=format!("--at: {:.2}%", tick.at)>{tick.text}</span> }
    });
    let style = axis.timeout.map(|at| format!("--timeout: {at:.2}%"));
    Some(view! {
        <figure class="timeline" style=style>
            <figcaption>{caption(&record, waits)}</figcaption>
            <ol>{turn} {rows.collect_view()}</ol>
            <div class="axis" aria-hidden="true">
                <div class="ticks">{ticks.collect_view()}</div>
            </div>
        </figure>
    })
}

/// The time in which a synchronous page waited for a thread, when it is worth a line.
fn turn(record: &RequestRecord, axis: &Axis) -> Option<impl IntoView + use<>> {
    let row = Row::of_turn(record.called?, axis)?;
    Some(view! {
        <li>
            <span class="name">"a thread"</span>
            <span class="track" aria-hidden="true"><span class="wait" style=row.wait></span></span>
            <span class="duration">{row.waited}</span>
        </li>
    })
}

/// The whole in a few sentences.
fn caption(record: &RequestRecord, waits: Option<Waits>) -> impl IntoView + use<> {
    let count = count(&record.loads);
    let end = end_of_loads(record);
    let timeout = round(record.timeout);
    let saved = saved(record, end).map(|sum| {
        let sum = millis(sum);
        format!(" One after another they would have taken {sum}.")
    });
    let waits = waits.map(|waits| match waits {
        Waits::OnThread => " A thread of the site waited meanwhile.",
        Waits::InTask => " No thread waited.",
    });
    view! {
        <strong>{format!("{count} in {}", millis(end))}</strong>
        {format!(", of the {timeout} that the page has.")}
        {saved}
        {waits}
    }
}

/// How many loads and tasks there are: `3 loads`, `1 task`, `2 loads and 1 task`.
fn count(loads: &[LoadRecord]) -> String {
    let tasks = loads.iter().filter(|load| load.kind == LoadKind::Task);
    let tasks = tasks.count();
    let kinds = [(loads.len() - tasks, "load"), (tasks, "task")];
    let counts = kinds.into_iter().filter_map(|(count, kind)| match count {
        0 => None,
        1 => Some(format!("1 {kind}")),
        _ => Some(format!("{count} {kind}s")),
    });
    counts.collect::<Vec<_>>().join(" and ")
}

/// How long the loads took together, when all went well and that is more than the page waited.
fn saved(record: &RequestRecord, end: Duration) -> Option<Duration> {
    let took = |load: &LoadRecord| {
        let complete = load.outcome == Some(LoadOutcome::Complete);
        let took = load.ended?.saturating_sub(load.started?);
        complete.then_some(took)
    };
    let sum: Duration = record.loads.iter().map(took).sum::<Option<_>>()?;
    // Below a tenth it is not worth a sentence.
    (sum > end + end / 10).then_some(sum)
}

/// When the last load ended, or the last thing that is known happened.
fn end_of_loads(record: &RequestRecord) -> Duration {
    let last = |load: &LoadRecord| load.ended.or(load.started).unwrap_or(load.requested);
    record.loads.iter().map(last).max().unwrap_or_default()
}

/// A duration to the millisecond: `1,004 ms`.
pub(crate) fn millis(duration: Duration) -> String {
    match duration.as_millis() {
        0 => "less than 1 ms".to_owned(),
        millis => format!("{} ms", thousands(millis)),
    }
}

/// A duration that somebody chose: `2 s`, `1.5 s`, `600 ms`.
pub(crate) fn round(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_loads_and_tasks() {
        let load = LoadRecord::new("gizmos", Duration::ZERO);
        let mut task = load.clone();
        task.kind = LoadKind::Task;
        assert_eq!(count(std::slice::from_ref(&load)), "1 load");
        assert_eq!(count(&[task.clone(), task.clone()]), "2 tasks");
        assert_eq!(count(&[load.clone(), task, load]), "2 loads and 1 task");
    }

    #[test]
    fn says_durations() {
        assert_eq!(millis(Duration::from_micros(900)), "less than 1 ms");
        assert_eq!(millis(Duration::from_millis(2_003)), "2,003 ms");
        assert_eq!(round(Duration::from_millis(600)), "600 ms");
        assert_eq!(round(Duration::from_millis(1_500)), "1.5 s");
        assert_eq!(round(Duration::from_secs(45)), "45 s");
    }
}
