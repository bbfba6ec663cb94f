//! Measures Punctual beside what one would use instead: the same pages, in one run, on one machine.
//!
//! `cargo build --profile deploy -p punctual-compare && target/deploy/punctual-compare all` measures everything and prints it as
//! tables in Markdown.

#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "what `#[component]` makes is public, wherever it is used"
)]
#![expect(
    clippy::too_many_arguments,
    reason = "pages and loaders take as many loaders as they need"
)]

mod client;
mod error;
pub mod growth;
mod machine;
pub mod micro;
mod options;
mod report;
mod scenario;
mod server;
mod shop;
mod table;

pub use scenario::growth::count_heap;

use clap::Parser as _;
use options::{Command, Options};
use std::{error::Error as _, process::ExitCode};

/// The program.
pub fn main() -> ExitCode {
    // A connection is an open file.
    if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
        eprintln!("the limit of open files stays what it is: {error}");
    }
    let options = Options::parse();
    match options.command {
        Command::Serve { contender } => punctual::run(server::serve(contender)),
        Command::ServeWaiting(options) => punctual::run(server::waiting::serve(options)),
        Command::Catalog(options) => punctual::run(punctual_load::catalog::serve(options)),
        Command::Requests { kind, count } => {
            let timed = micro::run(kind, count);
            println!("{}: {:.2} µs", kind.name(), timed.microseconds);
            ExitCode::SUCCESS
        }
        Command::Measure(measure) => match report::run(&measure, &options.common) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("nothing was measured: {error}");
                let mut source = error.source();
                while let Some(cause) = source {
                    eprintln!("  because: {cause}");
                    source = cause.source();
                }
                ExitCode::from(2)
            }
        },
    }
}
