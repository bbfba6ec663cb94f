//! `pwg`: the sample site as a program.

use std::io::{self, IsTerminal};

use clap::Parser;
use pwg::catalog_api::raise_open_file_limit;
use pwg::config::Config;
use tracing_subscriber::EnvFilter;

#[punctual::main]
async fn main() -> punctual::Exit {
    let config = Config::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    if let Err(error) = raise_open_file_limit() {
        tracing::warn!(%error, "the limit of open files stays as it is: many visitors at once may fail");
    }
    // The catalog inside the site ends when its handle is dropped, after the last page.
    let (catalog, inside) = config.open_catalog().await?;
    let place = match inside {
        Some(_) => "inside the site",
        None => "elsewhere",
    };
    tracing::info!("the catalog is {place}, at {}", catalog.url());
    let stopped = pwg::site(catalog)?.serve().await;
    drop(inside);
    stopped
}
