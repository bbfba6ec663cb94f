//! Measures Punctual beside what one would use instead: the same pages, in one run, on one machine.
//!
//! `cargo run --release -p punctual-compare -- all` measures everything and prints it as tables in Markdown.

mod client;
mod error;
mod micro;
mod scenario;
mod server;
mod shop;
mod table;

use clap::{Parser, Subcommand};
use error::CompareError;
use scenario::shop::ShopOptions;
use server::Contender;
use std::process::ExitCode;
use table::Table;

/// Measures Punctual beside what one would use instead.
#[derive(Debug, Parser)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the pages, as one of the contenders
    #[command(hide = true)]
    Serve { contender: Contender },
    /// Asks for a page so often, in memory, for an instrument to watch
    Requests { kind: micro::Kind, count: usize },
    /// Pages of a shop, whose data is there
    Shop(ShopOptions),
}

fn main() -> ExitCode {
    match Options::parse().command {
        Command::Serve { contender } => punctual::run(server::serve(contender)),
        Command::Requests { kind, count } => {
            micro::run(kind, count);
            ExitCode::SUCCESS
        }
        command => {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime can be started");
            match runtime.block_on(measure(command)) {
                Ok(tables) => {
                    for table in tables {
                        print!("{table}");
                    }
                    ExitCode::SUCCESS
                }
                Err(error) => {
                    eprintln!("nothing was measured: {error}");
                    let mut source = std::error::Error::source(&error);
                    while let Some(cause) = source {
                        eprintln!("  because: {cause}");
                        source = cause.source();
                    }
                    ExitCode::from(2)
                }
            }
        }
    }
}

async fn measure(command: Command) -> Result<Vec<Table>, CompareError> {
    match command {
        Command::Serve { .. } | Command::Requests { .. } => Ok(Vec::new()),
        Command::Shop(options) => scenario::shop::run(&options).await,
    }
}
