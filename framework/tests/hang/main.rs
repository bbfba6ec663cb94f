//! The ways in which streams of Leptos 0.8 hang, break or mix things up, as pages: whatever Leptos does, each
//! response ends by the deadline of its page with a well-formed document, and nothing of it remains.
//!
//! `cargo test` asks for each page a few times. The full run prints a table:
//!
//! ```sh
//! HANG_RESPONSES=100000 cargo test --release --package punctual --test hang -- --nocapture
//! ```
//!
//! Facts about Leptos come from its issues, whose numbers stand at the pages, and from its sources.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod blocked;
mod boundaries;
#[path = "../behaviour/support/log.rs"]
mod captured;
mod check;
mod held;
mod local;
mod log;
mod loops;
mod panics;
mod pending;
mod places;
mod race;
mod report;
mod run;
mod tags;
mod way;

use punctual::{Site, SiteBuilder, testing::TestSite};
use report::Report;
use run::Runner;
use std::sync::{Mutex, MutexGuard, PoisonError};
use way::Way;

/// Every way there is, or those that `HANG_PAGES` names: `HANG_PAGES=/never,/deep`.
fn ways() -> Vec<Way> {
    let themes: [&[Way]; 8] = [
        pending::WAYS,
        local::WAYS,
        loops::WAYS,
        race::WAYS,
        boundaries::WAYS,
        panics::WAYS,
        places::WAYS,
        held::WAYS,
    ];
    let mut ways = themes.concat();
    ways.extend_from_slice(blocked::WAYS);
    if let Ok(paths) = std::env::var("HANG_PAGES") {
        ways.retain(|way| paths.split(',').any(|path| path == way.path));
    }
    ways
}

fn builder() -> SiteBuilder<()> {
    // Pages that block their threads are what is tried here, hundreds at once.
    let builder = Site::builder().scheduling_delay(None);
    let builder = way::healthy(builder);
    let builder = pending::pages(builder);
    let builder = local::pages(builder);
    let builder = loops::pages(builder);
    let builder = race::pages(builder);
    let builder = boundaries::pages(builder);
    let builder = panics::pages(builder);
    let builder = places::pages(builder);
    let builder = held::pages(builder);
    blocked::pages(builder)
}

fn site() -> TestSite {
    TestSite::new(builder())
}

/// These tests take the time of the wall: one after another.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    report::count_panics();
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many responses one test asks for.
fn responses() -> usize {
    const WORKERS: usize = 3;
    match std::env::var("HANG_RESPONSES") {
        Ok(all) => all.parse::<usize>().unwrap().div_ceil(WORKERS),
        Err(_) => 4 * ways().len(),
    }
}

fn all_end(workers: usize) {
    let _turn = turn();
    let report = Runner::new(workers, responses()).run();
    report.print();
    report.assert_nothing_is_wrong();
}

/// In the mixed runs few of them can block at once, because there are few workers.
#[test]
fn those_that_block_end_on_sixteen_workers() {
    const SHARE: usize = 5;
    let _turn = turn();
    let responses = (responses() / SHARE).max(2 * blocked::WAYS.len());
    let report = Runner::new(16, responses).run_blocking();
    report.print();
    report.assert_nothing_is_wrong();
}

#[test]
fn all_end_on_one_worker() {
    all_end(1);
}

#[test]
fn all_end_on_two_workers() {
    all_end(2);
}

#[test]
fn all_end_on_four_workers() {
    all_end(4);
}

/// On a machine that has not much to do each page shows the most that it can.
#[test]
fn each_shows_what_it_can() {
    let _turn = turn();
    let report: Report = Runner::new(2, ways().len()).a_few_at_once();
    report.assert_nothing_is_wrong();
}
