//! What it costs when the connections have a runtime of their own.

use crate::{
    error::LoadError,
    figures::{Figures, Shared, milliseconds},
    loops::{Load, Numbers},
    options::{Common, duration},
    pool::Connections,
    report::{Report, Value, per_second},
    site::SiteOptions,
    stage::{Stage, transport_for},
    visit::Page,
};
use clap::Args;
use std::{collections::BTreeMap, fmt, time::Duration};

/// How many threads the connections have, the first being those of the pages.
const THREADS: [usize; 3] = [0, 1, 2];
/// How many visitors come again and again.
const VISITORS: [usize; 2] = [8, 64];
/// The pages, and how long each waits for the catalog.
const PAGES: [(Page, Duration); 3] = [
    (Page::Empty, Duration::ZERO),
    (Page::Loaded, Duration::from_millis(1)),
    (Page::Deferred, Duration::from_millis(1)),
];

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How often each is measured, in turn [default: 5]
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,

    /// How long each time [default: 2s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    time: Option<Duration>,
}

/// What is measured: places in the lists above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    page: usize,
    visitors: usize,
    threads: usize,
}

impl Case {
    /// Those that are compared stand one after the other.
    fn all() -> impl Iterator<Item = Self> {
        (0..PAGES.len() * VISITORS.len() * THREADS.len()).map(|place| Self {
            page: place / THREADS.len() / VISITORS.len(),
            visitors: place / THREADS.len() % VISITORS.len(),
            threads: place % THREADS.len(),
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (page, _) = PAGES[self.page];
        let (visitors, threads) = (VISITORS[self.visitors], THREADS[self.threads]);
        write!(f, "{}, {visitors} visitors, {threads} threads", page.path())
    }
}

/// One measurement.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    per_second: f64,
    /// Processor time of the site for 1,000 pages, in milliseconds.
    cpu: f64,
    /// In milliseconds.
    p50: f64,
    p99: f64,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let rounds = common.or(options.rounds, 5, 1);
    let time = common.or(
        options.time,
        Duration::from_secs(2),
        Duration::from_millis(200),
    );
    let mut stages = Vec::new();
    for threads in THREADS {
        let transport = transport_for(VISITORS[1]);
        let set = |site: &mut SiteOptions| site.connection_threads = Some(threads);
        stages.push(Stage::start(transport, set).await?);
    }
    let mut all: BTreeMap<Case, Vec<Measured>> = BTreeMap::new();
    let mut failed = 0;
    for _ in 0..rounds {
        for case in Case::all() {
            let (measured, figures) = measure(&stages[case.threads], case, time).await?;
            failed += figures.failed() + figures.refused;
            all.entry(case).or_default().push(measured);
        }
    }

    let mut report = Report::new(
        "threads",
        format!(
            "Visitors come again and again for {time:?}, {rounds} times in turn: to a site without threads of their own for the connections, \
             and with so many. The figures are medians, and so are the ratios, each of two that were measured one after the other."
        ),
    );
    for (case, measured) in &all {
        let name = case.to_string();
        let of = |value: fn(&Measured) -> f64| median(measured.iter().map(value));
        report.figure(&name, Value::PerSecond(of(|one| one.per_second)));
        for (what, value) in [
            ("p50", of(|one| one.p50)),
            ("p99", of(|one| one.p99)),
            ("processor time for 1,000 pages", of(|one| one.cpu)),
        ] {
            report.figure(format!("{name}: {what}"), Value::Milliseconds(value));
        }
        if case.threads == 0 {
            continue;
        }
        let base = &all[&Case {
            threads: 0,
            ..*case
        }];
        let ratio = |value: fn(&Measured) -> f64| {
            let ratios = measured.iter().zip(base);
            Value::Percent(median(ratios.map(|(one, base)| value(one) / value(base))) * 100.0)
        };
        report.figure(
            format!("{name}: pages per second, of those without"),
            ratio(|one| one.per_second),
        );
        report.figure(
            format!("{name}: processor time, of that without"),
            ratio(|one| one.cpu),
        );
    }
    report.check("no page failed or was refused", failed == 0, failed);
    Ok(report)
}

async fn measure(
    stage: &Stage,
    case: Case,
    time: Duration,
) -> Result<(Measured, Figures), LoadError> {
    let (page, wait) = PAGES[case.page];
    let visitors = VISITORS[case.visitors];
    let load = Load::new(
        stage.addr(),
        page,
        wait,
        Connections::kept(),
        Numbers::default(),
    );
    // Connections are made, and what the last one has left behind is over.
    load.closed_for(visitors, time / 8, |_| ()).await;
    let figures = Shared::default();
    let before = stage.site.process.resources()?;
    let took = load
        .closed_for(visitors, time, |seen| seen.record(&figures))
        .await;
    let after = stage.site.process.resources()?;
    let figures = figures.figures();
    let cpu = after.cpu.saturating_sub(before.cpu);
    let end = figures.end.percentiles();
    let pages = u32::try_from(figures.whole).unwrap_or(u32::MAX).max(1);
    let measured = Measured {
        per_second: per_second(figures.whole, took),
        cpu: milliseconds(cpu) * 1_000.0 / f64::from(pages),
        p50: end.p50,
        p99: end.p99,
    };
    Ok((measured, figures))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        _ if values.is_empty() => 0.0,
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}
