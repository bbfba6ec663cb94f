//! Many pages that wait at once, each for one call.

use super::{
    CatalogProcess, listening,
    sample::{Most, Samples},
    wave::{self, Page, Wave},
};
use crate::{
    error::CompareError,
    server::waiting::{Waiter, Waiting},
    table::{Table, milliseconds},
};
use punctual_load::{Transport, process::Resources, transport_for};
use std::time::Duration;

/// Of more pages than that, no synchronous one.
const THREADS: usize = 1_000;

/// How it is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// How many pages wait at once.
    pub(super) visitors: usize,
    /// How long the call of each page takes.
    pub(super) wait: Duration,
    /// The time over which the requests are sent. It is shorter than the wait.
    pub(super) ramp: Duration,
}

/// What a contender has done.
#[derive(Clone, Debug)]
struct Waited {
    contender: Waiter,
    wave: Wave,
    most: Most,
    before: Resources,
    /// With all connections, and no request.
    connected: Resources,
    after: Resources,
}

pub(super) async fn run(setting: &Setting) -> Result<Table, CompareError> {
    let transport = transport_for(setting.visitors);
    let mut all = Vec::new();
    for contender in Waiter::ALL {
        if contender != Waiter::Synchronous || setting.visitors <= THREADS {
            all.push(wait(contender, transport, setting).await?);
        }
    }
    Ok(table(setting, transport, &all))
}

/// On a server and a catalog that have done nothing before.
async fn wait(
    contender: Waiter,
    transport: Transport,
    setting: &Setting,
) -> Result<Waited, CompareError> {
    let catalog = CatalogProcess::start().await?;
    let server = Waiting::start(contender, catalog.addr, transport, setting.visitors).await?;
    listening(server.addr).await?;
    let mut page = Page {
        contender,
        addr: server.addr,
        path: contender.one_call(),
        calls: 1,
        wait: Duration::ZERO,
    };
    let warm = wave::connect(&page, 20).await?;
    wave::visit(page, warm, 1..u64::MAX, 2, Duration::ZERO).await;
    page.wait = setting.wait;

    let before = server.resources()?;
    let visitors = wave::connect(&page, setting.visitors).await?;
    let connected = server.resources()?;
    let samples = Samples::start(server.id(), catalog.addr)?;
    let wave = wave::visit(page, visitors, 1_000..u64::MAX, 1, setting.ramp).await;
    let most = samples.stop().await;
    Ok(Waited {
        contender,
        wave,
        most,
        before,
        connected,
        after: server.resources()?,
    })
}

impl Waited {
    /// Resident memory that has come for each page that waits, in bytes.
    fn memory(&self) -> f64 {
        let grown = self.most.resident.saturating_sub(self.before.resident);
        grown as f64 / self.most.in_flight as f64
    }

    /// Of which there was so much before it was asked for.
    fn connection(&self) -> f64 {
        let grown = self.connected.resident.saturating_sub(self.before.resident);
        grown as f64 / self.most.in_flight as f64
    }

    /// Processor time for a page, in microseconds.
    fn cpu(&self) -> f64 {
        let cpu = self.after.cpu.saturating_sub(self.before.cpu);
        cpu.as_secs_f64() * 1e6 / self.wave.whole as f64
    }
}

fn table(setting: &Setting, transport: Transport, all: &[Waited]) -> Table {
    let Setting {
        visitors,
        wait,
        ramp,
    } = *setting;
    let mut table = Table::new(
        format!("Waiting: {visitors} pages at once, each waits {wait:?} for one call"),
        &[
            "",
            "complete",
            "in flight",
            "first byte p50, ms",
            "p99, ms",
            "end p50",
            "end p99",
            "memory, kB a page",
            "ratio",
            "of it connection",
            "CPU, µs a page",
            "ratio",
            "all there after, s",
        ],
    );
    let bare = all.iter().find(|waited| waited.contender == Waiter::Bare);
    for waited in all {
        let wave = &waited.wave;
        let ratio = |of: fn(&Waited) -> f64| {
            bare.map_or_else(String::new, |bare| format!("{:.2}", of(waited) / of(bare)))
        };
        let first = |percent| format!("{:.1}", milliseconds(wave.first_byte.percentile(percent)));
        let end = |percent| {
            let end = milliseconds(wave.end.percentile(percent));
            format!(
                "{} ms + {:.1} ms",
                wait.as_millis(),
                end - milliseconds(wait)
            )
        };
        table.row([
            waited.contender.name().to_owned(),
            format!("{} of {visitors}", wave.whole),
            waited.most.in_flight.to_string(),
            first(50.0),
            first(99.0),
            end(50.0),
            end(99.0),
            format!("{:.1}", waited.memory() / 1e3),
            ratio(Waited::memory),
            format!("{:.1}", waited.connection() / 1e3),
            format!("{:.0}", waited.cpu()),
            ratio(Waited::cpu),
            format!("{:.1}", wave.took.as_secs_f64()),
        ]);
        if let Some(fault) = wave.fault() {
            table.note(format!("{}: {fault}.", waited.contender.name()));
        }
    }
    table.note(format!(
        "The visitors are connected, and ask then within {ramp:?}, evenly. The servers call the catalog over {transport}. Each is a new \
         process. *In flight* is the most calls that waited in the catalog at once, *memory* what the process had grown by then, \
         for each of them: connection, request, page, and the call with its client. The ratios are those to bare Axum."
    ));
    if visitors > THREADS {
        table.note(format!(
            "There is no synchronous page here: it would need {visitors} threads, each with a stack of 2 MB that is reserved, which is more \
             than most systems let a process have. With fewer threads the others would wait for their turn."
        ));
    }
    table
}
