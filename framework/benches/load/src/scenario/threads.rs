//! What it costs when the connections have a runtime of their own.

use crate::{
    error::LoadError,
    figures::{Figures, Shared, milliseconds},
    loops::{Load, Numbers},
    options::{Common, duration},
    pool::Connections,
    report::{Report, Value, per_second},
    stage::{Stage, transport_for},
    visit::Page,
};
use clap::Args;
use std::{collections::BTreeMap, time::Duration};

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
        let set = |site: &mut crate::site::SiteOptions| site.connection_threads = Some(threads);
        stages.push(Stage::start(transport, set).await?);
    }
    let mut all: BTreeMap<(usize, usize, usize), Vec<Measured>> = BTreeMap::new();
    let mut failed = 0;
    for _ in 0..rounds {
        for (page, _) in PAGES.iter().enumerate() {
            for (visitors, _) in VISITORS.iter().enumerate() {
                for (place, stage) in stages.iter().enumerate() {
                    let (measured, figures) =
                        measure(stage, page, VISITORS[visitors], time).await?;
                    failed += figures.failed() + figures.refused;
                    all.entry((page, visitors, place))
                        .or_default()
                        .push(measured);
                }
            }
        }
    }

    let mut report = Report::new(
        "threads",
        format!(
            "Visitors come again and again for {time:?}, {rounds} times in turn: to a site without threads of their own for the connections, \
             and with so many. The figures are medians, the ratios those within a round."
        ),
    );
    for ((page, visitors, place), measured) in &all {
        let (page_name, threads) = (PAGES[*page].0.path(), THREADS[*place]);
        let name = format!(
            "{page_name}, {} visitors, {threads} threads",
            VISITORS[*visitors]
        );
        let of = |value: fn(&Measured) -> f64| median(measured.iter().map(value));
        report.figure(&name, Value::PerSecond(of(|one| one.per_second)));
        report.figure(
            format!("{name}: p50"),
            Value::Milliseconds(of(|one| one.p50)),
        );
        report.figure(
            format!("{name}: p99"),
            Value::Milliseconds(of(|one| one.p99)),
        );
        let cpu = of(|one| one.cpu);
        report.figure(
            format!("{name}: processor time for 1,000 pages"),
            Value::Milliseconds(cpu),
        );
        let base = &all[&(*page, *visitors, 0)];
        let ratio = |value: fn(&Measured) -> f64| {
            let ratios = measured.iter().zip(base);
            median(ratios.map(|(one, base)| value(one) / value(base))) * 100.0
        };
        if *place > 0 {
            report.figure(
                format!("{name}: pages per second, of those without"),
                Value::Percent(ratio(|one| one.per_second)),
            );
            report.figure(
                format!("{name}: processor time, of that without"),
                Value::Percent(ratio(|one| one.cpu)),
            );
        }
    }
    report.check("no page failed or was refused", failed == 0, failed);
    Ok(report)
}

async fn measure(
    stage: &Stage,
    page: usize,
    visitors: usize,
    time: Duration,
) -> Result<(Measured, Figures), LoadError> {
    let (page, wait) = PAGES[page];
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
