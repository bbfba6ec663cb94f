//! Connections that cost the site something and get nowhere.

mod bad;

use crate::{
    error::LoadError,
    figures::{Figures, Shared, milliseconds},
    loops::{Load, Numbers},
    options::{Common, duration},
    pool::Connections,
    report::{Report, Value},
    site::Transport,
    stage::Stage,
    usage::Usage,
    visit::Page,
};
use bad::Bad;
use clap::Args;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// How much slower the page of others may be: load and server share the processors.
const NOISE: Duration = Duration::from_millis(50);

/// How long after its time what is bad may still be there.
const LATE: Duration = Duration::from_secs(1);

/// How long the page of the ordinary visitors waits.
const WAIT: Duration = Duration::from_millis(50);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many connections send a byte of their request's head each second [default: 1000]
    #[arg(long, value_name = "NUMBER")]
    slowloris: Option<usize>,

    /// How many visitors ask for a long page and do not read it [default: 1000]
    #[arg(long, value_name = "NUMBER")]
    stalled: Option<usize>,

    /// How many ordinary visitors come in a second [default: 50]
    #[arg(long, value_name = "NUMBER")]
    rate: Option<u32>,

    /// How long the ordinary visitors come before the others do [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    alone: Option<Duration>,

    /// The time over which the slow ones come. Their pages cost time to make, which is not what is measured [default: 8s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    ramp: Option<Duration>,

    /// The time of a page. It is longer than the ramp, so that all stall at once [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,

    /// How long after it a reader may stall [default: 2s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    drain: Option<Duration>,

    /// How long the head of a request may take. It is longer than the ramp [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    header_time: Option<Duration>,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let ms = Duration::from_millis;
    let slowloris = common.or(options.slowloris, 1_000, 50);
    let stalled = common.or(options.stalled, 1_000, 20);
    let rate = common.or(options.rate, 50, 20);
    let alone = common.or(options.alone, ms(5_000), ms(1_000));
    let ramp = common.or(options.ramp, ms(8_000), ms(1_000));
    let timeout = common.or(options.timeout, ms(10_000), ms(2_500));
    let drain = common.or(options.drain, ms(2_000), ms(500));
    let header_time = common.or(options.header_time, ms(10_000), ms(2_000));
    // The connections that a client over HTTP/1.1 keeps to the catalog would be open files beside those of readers.
    let stage = Stage::start(Transport::Http2, |site| {
        site.timeout = timeout;
        site.drain = drain;
        site.header_time = Some(header_time);
        site.max_in_flight = Some(stalled + 200);
        site.longest_wait = common.longest_wait();
    })
    .await?;
    let numbers = Numbers::default();
    let ordinary = Load::new(
        stage.addr(),
        Page::Deferred,
        WAIT,
        Connections::New,
        numbers.clone(),
    );

    let before = Shared::default();
    let watch = stage.watch(ms(50))?;
    let seen = before.clone();
    ordinary
        .open(rate, alone, move |visit| visit.record(&seen))
        .await;
    let series = watch.stop().await;
    let (before, usual) = (before.figures(), series.most(|usage| usage.requests));
    let resources = stage.site.process.resources()?;

    let watch = stage.watch(ms(100))?;
    let (released, closed) = (timeout + drain + LATE, header_time + LATE);
    let beside = ramp + released.max(closed) + LATE;
    let during = Shared::default();
    let seen = during.clone();
    let bad = async {
        let bad = Bad::come(stage.addr(), slowloris, stalled, ramp, &numbers).await;
        // The last of them have come by now, so each has its time from here on at the latest.
        let from = Instant::now();
        let files = stage.site.process.resources()?.files;
        let there = files.saturating_sub(bad.open_slowloris());
        let (held, heads) = tokio::join!(
            async {
                sleep_until(from + released).await;
                let open = bad.open_slowloris();
                let files = stage.site.process.resources()?.files;
                let usage = stage.usage().await?;
                Ok::<_, LoadError>((usage, files.saturating_sub(open)))
            },
            async {
                sleep_until(from + closed).await;
                bad.open_slowloris()
            }
        );
        let (usage, files) = held?;
        Ok::<_, LoadError>(Seen {
            bad,
            there,
            usage,
            files,
            heads,
        })
    };
    let ((), bad) = tokio::join!(
        ordinary.open(rate, beside, move |visit| visit.record(&seen)),
        bad
    );
    let Seen {
        bad,
        there,
        usage,
        files,
        heads: held,
    } = bad?;
    let connected = bad.connected();
    let stalled_held = bad.open_stalled().await;
    drop(bad);
    sleep(LATE).await;
    let series = watch.stop().await;
    let (end, left) = (stage.site.process.resources()?, stage.usage().await?);

    let during = during.figures();
    let most = series.most(|usage| usage.requests);
    let mut report = Report::new(
        "slow",
        format!(
            "{rate} ordinary visitors a second, first alone for {alone:?}, then beside {slowloris} connections that send a \
             byte of a request's head each second, and {stalled} visitors who ask for a document of 2 MB and do not read \
             it, all of whom come within {ramp:?}. The site calls the catalog over http2. A page has {timeout:?}, a stalled reader {drain:?} more, a head \
             {header_time:?}."
        ),
    );
    report.visits("alone", &before, alone);
    report.visits("beside the slow", &during, beside);
    report.count("connections with slow heads", connected.0);
    report.count("readers who stall", connected.1);
    report.count("most in flight, alone", usual);
    report.count("most in flight, beside the slow", most);
    report.count("in flight at deadline, drain and a second", usage.requests);
    report.count("most open files of the site", series.files());
    report.count("open files of the site at the end", end.files);
    report.cpu(&resources, &end, during.whole);
    report.memory(resources.resident, series.resident(), end.resident);
    let taken = series.resident().saturating_sub(resources.resident);
    let each = taken / u64::try_from(stalled).unwrap_or(1).max(1);
    report.figure("resident memory per stalled reader", Value::Bytes(each));

    let (quiet, beside) = (p99(&before), p99(&during));
    report.check(
        format!("other visitors notice nothing (p99 at most {NOISE:?} more)"),
        during.whole > 0 && beside <= quiet + NOISE,
        format!(
            "{:.1} ms after {:.1} ms, {:.2} times as much",
            milliseconds(beside),
            milliseconds(quiet),
            beside.as_secs_f64() / quiet.as_secs_f64().max(0.001)
        ),
    );
    let failed = before.failed() + during.failed() + before.refused + during.refused;
    report.check("no other visitor fails", failed == 0, failed);
    let stalling = there.saturating_sub(resources.files);
    report.check(
        "all readers stall at once, so that there is something to be released",
        connected.1 == stalled && stalling >= stalled,
        format!("{stalling} connections more than alone"),
    );
    let ordinary = usual + 5;
    let admitted = usage.admission.in_flight;
    report.check(
        "what stalled readers held is released at deadline and drain",
        usage.requests.max(usage.owners).max(usage.loads).max(admitted) <= ordinary
            && files <= resources.files + 2 * ordinary,
        format!(
            "a second later {} connections more than alone, {usage:?}, alone at most {usual} in flight",
            files.saturating_sub(resources.files)
        ),
    );
    report.check(
        "the connections of stalled readers are closed",
        stalled_held == 0,
        format!("{stalled_held} are open"),
    );
    report.check(
        "slow heads are cut off in time",
        held == 0,
        format!("{held} of {slowloris} connections are open after {closed:?}"),
    );
    report.check(
        "nothing is left at the end",
        left.held() == 0,
        format!("{left:?}"),
    );
    Ok(report)
}

/// What is seen of the slow ones. The connections with slow heads are not among the open files.
#[derive(Debug)]
struct Seen {
    bad: Bad,
    /// The open files of the site when all of them had come.
    there: usize,
    /// What the site has a second after the time of stalled readers, and its open files.
    usage: Usage,
    files: usize,
    /// The slow heads that are not cut off a second after their time.
    heads: usize,
}

/// The time until the end, and until there was a connection.
fn p99(figures: &Figures) -> Duration {
    figures.end.percentile(99.0) + figures.connect.percentile(99.0)
}
