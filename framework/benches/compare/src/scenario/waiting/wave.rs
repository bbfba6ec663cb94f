//! Visitors who come together, each on a connection of its own.

use crate::{
    client::{Answer, Visitor},
    error::CompareError,
    server::waiting::{Waiter, answers},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use punctual_load::figures::Times;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    ops::Range,
    time::{Duration, Instant},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

/// How many connections are being made at once: well below what the system keeps for a listener.
const CONNECTING: usize = 500;

/// What a visitor has for an answer at first.
const BUFFER: usize = 4 * 1024;

/// How long a visitor waits for the end of a document. It is there so that this ends, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) contender: Waiter,
    pub(super) addr: SocketAddr,
    pub(super) path: &'static str,
    /// How many calls it makes.
    pub(super) calls: usize,
    /// How long each of them takes.
    pub(super) wait: Duration,
}

/// How the visits went.
#[derive(Clone, Debug, Default)]
pub(super) struct Wave {
    pub(super) first_byte: Times,
    pub(super) end: Times,
    pub(super) whole: usize,
    /// What was wrong with the others, and how often.
    pub(super) faults: BTreeMap<String, usize>,
    /// From the first request to the last end.
    pub(super) took: Duration,
}

impl Wave {
    /// What to say of visits that failed, if any did.
    pub(super) fn fault(&self) -> Option<String> {
        let faults = self.faults.iter();
        let faults: Vec<_> = faults
            .map(|(fault, count)| format!("{count} times: {fault}"))
            .collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}

/// Connects all of them, a few at a time.
pub(super) async fn connect(page: &Page, visitors: usize) -> Result<Vec<Visitor>, CompareError> {
    stream::iter(0..visitors)
        .map(|_| Visitor::connect_with(page.addr, "/", BUFFER))
        .buffer_unordered(CONNECTING)
        .try_collect()
        .await
}

/// Each asks so often, for the first time within this time, evenly. No number is used twice.
pub(super) async fn visit(
    page: Page,
    visitors: Vec<Visitor>,
    numbers: Range<u64>,
    asks: usize,
    ramp: Duration,
) -> Wave {
    let begin = Instant::now();
    let count = u32::try_from(visitors.len()).unwrap_or(u32::MAX).max(1);
    let mut tasks = JoinSet::new();
    for (place, (mut visitor, number)) in (0_u32..).zip(visitors.into_iter().zip(numbers)) {
        tasks.spawn(async move {
            sleep(ramp * place / count).await;
            let mut answers = Vec::with_capacity(asks);
            for again in 0..asks as u64 {
                let number = number + again * u64::from(count);
                answers.push(ask(&page, &mut visitor, number).await);
            }
            answers
        });
    }
    let mut wave = Wave::default();
    while let Some(answers) = tasks.join_next().await {
        for answer in answers.expect("a visitor does not panic") {
            match answer {
                Ok(answer) => {
                    wave.first_byte.record(answer.first_byte);
                    wave.end.record(answer.end);
                    wave.whole += 1;
                }
                Err(error) => *wave.faults.entry(error.to_string()).or_default() += 1,
            }
        }
    }
    wave.took = begin.elapsed();
    wave
}

async fn ask(page: &Page, visitor: &mut Visitor, number: u64) -> Result<Answer, CompareError> {
    let ms = page.wait.as_millis();
    let path = format!("{}?ms={ms}&number={number}", page.path);
    visitor.set_path(page.addr, &path);
    let late = CompareError::Late {
        what: "the end of a document",
        limit: PATIENCE,
    };
    let answer = timeout(PATIENCE, visitor.ask()).await.map_err(|_| late)??;
    check(page, &visitor.body()?, number)?;
    Ok(answer)
}

/// Whether the document is whole, with what the catalog has answered with.
fn check(page: &Page, html: &str, number: u64) -> Result<(), CompareError> {
    let wrong = |what: &str| Err(CompareError::NotWhole(what.to_owned()));
    // Leptos sends what comes out of order behind the end of the document.
    let is_ended = match page.contender {
        Waiter::Leptos => html.contains("</html>"),
        _ => html.trim_end().ends_with("</html>"),
    };
    if !is_ended {
        return wrong("it has no `</html>` at its end");
    }
    let answers = answers(number, page.calls);
    match answers.iter().find(|answer| !html.contains(*answer)) {
        Some(_) => wrong("what the catalog has answered is not on it"),
        None => Ok(()),
    }
}
