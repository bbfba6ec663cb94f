//! Visitors who leave before their page is there.

use crate::{
    error::LoadError,
    figures::Shared,
    loops::Numbers,
    options::{Common, duration},
    report::{Report, bytes_for_readers},
    site::Transport,
    stage::Stage,
    usage::{Stats, Usage},
    visit::{Ask, Connection, Leave, Page, Visit},
};
use clap::Args;
use rand::RngExt as _;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

/// How many connections are being made at once.
const CONNECTING: usize = 500;

/// How long after the last visitor of a round nothing may be left of it.
const SETTLED: Duration = Duration::from_millis(500);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many visitors come in a round [default: 5000]
    #[arg(long, value_name = "NUMBER")]
    visitors: Option<usize>,

    /// How many rounds there are, four at least [default: 10]
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,

    /// How long the catalog takes over the call of each page [default: 2s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    wait: Option<Duration>,

    /// Visitors leave at a random time up to this [default: 2.5s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    longest: Option<Duration>,
}

/// What is there after a round.
#[derive(Clone, Copy, Debug)]
struct After {
    usage: Usage,
    stats: Stats,
    resident: u64,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let ms = Duration::from_millis;
    let visitors = common.or(options.visitors, 5_000, 100);
    let rounds = common.or(options.rounds, 10, 4).max(4);
    let wait = common.or(options.wait, ms(2_000), ms(400));
    let longest = common.or(options.longest, ms(2_500), ms(500));
    // Over HTTP/1.1 the site keeps a connection to the catalog, which is a task, for every call that was answered: what is
    // left of visitors could not be told from what the client of the catalog keeps.
    let stage = Stage::start(Transport::Http2, |site| {
        site.timeout = wait + ms(1_000);
        site.max_in_flight = Some(visitors + 100);
        site.longest_wait = common.longest_wait();
    })
    .await?;
    // What watches is there in each count of the tasks.
    let watch = stage.watch(ms(100))?;
    let round = |longest| Round {
        addr: stage.addr(),
        visitors,
        wait,
        longest,
    };
    let (numbers, figures, left) = (Numbers::default(), Shared::default(), Arc::default());
    // In a round before the others everybody stays, so that the memory for as many pages has been taken once. The
    // allocator of the system keeps it, and how much of it a round takes again is chance.
    round(None)
        .play(&numbers, &Shared::default(), &Arc::default())
        .await;
    sleep(SETTLED).await;
    let base = stage.usage().await?;
    let before = stage.site.process.resources()?;
    let begin = Instant::now();
    let mut after = Vec::new();
    for _ in 0..rounds {
        round(Some(longest)).play(&numbers, &figures, &left).await;
        sleep(SETTLED).await;
        after.push(After {
            usage: stage.usage().await?,
            stats: stage.stats().await?,
            resident: stage.site.process.resources()?.resident,
        });
    }
    let took = begin.elapsed();
    let series = watch.stop().await;
    let end = stage.site.process.resources()?;
    let figures = figures.figures();
    let left = left.load(SeqCst);

