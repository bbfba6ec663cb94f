//! More visitors than the site can serve.

use crate::{
    error::LoadError,
    figures::{Shared, Times, milliseconds},
    loops::{Load, Numbers},
    options::{Common, duration},
    pool::Connections,
    report::{Report, Value, bytes_for_readers, per_second},
    site::{SiteOptions, Transport},
    stage::Stage,
    visit::{Page, Visit},
};
use clap::Args;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long anybody waits for a turn in overload.
const SHORT_WAIT: Duration = Duration::from_millis(50);

/// How much longer than alone an admitted page may take, its wait for a turn apart: load and server share the processors.
const NOISE: Duration = Duration::from_millis(50);

/// Within which a visitor who is not admitted is told so, at the median: without having waited for a turn.
const AT_ONCE: Duration = Duration::from_millis(20);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many visitors come in a second [default: 3000]
    #[arg(long, value_name = "NUMBER")]
    rate: Option<u32>,

    /// How long they come [default: 30]
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,

    /// How long the catalog takes over the call of each page
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "200ms")]
    wait: Duration,

    /// How many pages the site makes at once. With the wait, this is its capacity [default: 60]
    #[arg(long, value_name = "NUMBER")]
    max_in_flight: Option<usize>,

    /// How many more may wait for their turn [default: that of the framework]
    #[arg(long, value_name = "NUMBER")]
    max_waiting: Option<usize>,

    /// How long they wait for it [default: that of the framework]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    longest_wait: Option<Duration>,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let places = common.or(options.max_in_flight, 60, 10);
    let plan = Plan {
        scenario: "overload",
        what: format!(
            "A page that waits {:?} on a site that makes {places} of them at once",
            options.wait
        ),
        page: Page::Deferred,
        wait: options.wait,
        rate: common.or(options.rate, 3_000, 200),
        seconds: Duration::from_secs(common.or(options.seconds, 30, 3)),
        // The longest wait, and until the last of those who have waited is served.
        burst: Duration::from_secs(common.or(None, 4, 1)),
        best_for: Duration::from_secs(common.or(None, 5, 2)),
        visitors: places,
        of_best: 95,
        more: SHORT_WAIT + NOISE,
        at_once: AT_ONCE,
    };
    plan.run(|site| {
        site.max_in_flight = Some(places);
        site.max_waiting = options.max_waiting;
        site.longest_wait = options.longest_wait;
    })
    .await
}

/// How a site is brought to more than it can do.
pub(super) struct Plan {
    pub(super) scenario: &'static str,
    /// The page and the site, in words.
    pub(super) what: String,
    pub(super) page: Page,
    pub(super) wait: Duration,
    /// How many visitors come in a second, and for how long.
    pub(super) rate: u32,
    pub(super) seconds: Duration,
    /// For how long a burst of visitors may wait, before those who are admitted are as fast as ever.
    pub(super) burst: Duration,
    /// How long, and with how many visitors, the best is measured.
    pub(super) best_for: Duration,
    pub(super) visitors: usize,
    /// How much of the best, in hundredths, has to be completed.
    pub(super) of_best: u32,
    /// How much longer an admitted page may take than at its best.
    pub(super) more: Duration,
    /// In what time who is refused has to know, at the median.
    pub(super) at_once: Duration,
}

