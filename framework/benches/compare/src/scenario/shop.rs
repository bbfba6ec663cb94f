//! Rendering and serving: the pages of a shop, whose data is there.

use crate::{
    client::Visitor,
    error::CompareError,
    server::{Contender, Server},
    shop::PAGES,
    table::{Table, median, milliseconds},
};
use clap::Args;
use punctual_load::figures::Times;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How long a server is asked before its turn.
const WARM_UP: Duration = Duration::from_millis(500);

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct ShopOptions {
    /// Visitors at once, each of whom asks again when its page is there
    #[arg(long, default_value_t = 16)]
    visitors: usize,
    /// How often each contender has its turn
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of a turn
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Only these contenders
    #[arg(long)]
    only: Vec<Contender>,
}

/// What a contender has done in a turn.
#[derive(Clone, Debug)]
struct Turn {
    per_second: f64,
    /// Processor time of the server for a request, in microseconds.
    cpu: f64,
    p50: f64,
    p99: f64,
    /// Resident memory, in megabytes.
    resident: f64,
    bytes: usize,
}

pub(crate) async fn run(options: &ShopOptions) -> Result<Vec<Table>, CompareError> {
    let asked = |contender: &Contender| options.only.is_empty() || options.only.contains(contender);
    let asked = |all: &[Contender]| all.iter().copied().filter(asked).collect::<Vec<_>>();
    let mut tables = Vec::new();
    let shops = asked(&Contender::ALL);
    for (page, path) in PAGES.iter().filter(|_| !shops.is_empty()) {
        let title = format!("Shop, {page} page");
        tables.push(compare(title, &shops, path, Contender::ToHtml, options).await?);
    }
    let empty = asked(&Contender::EMPTY);
    if !empty.is_empty() {
        let title = "An empty page".to_owned();
        tables.push(compare(title, &empty, "/empty", Contender::EmptyString, options).await?);
    }
    Ok(tables)
}

async fn start(contenders: &[Contender]) -> Result<Vec<(Contender, Server)>, CompareError> {
    let mut servers = Vec::new();
    for &contender in contenders {
        servers.push((contender, Server::start(contender).await?));
    }
    Ok(servers)
}

/// Gives each its turns, and shows them beside `ceiling`.
///
/// Each turn has a new process: where an allocator happens to put things is good for a tenth of the time, and stays as it is for the life of
/// a process.
async fn compare(
    title: String,
    contenders: &[Contender],
    path: &'static str,
    ceiling: Contender,
    options: &ShopOptions,
) -> Result<Table, CompareError> {
    check(&start(contenders).await?, path).await?;
    let mut turns = vec![Vec::new(); contenders.len()];
    for _ in 0..options.rounds {
        for (&contender, turns) in contenders.iter().zip(&mut turns) {
            let server = Server::start(contender).await?;
            turn(&server, path, options.visitors, WARM_UP).await?;
            let time = Duration::from_secs_f64(options.seconds);
            turns.push(turn(&server, path, options.visitors, time).await?);
        }
    }
    Ok(table(title, ceiling, contenders, &turns))
}

/// Whether all show the same. What Leptos writes for the browser, comments and data, does not count.
async fn check(servers: &[(Contender, Server)], path: &'static str) -> Result<(), CompareError> {
    let mut first: Option<String> = None;
    for (contender, server) in servers {
        let mut visitor = Visitor::connect(server.addr, path).await?;
        visitor.ask().await?;
        let shown = shown(&visitor.body()?);
        match &first {
            // What comes out of order stands elsewhere until the browser has moved it.
            _ if *contender == Contender::LeptosOutOfOrder => {}
            None => first = Some(shown),
            Some(first) if *first == shown => {}
            Some(first) => {
                let differs = first.bytes().zip(shown.bytes()).position(|(a, b)| a != b);
                let at = differs.unwrap_or(first.len().min(shown.len()));
                let part = |text: &str| {
                    let part = text.as_bytes().iter().skip(at.saturating_sub(60)).take(120);
                    String::from_utf8_lossy(&part.copied().collect::<Vec<_>>()).into_owned()
                };
                return Err(CompareError::Differs {
                    contender: contender.name(),
                    path,
                    difference: format!("{:?} in place of {:?}", part(&shown), part(first)),
                });
            }
        }
    }
    Ok(())
}

