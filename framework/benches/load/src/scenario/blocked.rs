//! Pages block all threads that there are for pages: what becomes of the others.

use crate::{
    error::LoadError,
    figures::Times,
    options::{Common, duration},
    report::Report,
    site::SiteOptions,
    stage::{Stage, transport_for},
    visit::{Answer, Ask, Connection, Page},
};
use clap::Args;
use http::StatusCode;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// The time of every page.
const TIMEOUT: Duration = Duration::from_secs(1);
/// How long after it a response may end.
const SLACK: Duration = Duration::from_millis(50);
/// Longer than any page has: what waits for this never comes.
const NEVER: Duration = Duration::from_secs(50);
/// How many come before the threads are blocked, and how many while they are.
const VISITORS: u64 = 10;
/// How often it is asked whether the site is alive.
const ALIVE: Duration = Duration::from_millis(50);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many pages block their threads at once, half of them in a part [default: 4]
    #[arg(long, value_name = "NUMBER")]
    pages: Option<u64>,

    /// How long each [default: 3s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    block: Option<Duration>,

    /// How many threads of their own the connections have; with 0 none, and the promises are not kept [default: 1]
    #[arg(long, value_name = "NUMBER")]
    connection_threads: Option<usize>,

    /// How often [default: 3]
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,
}

/// What was seen.
#[derive(Debug, Default)]
struct Seen {
    /// Pages whose beginning was sent when the threads were blocked.
    begun_head: Times,
    begun_end: Times,
    /// Those that came then.
    come_end: Times,
    statuses: BTreeMap<StatusCode, u64>,
    alive: Times,
    unanswered: u64,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let pages = common.or(options.pages, 4, 4);
    let block = common.or(
        options.block,
        Duration::from_secs(3),
        Duration::from_secs(2),
    );
    let threads = common.or(options.connection_threads, 1, 1);
    let rounds = common.or(options.rounds, 3, 1);
    let set = |site: &mut SiteOptions| {
        site.timeout = TIMEOUT;
        site.connection_threads = Some(threads);
    };
    let stage = Stage::start(transport_for(100), set).await?;
    let mut seen = Seen::default();
    for _ in 0..rounds {
        round(stage.addr(), pages, block, &mut seen).await;
    }

    let mut report = Report::new(
        "blocked",
        format!(
            "{rounds} times {pages} pages block their threads for {block:?}, more than there are for pages; the connections have {threads} \
             of their own. {VISITORS} pages were begun before, as many come then. All of them have {TIMEOUT:?}, and what they wait for never comes."
        ),
    );
    report.times("begun before: first byte", &seen.begun_head);
    report.times("begun before: end", &seen.begun_end);
    report.times("come while it is blocked: end", &seen.come_end);
    for (status, count) in &seen.statuses {
        report.count(
            format!("come while it is blocked: {}", status.as_u16()),
            *count,
        );
    }
    report.times("/healthz", &seen.alive);
    report.count("without an answer", seen.unanswered);
    let limit = TIMEOUT + SLACK;
    let ends = [
        ("pages that were begun end on time", &seen.begun_end, limit),
        (
            "pages that come are answered on time",
            &seen.come_end,
            limit,
        ),
        ("/healthz answers on time", &seen.alive, SLACK),
    ];
    for (promise, times, limit) in ends {
        let last = times.percentile(100.0);
        report.check(promise, last <= limit, format!("{last:?} at the latest"));
    }
    report.check("all are answered", seen.unanswered == 0, seen.unanswered);
    Ok(report)
}

async fn round(addr: SocketAddr, pages: u64, block: Duration, seen: &mut Seen) {
    let mut begun = JoinSet::new();
    for number in 0..VISITORS {
        begun.spawn(visit(addr, Ask::new(addr, Page::Deferred, number, NEVER)));
    }
    sleep(Duration::from_millis(200)).await;
    let mut blocked = JoinSet::new();
    for number in 0..pages {
        let page = match number % 2 {
            0 => Page::Blocked,
            _ => Page::BlockedPart,
        };
        blocked.spawn(visit(addr, Ask::new(addr, page, number, block)));
    }
    sleep(Duration::from_millis(100)).await;
    let mut come = JoinSet::new();
    for number in 0..VISITORS {
        let page = match number % 2 {
            0 => Page::Loaded,
            _ => Page::Deferred,
        };
        come.spawn(visit(addr, Ask::new(addr, page, number, NEVER)));
    }
    let mut alive = JoinSet::new();
    let begin = Instant::now();
    while begin.elapsed() < block {
        alive.spawn(visit(addr, Ask::path(addr, "/healthz")));
        sleep(ALIVE).await;
    }
    while let Some(answer) = begun.join_next().await {
        match answer {
            Ok(Some(answer)) => {
                seen.begun_head.record(answer.times.head);
                seen.begun_end.record(answer.times.end);
            }
            _ => seen.unanswered += 1,
        }
    }
    while let Some(answer) = come.join_next().await {
        match answer {
            Ok(Some(answer)) => {
                seen.come_end.record(answer.times.end);
                *seen.statuses.entry(answer.status).or_default() += 1;
            }
            _ => seen.unanswered += 1,
        }
    }
    while let Some(answer) = alive.join_next().await {
        match answer {
            Ok(Some(answer)) => seen.alive.record(answer.times.end),
            _ => seen.unanswered += 1,
        }
    }
    while blocked.join_next().await.is_some() {}
    // What is blocked in a task that nobody waits for any more is over, too.
    sleep(block).await;
}

/// One visit on a connection of its own; `None` when there was no answer, or only a part of one.
async fn visit(addr: SocketAddr, ask: Ask) -> Option<Answer> {
    let mut connection = Connection::open(addr).await.ok()?;
    connection.see(&ask).await.ok()
}
