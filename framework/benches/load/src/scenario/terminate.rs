//! The site is told to stop while pages are under way.

use crate::{
    error::LoadError,
    fault::FaultKind,
    figures::{Figures, Shared, milliseconds},
    loops::{Load, Numbers, Seen, Stop},
    options::{Common, duration},
    pool::Connections,
    report::Report,
    site::Transport,
    stage::Stage,
    visit::{Page, Visit},
};
use clap::Args;
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How long the site has for its end: what is under way, and some time more.
const END: Duration = Duration::from_secs(10);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many visitors there are, half of them on a new connection for each page [default: 500]
    #[arg(long, value_name = "NUMBER")]
    visitors: Option<usize>,

    /// How long the catalog takes over the call of each page
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "500ms")]
    wait: Duration,

    /// How long they come before the signal [default: 3s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    before: Option<Duration>,

    /// A request that was sent so long before the signal has been accepted. (One that was accepted later is known from the
    /// catalog, which was called for it.)
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "100ms")]
    margin: Duration,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let visitors = common.or(options.visitors, 500, 100);
    let before = common.or(
        options.before,
        Duration::from_secs(3),
        Duration::from_secs(1),
    );
    let mut stage = Stage::start(Transport::Http1, |site| {
        site.max_in_flight = Some(visitors + 100);
        site.longest_wait = common.longest_wait();
    })
    .await?;
    let numbers = Numbers::default();
    let load = |connections| {
        let numbers = numbers.clone();
        Load::new(
            stage.addr(),
            Page::Deferred,
            options.wait,
            connections,
            numbers,
        )
    };
    let (new, kept) = (load(Connections::New), load(Connections::kept()));
    let (seen, stop) = (Mutex::new(Vec::new()), Stop::default());
    let note = |visit: Seen| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(visit);
    };
    let resources = stage.site.process.resources()?;
    let end = async {
        sleep(before).await;
        let last = stage.site.process.resources()?;
        let signal = Instant::now();
        stage.site.process.terminate()?;
        let status = stage.site.process.end(END).await;
        let took = signal.elapsed();
        stop.stop();
        Ok::<_, LoadError>((signal, status, took, last))
    };
    let half = visitors / 2;
    let ((), (), end) = tokio::join!(
        new.closed(visitors - half, options.wait, &stop, note),
        kept.closed(half, options.wait, &stop, note),
        async {
            let end = end.await;
            stop.stop();
            end
        }
    );
    let (signal, status, took, last) = end?;
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let called: HashSet<u64> = stage.numbers().await?.into_iter().collect();
    let sorted = Sorted::new(seen, signal, options.margin, &called);

    let mut report = Report::new(
        "terminate",
        format!(
            "{visitors} visitors, half of them on a new connection for each page, ask for a page that waits {:?}; after \
             {before:?} the site gets SIGTERM.",
            options.wait
        ),
    );
    report.visits("accepted", &sorted.accepted, before);
    report.count("under way at the signal", sorted.under_way);
    report.count("too late: no connection", sorted.refused);
    report.count("too late: closed without a byte", sorted.closed);
    report.count("of these sent just before the signal", sorted.just_before);
    report.count("too late: 503", sorted.told);
    report.time("from the signal to the end of the process", took);
    report.cpu(&resources, &last, sorted.accepted.whole);
    report.check(
        "pages are under way at the signal",
        sorted.under_way * 2 >= visitors,
        sorted.under_way,
    );
    let failed = sorted.accepted.failed() + sorted.accepted.refused;
    report.check(
        "every accepted request has a whole document",
        failed == 0 && sorted.accepted.whole > 0,
        format!("{} whole, {failed} not", sorted.accepted.whole),
    );
    let (ended, code) = match &status {
        Ok(status) => (status.code() == Some(0), status.to_string()),
        Err(error) => (false, error.to_string()),
    };
    let seen = format!("{code} after {:.0} ms", milliseconds(took));
    report.check("the process ends with code 0", ended, seen);
    Ok(report)
}

/// Visits, by whether the site had taken them on.
#[derive(Debug, Default)]
struct Sorted {
    accepted: Figures,
    /// Sent before the signal, and not over by then; or never.
    under_way: usize,
    refused: u64,
    closed: u64,
    /// Those of them that were sent before the signal, and by the margin not known to have been accepted.
    just_before: u64,
    told: u64,
}

impl Sorted {
    fn new(seen: Vec<Seen>, signal: Instant, margin: Duration, called: &HashSet<u64>) -> Self {
        let (accepted, mut sorted) = (Shared::default(), Self::default());
        for visit in seen {
            let early = visit.sent + margin < signal;
            match &visit.visit {
                Visit::Whole(times) => {
                    let over = visit.sent + times.end;
                    sorted.under_way += usize::from(visit.sent < signal && over > signal);
                }
                Visit::Refused(_) if !early => {
                    sorted.told += 1;
                    continue;
                }
                Visit::Failed(fault) if !early && !called.contains(&visit.number) => {
                    match fault.kind {
                        FaultKind::Connect => sorted.refused += 1,
                        FaultKind::Closed => {
                            sorted.closed += 1;
                            sorted.just_before += u64::from(visit.sent < signal);
                        }
                        _ => visit.record(&accepted),
                    }
                    continue;
                }
                Visit::Refused(_) | Visit::Failed(_) => {
                    sorted.under_way += usize::from(visit.sent < signal);
                }
            }
            visit.record(&accepted);
        }
        sorted.accepted = accepted.figures();
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    #[test]
    fn tells_who_came_too_late_from_who_was_let_down() {
        let ms = Duration::from_millis;
        let begin = Instant::now();
        let signal = begin + ms(1_000);
        let failed = |kind, number, sent| Seen {
            number,
            sent: begin + ms(sent),
            connect: None,
            visit: Visit::Failed(Fault::new(kind, "")),
        };
        let seen = vec![
            failed(FaultKind::Closed, 1, 500),
            failed(FaultKind::Closed, 2, 950),
            failed(FaultKind::Closed, 3, 950),
            failed(FaultKind::Connect, 4, 1_100),
            failed(FaultKind::Cut, 5, 950),
        ];
        let sorted = Sorted::new(seen, signal, ms(100), &HashSet::from([3]));
        // The first was early, the catalog was called for the third, and of the fifth there was a beginning.
        assert_eq!(sorted.accepted.failed(), 3);
        assert_eq!((sorted.closed, sorted.refused), (1, 1));
    }
}
