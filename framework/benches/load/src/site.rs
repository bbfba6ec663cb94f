//! The site that is loaded: a few pages that wait for the catalog, and a report of what it holds.

mod client;
mod live;
mod options;
mod pages;
mod report;

pub use client::{Catalog, CatalogError};
pub use options::Transport;

pub(crate) use options::SiteOptions;

use crate::{limits, usage::USAGE_PATH};
use axum::{Router, extract::FromRef, middleware, routing::get};
use live::Live;
use punctual::{Exit, Site, pages};
use report::Watched;
use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpListener},
};
use tracing_subscriber::EnvFilter;

/// What all requests share.
#[derive(Clone, FromRef)]
struct AppState {
    catalog: Catalog,
    live: Live,
    watched: Watched,
}

/// Serves until SIGTERM. The address is written to the standard output shortly before it listens there.
pub(crate) async fn serve(options: SiteOptions) -> Exit {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error")),
        )
        .init();
    let live = Live::default();
    let watched = Watched::default();
    let state = AppState {
        catalog: Catalog::new(options.catalog, options.transport)?,
        live: live.clone(),
        watched: watched.clone(),
    };
    let count = middleware::from_fn_with_state(live, live::count_request);
    let addr = match options.addr {
        Some(addr) => addr,
        None => free_address()?,
    };
    let builder = Site::builder()
        .state(state)
        .shell(pages::shell)
        .pages(pages![
            pages::DeferredPage,
            pages::LoadedPage,
            pages::ComputingPage,
            pages::LargePage,
            pages::EmptyPage,
            pages::BlockedPage,
            pages::BlockedPartPage
        ])
        .routes(Router::new().route(USAGE_PATH, get(report::usage)))
        .wrap(|router| router.layer(count))
        .timeout(options.timeout)
        .drain(options.drain)
        .addr(addr);
    let builder = limits::admission(builder, &options);
    let builder = limits::connections(builder, &options);
    let site = builder.build()?;
    watched.set(&site);
    writeln!(std::io::stdout(), "{addr}")?;
    site.serve().await
}

/// An address that nobody listens on. The site takes it itself, because how it listens is part of what is measured.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
