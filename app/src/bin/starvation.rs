//! `starvation`: what 25 threads are to a hundred visitors, and what asynchronous pages are to them.

use std::io::{self, Write};

use clap::Parser;
use punctual::Stopped;
use pwg::catalog_api::raise_open_file_limit;
use pwg::starvation::{Options, measure};

#[punctual::main]
async fn main() -> punctual::Exit {
    let options = Options::parse();
    options.log.start();
    if let Err(error) = raise_open_file_limit() {
        tracing::warn!(%error, "the limit of open files stays as it is: many visitors at once may fail");
    }
    let report = measure(&options).await?;
    writeln!(io::stdout(), "{report}")?;
    report.everybody_was_served()?;
    Ok(Stopped)
}
