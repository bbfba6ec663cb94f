//! Loads a site of Punctual, and says whether it keeps its promises.
//!
//! Each scenario is one command, such as `cargo run --release -p punctual-load -- waiting`. It starts a site and a
//! catalog of its own as child processes, so that their memory and processor time are their own; prints what it has
//! measured as Markdown; and ends with code 1 when a promise was not kept.

pub mod catalog;
mod document;
pub mod error;
mod fault;
pub mod figures;
mod limits;
mod loops;
mod nginx;
mod options;
mod pool;
pub mod process;
mod report;
mod scenario;
mod site;
mod stage;
mod usage;
mod visit;
mod watch;

pub use site::{Catalog, CatalogError, Transport};
pub use stage::transport_for;
pub use usage::{STATS_PATH, Stats};

use clap::Parser;
use options::{Command, Role};
use std::process::ExitCode;

/// The program.
pub fn main() -> ExitCode {
    // A connection is an open file. What the system grants is asked for again where it counts.
    if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
        eprintln!("the limit of open files stays what it is: {error}");
    }
    match Command::parse().role {
        Role::Site(options) => punctual::run(site::serve(options)),
        Role::Catalog(options) => punctual::run(catalog::serve(options)),
        Role::Scenario(scenario) => scenario::run(&scenario),
    }
}
