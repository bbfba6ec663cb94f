//! Pages that wait for a slow service.

mod many;
mod sample;
mod three;
mod wave;

use crate::{error::CompareError, options::Common, table::Table};
use clap::Args;
use punctual_load::process::Process;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, time::sleep};

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct WaitingOptions {
    /// How many visitors are at the page with three calls at once, one number after another [default: 8 50]
    #[arg(long, value_name = "NUMBER", num_args = 0..)]
    visitors: Option<Vec<usize>>,
    /// How often each contender has its turn with them [default: 5]
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,
    /// How many pages wait at once, one number after another [default: 1000 10000]
    #[arg(long, value_name = "NUMBER", num_args = 0..)]
    at_once: Option<Vec<usize>>,
}

/// The service that the pages wait for, in a process of its own.
#[derive(Debug)]
struct CatalogProcess {
    _process: Process,
    addr: SocketAddr,
}

impl CatalogProcess {
    async fn start() -> Result<Self, CompareError> {
        let nothing: [&str; 0] = [];
        let (process, addr) = Process::start_role("catalog", nothing).await?;
        Ok(Self {
            _process: process,
            addr,
        })
    }
}

pub(crate) async fn run(
    options: &WaitingOptions,
    common: &Common,
) -> Result<Vec<Table>, CompareError> {
    let mut tables = Vec::new();
    let visitors = options.visitors.clone();
    for visitors in visitors.unwrap_or_else(|| common.or(vec![8, 50], vec![5])) {
        let setting = three::Setting {
            visitors,
            rounds: options.rounds.unwrap_or(common.or(5, 1)),
            asks: common.or(4, 1),
            wait: Duration::from_millis(common.or(500, 100)),
        };
        tables.push(three::run(&setting).await?);
    }
    let at_once = options.at_once.clone();
    for visitors in at_once.unwrap_or_else(|| common.or(vec![1_000, 10_000], vec![50])) {
        let setting = many::Setting {
            visitors,
            wait: Duration::from_millis(common.or(2_000, 400)),
            ramp: Duration::from_millis(common.or(1_000, 100)),
        };
        tables.push(many::run(&setting).await?);
    }
    Ok(tables)
}

/// Waits until somebody listens there.
async fn listening(addr: SocketAddr) -> Result<(), CompareError> {
    let limit = Duration::from_secs(10);
    let begin = Instant::now();
    while TcpStream::connect(addr).await.is_err() {
        if begin.elapsed() > limit {
            let what = "a server";
            return Err(CompareError::Late { what, limit });
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