    let mut report = Report::new(
        "leaving",
        format!(
            "{rounds} rounds of {visitors} visitors, each of whom leaves at a random time up to {longest:?}, every other \
             one with a reset; the page waits {wait:?} for the catalog, which the site calls over {}. In a round before \
             them everybody stays.",
            stage.transport
        ),
    );
    report.visits("stayed", &figures, took);
    report.count("left", left);
    report.count(
        "most in flight at once",
        series.most(|usage| usage.requests),
    );
    report.count("most loads at once", series.most(|usage| usage.loads));
    report.count("most tasks at once", series.most(|usage| usage.tasks));
    report.count(
        "calls that the catalog saw cancelled",
        after.last().map_or(0, |after| after.stats.cancelled),
    );
    report.cpu(&before, &end, figures.whole + left);
    report.memory(before.resident, series.resident(), end.resident);
    let all = |of: &dyn Fn(&After) -> u64| after.iter().map(of).collect::<Vec<_>>();
    let of_usage =
        |of: fn(&Usage) -> usize| all(&|after| u64::try_from(of(&after.usage)).unwrap_or(u64::MAX));
    let mut none = |what: &str, counts: Vec<u64>| {
        let promise = format!("{SETTLED:?} after each round, {what}");
        report.check(
            promise,
            counts.iter().all(|&count| count == 0),
            format!("{counts:?}"),
        );
    };
    none("no load runs", of_usage(|usage| usage.loads));
    none("nothing has a request", of_usage(|usage| usage.requests));
    none("no owner is left", of_usage(|usage| usage.owners));
    none(
        "no permit is left",
        of_usage(|usage| usage.admission.held()),
    );
    none(
        "no work is left on threads or after responses",
        of_usage(|usage| usage.blocking + usage.after_response),
    );
    none(
        "no call waits in the catalog",
        all(&|after| after.stats.in_flight),
    );
    let tasks = of_usage(|usage| usage.tasks);
    let base = u64::try_from(base.tasks).unwrap_or(u64::MAX);
    report.check(
        format!("{SETTLED:?} after each round, there are as many tasks as before ({base})"),
        tasks.iter().all(|&tasks| tasks <= base),
        format!("{tasks:?}"),
    );
    report.check(
        "nobody who stayed has a broken page",
        figures.failed() == 0,
        figures.failed(),
    );
    let resident: Vec<u64> = all(&|after| after.resident);
    let (third, last) = (resident[2], resident[resident.len() - 1]);
    report.check(
        "memory does not grow (after the last round: at most 10 % and 5 MB above the third)",
        last <= third + third / 10 + (5 << 20),
        format!(
            "{} after {}, of {:?} MB",
            bytes_for_readers(last),
            bytes_for_readers(third),
            resident.iter().map(|bytes| bytes >> 20).collect::<Vec<_>>()
        ),
    );
    Ok(report)
}

/// Visitors who come at once.
#[derive(Clone, Copy, Debug)]
struct Round {
    addr: SocketAddr,
    visitors: usize,
    wait: Duration,
    /// They leave at a random time up to this; or not.
    longest: Option<Duration>,
}

impl Round {
    /// Ends when the last of them is gone.
    async fn play(self, numbers: &Numbers, figures: &Shared, left: &Arc<AtomicU64>) {
        let connecting = Arc::new(Semaphore::new(CONNECTING));
        let mut visits = JoinSet::new();
        for _ in 0..self.visitors {
            let leaves = self.longest.map(|longest| {
                let part = rand::rng().random_range(0.0..1.0);
                longest.mul_f64(part)
            });
            let visitor = Visitor {
                addr: self.addr,
                number: numbers.next(),
                wait: self.wait,
                leaves: leaves.unwrap_or(Duration::MAX),
                connecting: connecting.clone(),
                figures: figures.clone(),
                left: left.clone(),
            };
            visits.spawn(visitor.come());
        }
        while visits.join_next().await.is_some() {}
    }
}

/// Somebody who leaves.
struct Visitor {
    addr: SocketAddr,
    number: u64,
    wait: Duration,
    leaves: Duration,
    connecting: Arc<Semaphore>,
    figures: Shared,
    left: Arc<AtomicU64>,
}

impl Visitor {
    async fn come(self) {
        let ask = Ask::new(self.addr, Page::Deferred, self.number, self.wait);
        let leave = match self.number % 2 {
            0 => Leave::Close,
            _ => Leave::Reset,
        };
        // It is never closed.
        let turn = self.connecting.acquire().await;
        let connection = Connection::open_to_leave(self.addr, leave).await;
        drop(turn);
        let mut connection = match connection {
            Ok(connection) => connection,
            Err(fault) => return self.figures.record(&Visit::Failed(fault)),
        };
        match timeout(self.leaves, connection.visit(&ask)).await {
            Ok(visit) => self.figures.record(&visit),
            Err(_) => {
                self.left.fetch_add(1, SeqCst);
            }
        }
    }
}