/// A document without comments, scripts, and the order in which a title and the rest of a head stand.
fn shown(html: &str) -> String {
    let mut shown = without(html, "<!--", "-->");
    shown = without(&shown, "<!>", "");
    shown = without(&shown, "<script", "</script>");
    let title = shown.find("<title>").zip(shown.find("</title>"));
    if let Some((start, end)) = title {
        let title: String = shown.drain(start..end + "</title>".len()).collect();
        shown.push_str(&title);
    }
    // What differs in how it is escaped, and says the same.
    let shown = shown
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("=\"\"", "");
    shown.split_inclusive('<').map(sorted).collect()
}

/// A tag with its attributes in the order of the alphabet, and the text behind it.
fn sorted(tag: &str) -> String {
    let Some((tag, text)) = tag.split_once('>') else {
        return tag.to_owned();
    };
    let mut is_quoted = false;
    let mut attributes: Vec<&str> = tag
        .split(|character| {
            is_quoted ^= character == '"';
            character == ' ' && !is_quoted
        })
        .collect();
    attributes.sort_unstable();
    format!("{}>{text}", attributes.join(" "))
}

fn without(html: &str, begin: &str, end: &str) -> String {
    let mut rest = html;
    let mut kept = String::with_capacity(html.len());
    while let Some((before, behind)) = rest.split_once(begin) {
        kept.push_str(before);
        rest = behind.split_once(end).map_or("", |(_, behind)| behind);
        if end.is_empty() {
            rest = behind;
        }
    }
    kept.push_str(rest);
    kept
}

async fn turn(
    server: &Server,
    path: &'static str,
    visitors: usize,
    time: Duration,
) -> Result<Turn, CompareError> {
    let times = Arc::new(Mutex::new((Times::default(), 0_u64, 0_usize)));
    let begin = Instant::now();
    let until = begin + time;
    let before = server.resources()?;
    let mut tasks = JoinSet::new();
    for _ in 0..visitors {
        tasks.spawn(visit(server.addr, path, until, times.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a visitor does not panic")?;
    }
    let after = server.resources()?;
    let elapsed = begin.elapsed().as_secs_f64();
    let (times, count, bytes) = &*times.lock().unwrap_or_else(PoisonError::into_inner);
    let count = *count as f64;
    Ok(Turn {
        per_second: count / elapsed,
        cpu: (after.cpu - before.cpu).as_secs_f64() * 1e6 / count,
        p50: milliseconds(times.percentile(50.0)),
        p99: milliseconds(times.percentile(99.0)),
        resident: after.resident as f64 / 1e6,
        bytes: *bytes,
    })
}

async fn visit(
    addr: SocketAddr,
    path: &'static str,
    until: Instant,
    all: Arc<Mutex<(Times, u64, usize)>>,
) -> Result<(), CompareError> {
    let mut visitor = Visitor::connect(addr, path).await?;
    while Instant::now() < until {
        let answer = visitor.ask().await?;
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.0.record(answer.end);
        all.1 += 1;
        all.2 = answer.bytes;
    }
    Ok(())
}

fn table(
    title: String,
    ceiling: Contender,
    contenders: &[Contender],
    turns: &[Vec<Turn>],
) -> Table {
    let mut table = Table::new(
        title,
        &[
            "",
            "pages/s",
            "ratio",
            "CPU, µs a page",
            "p50, ms",
            "p99, ms",
            "memory, MB",
            "kB",
        ],
    );
    let of = |turns: &[Turn], of: fn(&Turn) -> f64| median(turns.iter().map(of));
    let ceiling = contenders.iter().position(|it| *it == ceiling);
    for (contender, mine) in contenders.iter().zip(turns) {
        // Turns of a round are compared with one another, so that what else the machine does is in both.
        let ratio = ceiling.map(|ceiling| {
            let ratios = mine.iter().zip(&turns[ceiling]);
            median(ratios.map(|(mine, ceiling)| mine.per_second / ceiling.per_second))
        });
        table.row([
            contender.name().to_owned(),
            format!("{:.0}", of(mine, |turn| turn.per_second)),
            ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            format!("{:.0}", of(mine, |turn| turn.cpu)),
            format!("{:.2}", of(mine, |turn| turn.p50)),
            format!("{:.2}", of(mine, |turn| turn.p99)),
            format!("{:.0}", of(mine, |turn| turn.resident)),
            format!("{:.1}", of(mine, |turn| turn.bytes as f64 / 1e3)),
        ]);
    }
    table
}