impl Plan {
    pub(super) async fn run(
        self,
        configure: impl FnOnce(&mut SiteOptions),
    ) -> Result<Report, LoadError> {
        let Self {
            scenario,
            what,
            page,
            wait,
            rate,
            seconds,
            burst,
            best_for,
            visitors: places,
            of_best,
            more,
            at_once,
        } = self;
        let stage = Stage::start(Transport::Http1, configure).await?;
        let numbers = Numbers::default();
        let load = |connections| {
            let numbers = numbers.clone();
            Load::new(stage.addr(), page, wait, connections, numbers)
        };

        let best = Shared::default();
        let took = load(Connections::kept())
            .closed_for(places, best_for, |seen| seen.record(&best))
            .await;
        let best = best.figures();
        let best_rate = per_second(best.whole, took);

        let before = stage.site.process.resources()?;
        let watch = stage.watch(Duration::from_millis(250))?;
        let (figures, in_time, settled) = (Shared::default(), Shared::default(), Shared::default());
        let begin = Instant::now();
        let seen = {
            let (figures, in_time, settled) = (figures.clone(), in_time.clone(), settled.clone());
            move |seen: crate::loops::Seen| {
                seen.record(&figures);
                if begin.elapsed() <= seconds {
                    seen.record(&in_time);
                }
                if seen.sent >= begin + burst {
                    seen.record(&settled);
                }
            }
        };
        let offered = load(Connections::kept());
        // The visitors who have come last still get their answers, but the time after them is the recovery.
        let (_, recovery) = tokio::join!(offered.open(rate, seconds, seen), async {
            sleep(seconds).await;
            let normal = best.end.percentile(99.0) + Duration::from_millis(20);
            recovery(&load(Connections::kept()), normal).await
        });
        let series = watch.stop().await;
        let after = stage.site.process.resources()?;
        let second = Shared::default();
        let took = load(Connections::kept())
            .closed_for(places, Duration::from_secs(1), |seen| seen.record(&second))
            .await;
        let second = second.figures();

        let (figures, in_time, settled) = (figures.figures(), in_time.figures(), settled.figures());
        let mut report = Report::new(
            scenario,
            format!(
                "{what}: first the best it can do, with {places} visitors; then {rate} visitors a second for {seconds:?}, who \
             come whatever happens to the others."
            ),
        );
        report.figure("best: completed per second", Value::PerSecond(best_rate));
        report.times("best: end", &best.end);
        report.visits("", &figures, seconds);
        let completed = per_second(in_time.whole, seconds);
        report.figure("completed per second, in time", Value::PerSecond(completed));
        report.count(
            "most in flight at once",
            series.most(|usage| usage.requests),
        );
        report.count("most open files of the site", series.files());
        report.runtime(&series);
        report.cpu(&before, &after, figures.whole);
        report.memory(before.resident, series.resident(), after.resident);
        report.time("recovery", recovery);
        let again = per_second(second.whole, took);
        report.figure(
            "completed per second, in the second after",
            Value::PerSecond(again),
        );

        report.check(
            format!("completed per second stays at {of_best} % of the best"),
            completed >= f64::from(of_best) / 100.0 * best_rate,
            format!("{completed:.1}/s of {best_rate:.1}/s"),
        );
        let allowed = best.end.percentile(95.0) + more;
        report.check(
            format!(
                "admitted pages keep their latency after a burst of {burst:?} (p95 below {:.0} ms: the best, and {more:?})",
                milliseconds(allowed)
            ),
            settled.whole > 0 && settled.end.percentile(95.0) <= allowed,
            p(&settled.end),
        );
        let most = at_once + SHORT_WAIT + NOISE;
        report.check(
        format!("who is not admitted gets 503 with Retry-After at once (p50 below {at_once:?}, p99 below {most:?})"),
        settled.refused > 0
            && settled.refusal.percentile(50.0) <= at_once
            && settled.refusal.percentile(99.0) <= most,
        format!("{} refused, {}", settled.refused, p(&settled.refusal)),
    );
        report.check(
            "nobody fails otherwise",
            figures.failed() == 0,
            figures.failed(),
        );
        let early = series.resident_within(Duration::ZERO, seconds / 3);
        let late = series.resident_within(seconds * 2 / 3, Duration::MAX);
        report.check(
            "memory stays flat (the last third: at most 10 % and 10 MB above the first)",
            late <= early + early / 10 + (10 << 20),
            format!(
                "{} after {}",
                bytes_for_readers(late),
                bytes_for_readers(early)
            ),
        );
        report.check(
            "it recovers within a second",
            recovery <= Duration::from_secs(1) && again >= 0.9 * best_rate,
            format!("{:.0} ms, then {again:.1}/s", milliseconds(recovery)),
        );
        Ok(report)
    }
}

/// How long it takes until a visitor has a page as fast as before.
async fn recovery(load: &Load, normal: Duration) -> Duration {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(30) {
        let asked = begin.elapsed();
        if let Visit::Whole(times) = load.visit().await.visit
            && times.end <= normal
        {
            return asked;
        }
        sleep(Duration::from_millis(5)).await;
    }
    begin.elapsed()
}

fn p(times: &Times) -> String {
    Value::Percentiles(times.percentiles()).to_string()
}
