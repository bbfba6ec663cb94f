//! `pwg`: the sample site as a program.

use clap::Parser;
use pwg::AppState;
use pwg::catalog_api::raise_open_file_limit;
use pwg::config::Config;

#[punctual::main]
async fn main() -> punctual::Exit {
    let config = Config::parse();
    config.log.start();
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
    let mut state = AppState::new(catalog);
    if let Some(key) = config.cookie_key {
        state = state.with_cookie_key(key);
    }
    let stopped = pwg::site(state)?.serve().await;
    drop(inside);
    stopped
}
