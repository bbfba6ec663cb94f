//! Many pages wait at once.

use crate::{
    error::LoadError,
    fault::Fault,
    figures::Shared,
    options::{Common, duration},
    report::{Report, Value},
    stage::{Stage, transport_for},
    visit::{Ask, Connection, Page},
};
use clap::Args;
use futures::{StreamExt as _, stream};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// How many connections are being made at once: well below what the system keeps for a listener.
const CONNECTING: usize = 500;

/// What the number of visits begins with, above those of the warm-up.
const FIRST: u64 = 1_000;

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many visitors wait at once [default: 10000]
    #[arg(long, value_name = "NUMBER")]
    visitors: Option<usize>,

    /// How long the catalog takes over the call of each page [default: 2s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    wait: Option<Duration>,

    /// The time over which the requests are sent. It is shorter than the wait [default: 1s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    ramp: Option<Duration>,

    /// Which page is asked for
    #[arg(long, default_value = "deferred")]
    page: Page,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let ms = Duration::from_millis;
    let visitors = common.or(options.visitors, 10_000, 100);
    let wait = common.or(options.wait, ms(2_000), ms(1_000));
    let ramp = common.or(options.ramp, ms(1_000), ms(200));
    let transport = transport_for(visitors);
    let stage = Stage::start(transport, |site| {
        site.max_in_flight = Some(visitors + 100);
        site.longest_wait = common.longest_wait();
    })
    .await?;

    let before = stage.site.process.resources()?;
    let watch = stage.watch(ms(50))?;
    let connections = connect(stage.addr(), visitors).await?;
    let connected = stage.site.process.resources()?;
    let figures = Shared::default();
    let begin = Instant::now();
    let mut visits = JoinSet::new();
    for (number, mut connection) in (FIRST..).zip(connections) {
        let ask = Ask::new(stage.addr(), options.page, number, wait);
        let place = u32::try_from(number - FIRST).unwrap_or(u32::MAX);
        let due = ramp * place / u32::try_from(visitors).unwrap_or(u32::MAX).max(1);
        let figures = figures.clone();
        visits.spawn(async move {
            sleep(due).await;
            let visit = connection.visit(&ask).await;
            figures.with(|figures| {
                figures.record(&visit);
                if let Some(connect) = connection.connect {
                    figures.connect.record(connect);
                }
            });
        });
    }
    while visits.join_next().await.is_some() {}
    let took = begin.elapsed();
    // The last connections are closed, and what was in flight is gone.
    sleep(ms(500)).await;
    let series = watch.stop().await;
    let (after, usage) = (stage.site.process.resources()?, stage.usage().await?);

    let figures = figures.figures();
    let in_flight = series.most(|usage| usage.requests);
    let peak = series.resident();
    let mut report = Report::new(
        "waiting",
        format!(
            "{visitors} visitors on connections of their own ask for {} within {ramp:?}; each page waits {wait:?} for the \
             catalog, which the site calls over {transport}.",
            options.page.path()
        ),
    );
    report.visits("", &figures, took);
    report.figure(
        "all had their page after",
        Value::Seconds(took.as_secs_f64()),
    );
    report.count("most in flight at once", in_flight);
    report.count("most tasks of the site", series.most(|usage| usage.tasks));
    report.count("most open files of the site", series.files());
    report.runtime(&series);
    report.cpu(&before, &after, figures.whole);
    report.memory(before.resident, peak, after.resident);
    let each = |bytes: u64| bytes / u64::try_from(in_flight).unwrap_or(1).max(1);
    let idle = each(connected.resident.saturating_sub(before.resident));
    let waiting = each(peak.saturating_sub(before.resident));
    report.figure(
        "resident memory per connection without a request",
        Value::Bytes(idle),
    );
    report.figure("resident memory per waiting page", Value::Bytes(waiting));

    let whole = usize::try_from(figures.whole).unwrap_or(usize::MAX);
    report.check(
        "all pages are complete",
        whole == visitors,
        format!("{whole} of {visitors}"),
    );
    report.check(
        "all of them are in flight at once",
        in_flight >= visitors,
        format!("{in_flight} of {visitors}"),
    );
    report.check(
        "nothing is left of them",
        usage.held() == 0,
        format!("{usage:?}"),
    );
    Ok(report)
}

/// Connects all visitors, a few at a time.
async fn connect(addr: SocketAddr, visitors: usize) -> Result<Vec<Connection>, LoadError> {
    let connections = stream::iter(0..visitors).map(|_| Connection::open(addr));
    let connections = connections.buffer_unordered(CONNECTING);
    let connections: Vec<Result<Connection, Fault>> = connections.collect().await;
    let connections: Result<_, Fault> = connections.into_iter().collect();
    connections.map_err(|fault| LoadError::Connect {
        visitors,
        reason: fault.seen,
    })
}
