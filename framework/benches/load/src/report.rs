//! What a scenario says at its end: as Markdown, and as JSON.

use crate::{
    fault::FaultKind,
    figures::{Faults, Figures, Percentiles, Times, milliseconds},
    process::Resources,
    watch::Series,
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt, fs, thread::available_parallelism, time::Duration};

/// The result of a scenario.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) scenario: &'static str,
    /// What was done, in one sentence.
    pub(crate) about: String,
    /// Where, and how busy that was.
    machine: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) faults: BTreeMap<String, Faults>,
    pub(crate) checks: Vec<Check>,
}

/// A line of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) value: Value,
}

/// A value with its unit, which is its name in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Value {
    Count(u64),
    PerSecond(f64),
    Milliseconds(f64),
    Seconds(f64),
    Bytes(u64),
    Percent(f64),
    /// In milliseconds.
    Percentiles(Percentiles),
}

/// A promise, and whether it was kept.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) promise: String,
    pub(crate) kept: bool,
    /// What was seen.
    pub(crate) seen: String,
}

impl Report {
    pub(crate) fn new(scenario: &'static str, about: String) -> Self {
        Self {
            scenario,
            about,
            machine: machine(),
            figures: Vec::new(),
            faults: BTreeMap::new(),
            checks: Vec::new(),
        }
    }

    /// Whether every promise was kept.
    pub(crate) fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.kept)
    }

    pub(crate) fn figure(&mut self, name: impl Into<String>, value: Value) {
        let name = name.into();
        self.figures.push(Figure { name, value });
    }

    pub(crate) fn count(&mut self, name: impl Into<String>, count: impl TryInto<u64>) {
        self.figure(name, Value::Count(count.try_into().unwrap_or(u64::MAX)));
    }

    pub(crate) fn times(&mut self, name: impl Into<String>, times: &Times) {
        if !times.is_empty() {
            self.figure(name, Value::Percentiles(times.percentiles()));
        }
    }

    /// How late the runtime of the site was, and whether pages began more slowly for it.
    pub(crate) fn runtime(&mut self, series: &Series) {
        let delay = series.most(|usage| usage.admission.delay);
        self.time("latest that the runtime of the site was seen", delay);
        let paced = series.most(|usage| u64::from(usage.admission.paced));
        self.count("pages began more slowly for it (1: yes)", paced);
    }

    pub(crate) fn time(&mut self, name: impl Into<String>, time: Duration) {
        self.figure(name, Value::Milliseconds(milliseconds(time)));
    }

    pub(crate) fn check(
        &mut self,
        promise: impl Into<String>,
        kept: bool,
        seen: impl fmt::Display,
    ) {
        self.checks.push(Check {
            promise: promise.into(),
            kept,
            seen: seen.to_string(),
        });
    }

    /// The figures that every scenario has. `during` is what the visits are called, where there are several kinds.
    pub(crate) fn visits(&mut self, during: &str, figures: &Figures, took: Duration) {
        let name = |name: &str| match during {
            "" => name.to_owned(),
            during => format!("{during}: {name}"),
        };
        self.count(name("offered"), figures.offered);
        self.count(name("completed"), figures.whole);
        self.count(name("refused"), figures.refused);
        self.count(name("failed"), figures.failed());
        self.figure(
            name("completed per second"),
            Value::PerSecond(per_second(figures.whole, took)),
        );
        self.times(name("connect"), &figures.connect);
        self.times(name("first byte"), &figures.first_byte);
        self.times(name("later chunks"), &figures.chunks);
        self.times(name("end"), &figures.end);
        self.times(name("until refused"), &figures.refusal);
        self.faults(during, &figures.faults);
    }

    fn faults(&mut self, during: &str, faults: &BTreeMap<FaultKind, Faults>) {
        for (kind, faults) in faults {
            let name = match during {
                "" => kind.to_string(),
                during => format!("{during}: {kind}"),
            };
            self.faults.insert(name, faults.clone());
        }
    }

    /// The processor time of the site for these pages.
    pub(crate) fn cpu(&mut self, before: &Resources, after: &Resources, pages: u64) {
        let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64();
        self.figure("processor time of the site", Value::Seconds(cpu));
        if pages > 0 {
            let each = cpu / as_f64(pages) * 1_000.0;
            self.figure("processor time for 1,000 pages", Value::Seconds(each));
        }
    }

    /// The resident memory of the site.
    pub(crate) fn memory(&mut self, before: u64, peak: u64, after: u64) {
        self.figure("resident memory before", Value::Bytes(before));
        self.figure("resident memory, most", Value::Bytes(peak));
        self.figure("resident memory after", Value::Bytes(after));
    }
}

