//! One page with three calls, shown in three sections.

use super::{
    CatalogProcess, listening,
    wave::{self, Page, Wave},
};
use crate::{
    error::CompareError,
    server::waiting::{Waiter, Waiting},
    table::{Table, median, milliseconds},
};
use punctual_load::Transport;
use std::time::Duration;

/// How it is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// How many visitors there are at once.
    pub(super) visitors: usize,
    /// How often each contender has its turn.
    pub(super) rounds: usize,
    /// How often each visitor asks in a turn.
    pub(super) asks: usize,
    /// How long each call takes.
    pub(super) wait: Duration,
}

/// What a contender has done in a turn.
#[derive(Clone, Debug)]
struct Turn {
    wave: Wave,
    cpu: Duration,
    resident: u64,
}

pub(super) async fn run(setting: &Setting) -> Result<Table, CompareError> {
    let catalog = CatalogProcess::start().await?;
    let mut servers = Vec::new();
    for contender in Waiter::ALL {
        let transport = Transport::Http1;
        let server = Waiting::start(contender, catalog.addr, transport, setting.visitors).await?;
        listening(server.addr).await?;
        servers.push((contender, server));
    }
    // What is made once is there: code, threads, connections to the catalog.
    let warm = Setting {
        wait: Duration::from_millis(20),
        asks: 2,
        ..*setting
    };
    for (contender, server) in &servers {
        turn(*contender, server, &warm).await?;
    }
    let mut turns = vec![Vec::new(); servers.len()];
    for _ in 0..setting.rounds {
        for ((contender, server), turns) in servers.iter().zip(&mut turns) {
            turns.push(turn(*contender, server, setting).await?);
        }
    }
    Ok(table(setting, &turns))
}

async fn turn(
    contender: Waiter,
    server: &Waiting,
    setting: &Setting,
) -> Result<Turn, CompareError> {
    let page = Page {
        contender,
        addr: server.addr,
        path: contender.three_calls(),
        calls: 3,
        wait: setting.wait,
    };
    let before = server.resources()?;
    let visitors = wave::connect(&page, setting.visitors).await?;
    let wave = wave::visit(page, visitors, 1..u64::MAX, setting.asks, Duration::ZERO).await;
    let after = server.resources()?;
    Ok(Turn {
        wave,
        cpu: after.cpu.saturating_sub(before.cpu),
        resident: after.resident,
    })
}

fn table(setting: &Setting, turns: &[Vec<Turn>]) -> Table {
    let Setting {
        visitors,
        rounds,
        asks,
        wait,
    } = *setting;
    let mut table = Table::new(
        format!("Waiting: a page with three calls of {wait:?}, {visitors} visitors at once"),
        &[
            "",
            "first byte p50, ms",
            "p99, ms",
            "end p50",
            "end p99",
            "CPU, µs a page",
            "memory, MB",
            "complete",
        ],
    );
    for (contender, turns) in Waiter::ALL.iter().zip(turns) {
        let of = |of: &dyn Fn(&Turn) -> f64| median(turns.iter().map(of));
        let first = |percent| of(&|turn| milliseconds(turn.wave.first_byte.percentile(percent)));
        let end = |percent| {
            let end = of(&|turn| milliseconds(turn.wave.end.percentile(percent)));
            format!(
                "{} ms + {:.1} ms",
                wait.as_millis(),
                end - milliseconds(wait)
            )
        };
        // The clock of processor times has steps of 10 ms, so it is that of all turns.
        let pages: usize = turns.iter().map(|turn| turn.wave.whole).sum();
        let cpu: Duration = turns.iter().map(|turn| turn.cpu).sum();
        table.row([
            contender.name().to_owned(),
            format!("{:.1}", first(50.0)),
            format!("{:.1}", first(99.0)),
            end(50.0),
            end(99.0),
            format!("{:.0}", cpu.as_secs_f64() * 1e6 / pages as f64),
            format!("{:.0}", of(&|turn| turn.resident as f64 / 1e6)),
            format!("{pages} of {}", visitors * asks * rounds),
        ]);
        for fault in turns.iter().filter_map(|turn| turn.wave.fault()) {
            table.note(format!("{}: {fault}.", contender.name()));
        }
    }
    table.note(format!(
        "Medians of {rounds} rounds, in which the contenders take turns, and each visitor asks {asks} times. The end is that of the \
         document, as the time of the longest call and what comes on top. All visitors ask at the same moment, so some wait for \
         the processors, which the load and the catalog use as well. The synchronous page makes its calls one after another, on as \
         many threads as there are visitors."
    ));
    table
}
