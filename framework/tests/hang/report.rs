//! What has come of a run, as a table.

use crate::{
    check::{Fault, Verdict},
    way::{Kind, Way},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, Once, PoisonError},
};

/// How long after the deadline half of the responses that are late may end, in microseconds, beyond what the
/// runtime itself is late.
const MEDIAN: i64 = 50_000;

/// What the runtimes of this test call their threads.
pub(crate) const THREADS: &str = "hang";

/// Whose panics have been caught, and how many.
static PANICS: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// Counts panics on the threads of these tests, of which many are there on purpose, in place of printing them.
pub(crate) fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let other = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(THREADS) {
                return other(panic);
            }
            let text = panic.payload_as_str().unwrap_or("no text");
            let text: String = text.chars().take(100).collect();
            let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
            *panics.entry(text).or_default() += 1;
        }));
    });
}

/// What has come of the responses of one page.
#[derive(Default)]
struct Row {
    responses: usize,
    hung: usize,
    truncated: usize,
    order: usize,
    foreign: usize,
    left: usize,
    fallbacks: usize,
    late: usize,
    /// End minus deadline, in microseconds.
    ends: Vec<i64>,
    /// What was wrong first.
    example: Option<String>,
}

/// What has come of all.
pub(crate) struct Report {
    workers: usize,
    rows: Vec<(Way, Row)>,
    /// By how much the runtime was late with other things, in microseconds.
    pub(crate) lags: Vec<i64>,
}

impl Report {
    pub(crate) fn new(workers: usize, ways: &[Way]) -> Self {
        let rows = ways.iter().map(|way| (*way, Row::default())).collect();
        let lags = Vec::new();
        Self {
            workers,
            rows,
            lags,
        }
    }

    fn row(&mut self, path: &str) -> &mut Row {
        let row = self.rows.iter_mut().find(|(way, _)| way.path == path);
        &mut row.unwrap().1
    }

    /// A response has ended at this time after its deadline (or before it).
    pub(crate) fn ended(&mut self, path: &str, verdict: Verdict, end: i64) {
        let row = self.row(path);
        row.responses += 1;
        row.ends.push(end);
        row.fallbacks += usize::from(verdict.shows_fallback);
        row.late += usize::from(verdict.is_late);
        for (fault, text) in verdict.faults {
            row.count(fault);
            row.example.get_or_insert(format!("{fault:?}: {text}"));
        }
    }

    /// A response has not ended.
    pub(crate) fn hung(&mut self, path: &str) {
        let row = self.row(path);
        row.responses += 1;
        row.count(Fault::Hung);
    }

    /// The request is over and something of it is there.
    pub(crate) fn left(&mut self, path: &str, what: &str) {
        let row = self.row(path);
        row.left += 1;
        row.example.get_or_insert(format!("left: {what}"));
    }

    pub(crate) fn print(&self) {
        println!("\n{} workers", self.workers);
        println!(
            "{:<24}{:>8}{:>9}{:>6}{:>6}{:>10}{:>7}{:>9}{:>6} | end minus deadline, ms: {:>8}{:>9}{:>9}",
            "page",
            "answers",
            "fallback",
            "504",
            "hung",
            "truncated",
            "order",
            "foreign",
            "left",
            "p50",
            "p99",
            "max"
        );
        let mut all = Row::default();
        for (way, row) in &self.rows {
            row.print(way.path);
            all.add(row);
        }
        all.print("all");
        self.late().print("at the deadline");
        self.lag().print("lag of the runtime");
        let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        for (text, count) in &*panics {
            println!("{count:>8} times a panic so far: {text}");
        }
    }

    /// The responses that ended at their deadlines.
    fn late(&self) -> Row {
        let ends = self.rows.iter().flat_map(|(_, row)| &row.ends);
        Row::of_ends(ends.copied().filter(|end| *end >= 0).collect())
    }

    fn lag(&self) -> Row {
        Row::of_ends(self.lags.clone())
    }

    #[track_caller]
    pub(crate) fn assert_nothing_is_wrong(&self) {
        let wrong = |(way, row): &(Way, Row)| row.wrong(way);
        let mut wrong: Vec<_> = self.rows.iter().filter_map(wrong).collect();
        let (late, lag) = (self.late().part(50), self.lag().part(99));
        if late > MEDIAN + lag {
            wrong.push(format!(
                "half of what is late ends {late} us after the deadline or later; the runtime's own lag is {lag} us"
            ));
        }
        assert!(
            wrong.is_empty(),
            "{} workers: {} pages went wrong\n{}",
            self.workers,
            wrong.len(),
            wrong.join("\n")
        );
    }
}

impl Row {
    fn of_ends(ends: Vec<i64>) -> Self {
        Self {
            responses: ends.len(),
            ends,
            ..Self::default()
        }
    }

    fn count(&mut self, fault: Fault) {
        *match fault {
            Fault::Hung => &mut self.hung,
            Fault::Truncated => &mut self.truncated,
            Fault::Order => &mut self.order,
            Fault::Foreign => &mut self.foreign,
        } += 1;
    }

    fn add(&mut self, other: &Self) {
        self.responses += other.responses;
        self.hung += other.hung;
        self.truncated += other.truncated;
        self.order += other.order;
        self.foreign += other.foreign;
        self.left += other.left;
        self.fallbacks += other.fallbacks;
        self.late += other.late;
        self.ends.extend(&other.ends);
    }

    /// The end that this part of the responses has not passed.
    fn part(&self, hundredths: usize) -> i64 {
        let mut ends = self.ends.clone();
        ends.sort_unstable();
        let at = (ends.len() * hundredths).div_ceil(100).max(1) - 1;
        ends.get(at).copied().unwrap_or_default()
    }

    fn print(&self, name: &str) {
        let ms = |hundredths| self.part(hundredths) as f64 / 1000.0;
        println!(
            "{name:<24}{:>8}{:>9}{:>6}{:>6}{:>10}{:>7}{:>9}{:>6} | {:>24}{:>8.1}{:>9.1}{:>9.1}",
            self.responses,
            self.fallbacks,
            self.late,
            self.hung,
            self.truncated,
            self.order,
            self.foreign,
            self.left,
            "",
            ms(50),
            ms(99),
            ms(100)
        );
    }

    fn wrong(&self, way: &Way) -> Option<String> {
        let mut wrong = Vec::new();
        for (count, what) in [
            (self.hung, "hung"),
            (self.truncated, "truncated"),
            (self.order, "in the wrong order"),
            (self.foreign, "with something foreign"),
            (self.left, "left something behind"),
        ] {
            if count > 0 {
                wrong.push(format!("{count} {what}"));
            }
        }
        if self.responses == 0 && way.kind != Kind::Blocks {
            wrong.push("never asked for".to_owned());
        }
        let example = self.example.as_deref().unwrap_or_default();
        (!wrong.is_empty()).then(|| {
            format!(
                "{}: of {} responses {}; {example}",
                way.path,
                self.responses,
                wrong.join(", ")
            )
        })
    }
}
