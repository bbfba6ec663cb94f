//! `catalog-api`: the slow catalog service as a program of its own.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use pwg::catalog::Delay;
use pwg::catalog_api::{CatalogServer, ServiceOptions, raise_open_file_limit};
use pwg::log::LogOptions;

/// The slow catalog service that the sample site of Punctual calls.
#[derive(Debug, Parser)]
#[command(name = "catalog-api", version)]
struct Arguments {
    /// The address and port to listen on. Port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:4000",
        value_parser = address
    )]
    listen: SocketAddr,

    /// How long each call takes: 500ms, or by chance within 500ms..1500ms. The units are ms, s
    /// and m, the limit is 60s. A call that brings `?delay=..` has its own delay
    #[arg(long, value_name = "DELAY", default_value_t)]
    delay: Delay,

    /// Makes a run repeat: the same number gives the same delays, in the order of the calls.
    /// Without it, each run is different
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    #[command(flatten)]
    log: LogOptions,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "write an IP address and a port, such as 127.0.0.1:4000".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.log.start();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                text.push_str(&format!("\n  because: {cause}"));
                source = cause.source();
            }
            // There is nobody to tell when the standard error is closed.
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    if let Err(error) = raise_open_file_limit() {
        tracing::warn!(%error, "the limit of open files stays as it is: many calls at once may fail");
    }
    let options = ServiceOptions {
        delay: arguments.delay,
        seed: arguments.seed,
    };
    let server = CatalogServer::bind(arguments.listen, options).await?;
    // Signals count from before the line that says that the service is there.
    let shutdown = shutdown()?;
    // The service does not need a reader of this line.
    let _ = writeln!(
        io::stdout(),
        "catalog-api listening on http://{}",
        server.local_addr()
    );
    server.run(shutdown).await?;
    Ok(())
}

/// Listens for SIGINT and SIGTERM from now on, and ends at the first of them.
#[cfg(unix)]
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