pub(crate) fn per_second(count: u64, took: Duration) -> f64 {
    as_f64(count) / took.as_secs_f64().max(0.001)
}

/// For figures, which nobody reads to sixteen digits.
fn as_f64(count: u64) -> f64 {
    count as f64
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.scenario, self.about)?;
        writeln!(f, "{}\n", self.machine)?;
        writeln!(f, "| figure | value |\n|---|---|")?;
        for figure in &self.figures {
            writeln!(f, "| {} | {} |", figure.name, figure.value)?;
        }
        if !self.faults.is_empty() {
            writeln!(f, "\n| fault | count | example |\n|---|---|---|")?;
            for (kind, faults) in &self.faults {
                let example = faults.example.replace('|', "\\|");
                writeln!(f, "| {kind} | {} | {example} |", faults.count)?;
            }
        }
        writeln!(f)?;
        for check in &self.checks {
            let word = if check.kept { "PASS" } else { "FAIL" };
            writeln!(f, "- {word} {}: {}", check.promise, check.seen)?;
        }
        Ok(())
    }
}

/// The processors, which load and server share, and how busy they were in the last minute with everything.
fn machine() -> String {
    let processors = available_parallelism().map_or(1, usize::from);
    let busy = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let busy = busy.split(' ').next().unwrap_or("").to_owned();
    format!(
        "On {processors} processors, which load and server share; load average {busy} at the end."
    )
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::PerSecond(rate) => write!(f, "{rate:.1}/s"),
            Self::Milliseconds(time) => write!(f, "{time:.1} ms"),
            Self::Seconds(time) => write!(f, "{time:.2} s"),
            Self::Percent(percent) => write!(f, "{percent:.1} %"),
            Self::Bytes(bytes) => f.write_str(&bytes_for_readers(*bytes)),
            Self::Percentiles(times) => write!(
                f,
                "p50 {:.1}, p90 {:.1}, p99 {:.1}, max {:.1} ms",
                times.p50, times.p90, times.p99, times.max
            ),
        }
    }
}

/// In kB below a megabyte, which is where what a page takes lies.
pub(crate) fn bytes_for_readers(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{:.1} kB", as_f64(bytes) / 1024.0),
        _ => format!("{:.1} MB", as_f64(bytes) / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fault::Fault, visit::Visit};

    #[test]
    fn shows_figures_faults_and_what_was_not_kept() {
        let mut figures = Figures::default();
        figures.record(&Visit::Refused(Duration::from_millis(2)));
        figures.record(&Visit::Failed(Fault::new(
            FaultKind::Cut,
            "after 3 | bytes",
        )));
        let mut report = Report::new("trial", "Tries.".to_owned());
        report.visits("", &figures, Duration::from_secs(1));
        report.memory(1024, 2 << 20, 0);
        report.check("something is so", true, "it is");
        assert!(report.passed());
        report.check("none failed", false, "1 did");
        assert!(!report.passed());
        let text = report.to_string();
        for part in [
            "## trial",
            "| refused | 1 |",
            "| resident memory, most | 2.0 MB |",
            "| the answer was cut | 1 | after 3 \\| bytes |",
            "- PASS something is so: it is",
            "- FAIL none failed: 1 did",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let json = serde_json::to_value(&report).expect("it can be written");
        assert_eq!(json["figures"][0]["count"], 2);
        assert_eq!(json["checks"][1]["kept"], false);
    }
}
