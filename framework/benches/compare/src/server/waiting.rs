//! Pages that wait for the catalog: each contender is a server in a process of its own.

mod bare;
mod leptos;
mod punctual;
mod streamed;
mod views;

pub(crate) use views::answers;

use super::{listener, serve_router};
use crate::error::CompareError;
use ::punctual::Exit;
use clap::{Args, ValueEnum};
use punctual_load::{
    Catalog, Transport,
    process::{Process, Resources},
};
use std::{io::Write as _, net::SocketAddr, time::Duration};

/// How a contender waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Waiter {
    /// Punctual, with `Deferred` in `<Resolve>`
    Punctual,
    /// leptos_axum, as its book teaches it: `Resource`s, each in a `<Suspense>`, out of order
    Leptos,
    /// Axum: each call in a task, the document streamed by hand
    Streamed,
    /// Axum: awaits the calls, and renders then, with `to_html`
    Bare,
    /// Punctual's synchronous page: the calls one after another, on a thread
    Synchronous,
}

/// What such a server is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct WaitingServer {
    /// Who serves
    #[arg(long)]
    contender: Waiter,
    /// Where the catalog is
    #[arg(long)]
    catalog: SocketAddr,
    /// How it is called
    #[arg(long)]
    transport: Transport,
    /// How many pages may wait at once
    #[arg(long)]
    visitors: usize,
}

/// Such a server, which runs.
#[derive(Debug)]
pub(crate) struct Waiting {
    process: Process,
    pub(crate) addr: SocketAddr,
}

impl Waiter {
    pub(crate) const ALL: [Self; 5] = [
        Self::Punctual,
        Self::Leptos,
        Self::Streamed,
        Self::Bare,
        Self::Synchronous,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Punctual => "Punctual, `Deferred`",
            Self::Leptos => "leptos_axum, OutOfOrder",
            Self::Streamed => "Axum, streamed by hand",
            Self::Bare => "Axum, `join!` and `to_html`",
            Self::Synchronous => "Punctual, synchronous page",
        }
    }

    /// The page with one call.
    pub(crate) fn one_call(self) -> &'static str {
        match self {
            Self::Synchronous => "/one-synchronous",
            _ => "/one",
        }
    }

    /// The page with three calls.
    pub(crate) fn three_calls(self) -> &'static str {
        match self {
            Self::Synchronous => "/three-synchronous",
            _ => "/three",
        }
    }
}

impl Waiting {
    /// Starts it.
    pub(crate) async fn start(
        contender: Waiter,
        catalog: SocketAddr,
        transport: Transport,
        visitors: usize,
    ) -> Result<Self, CompareError> {
        let value = contender.to_possible_value();
        let value = value.expect("no contender is hidden");
        let arguments = [
            format!("--contender={}", value.get_name()),
            format!("--catalog={catalog}"),
            format!("--transport={transport}"),
            format!("--visitors={visitors}"),
        ];
        let (process, addr) = Process::start_role("serve-waiting", arguments).await?;
        Ok(Self { process, addr })
    }

    pub(crate) fn resources(&self) -> Result<Resources, CompareError> {
        Ok(self.process.resources()?)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Serves until the process is killed. The address is written to the standard output.
pub(crate) async fn serve(options: WaitingServer) -> Exit {
    let listener = listener()?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let catalog = Catalog::new(options.catalog, options.transport)?;
    let router = match options.contender {
        Waiter::Punctual | Waiter::Synchronous => {
            let site = punctual::builder(catalog)
                .timeout(Duration::from_secs(60))
                .max_in_flight(options.visitors + 100)
                .blocking_threads(options.visitors.min(1_000))
                .build()?;
            return site.serve_on(listener, std::future::pending()).await;
        }
        Waiter::Leptos => leptos::router(catalog),
        Waiter::Streamed => streamed::router(catalog),
        Waiter::Bare => bare::router(catalog),
    };
    serve_router(listener, router).await
}
