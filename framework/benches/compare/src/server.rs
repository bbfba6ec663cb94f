//! The contenders: each is a server in a process of its own.

pub(crate) mod bare;
pub(crate) mod by_hand;
pub(crate) mod leptos;
pub(crate) mod markup;
pub(crate) mod punctual;
pub(crate) mod stored;
pub(crate) mod waiting;

use crate::{error::CompareError, micro};
use ::punctual::{Exit, Stopped};
use axum::{Router, serve::ListenerExt as _};
use leptos_router::SsrMode;
use punctual_load::process::{Process, Resources};
use std::{
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
};
use tokio::net::{TcpListener, TcpSocket};

/// How many visitors may wait to be accepted. The system may allow less.
const BACKLOG: u32 = 4096;

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub(crate) enum Contender {
    /// Punctual
    Punctual,
    /// leptos_axum, as its book teaches it, with `SsrMode::Async`
    LeptosAsync,
    /// leptos_axum, as its book teaches it, with `SsrMode::OutOfOrder`
    LeptosOutOfOrder,
    /// Axum, with the same Leptos views through `to_html`
    ToHtml,
    /// Axum, with the same pages in maud
    Maud,
    /// Axum, with a stored document of the same size
    Stored,
    /// Punctual, a page without anything
    Empty,
    /// Axum, what that page promises by hand
    EmptyByHand,
    /// Axum, the same Leptos views through `to_html`
    EmptyToHtml,
    /// Axum, the HTML of that page as a string
    EmptyString,
}

impl Contender {
    pub(crate) const ALL: [Self; 6] = [
        Self::Punctual,
        Self::LeptosAsync,
        Self::LeptosOutOfOrder,
        Self::ToHtml,
        Self::Maud,
        Self::Stored,
    ];

    pub(crate) const EMPTY: [Self; 4] = [
        Self::Empty,
        Self::EmptyByHand,
        Self::EmptyToHtml,
        Self::EmptyString,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Punctual => "Punctual",
            Self::LeptosAsync => "leptos_axum, Async",
            Self::LeptosOutOfOrder => "leptos_axum, OutOfOrder",
            Self::ToHtml | Self::EmptyToHtml => "Axum and `to_html`",
            Self::Maud => "Axum and maud",
            Self::Stored => "Axum, stored",
            Self::Empty => "Punctual",
            Self::EmptyByHand => "Axum, the promises by hand",
            Self::EmptyString => "Axum, a string",
        }
    }

    fn argument(self) -> &'static str {
        match self {
            Self::Punctual => "punctual",
            Self::LeptosAsync => "leptos-async",
            Self::LeptosOutOfOrder => "leptos-out-of-order",
            Self::ToHtml => "to-html",
            Self::Maud => "maud",
            Self::Stored => "stored",
            Self::Empty => "empty",
            Self::EmptyByHand => "empty-by-hand",
            Self::EmptyToHtml => "empty-to-html",
            Self::EmptyString => "empty-string",
        }
    }

    fn router(self) -> Router {
        match self {
            // It is served by its own server.
            Self::Punctual | Self::Empty => Router::new(),
            Self::LeptosAsync => leptos::router(SsrMode::Async),
            Self::LeptosOutOfOrder => leptos::router(SsrMode::OutOfOrder),
            Self::ToHtml => bare::router(),
            Self::Maud => markup::router(),
            Self::EmptyByHand => by_hand::promising(),
            Self::EmptyToHtml => by_hand::to_html(),
            Self::Stored | Self::EmptyString => stored::router(),
        }
    }
}

/// Serves until the process is killed. The address is written to the standard output.
pub(crate) async fn serve(contender: Contender) -> Exit {
    let listener = listener()?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    match contender {
        Contender::Punctual => {
            let site = punctual::builder().build()?;
            return site.serve_on(listener, std::future::pending()).await;
        }
        Contender::Empty => {
            let site = micro::small().build()?;
            return site.serve_on(listener, std::future::pending()).await;
        }
        _ => {}
    }
    serve_router(listener, contender.router()).await
}

/// A free port, with the same backlog for all.
fn listener() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    socket.listen(BACKLOG)
}

/// As one serves a router of Axum.
async fn serve_router(listener: TcpListener, router: Router) -> Exit {
    let listener = listener.tap_io(|stream| {
        // Without it the small pieces of a streamed document wait for one another.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(Stopped)
}

/// A contender that runs.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    pub(crate) addr: SocketAddr,
}

impl Server {
    pub(crate) async fn start(contender: Contender) -> Result<Self, CompareError> {
        let (process, addr) = Process::start_role("serve", [contender.argument()]).await?;
        Ok(Self { process, addr })
    }

    pub(crate) fn resources(&self) -> Result<Resources, CompareError> {
        Ok(self.process.resources()?)
    }
}
