use crate::options::{duration, in_milliseconds};
use clap::{Args, ValueEnum};
use std::{fmt, net::SocketAddr, time::Duration};

/// The settings of the site, which a scenario gives it.
#[derive(Args, Clone, Debug)]
pub(crate) struct SiteOptions {
    /// Where the catalog is
    #[arg(long)]
    pub(crate) catalog: SocketAddr,
    /// Where the site listens; a free port without it
    #[arg(long)]
    pub(crate) addr: Option<SocketAddr>,
    /// How the catalog is called
    #[arg(long)]
    pub(crate) transport: Transport,
    /// The time of every page
    #[arg(long, value_parser = duration)]
    pub(crate) timeout: Duration,
    /// How long a reader may stall after the deadline
    #[arg(long, value_parser = duration)]
    pub(crate) drain: Duration,
    /// How many requests are in flight at once; the default of the framework without it
    #[arg(long)]
    pub(crate) max_in_flight: Option<usize>,
    /// How many more may wait for their turn; the default of the framework without it
    #[arg(long)]
    pub(crate) max_waiting: Option<usize>,
    /// How long they wait; the default of the framework without it
    #[arg(long, value_parser = duration)]
    pub(crate) longest_wait: Option<Duration>,
    /// How long the head of a request may take; the default of the framework without it
    #[arg(long, value_parser = duration)]
    pub(crate) header_time: Option<Duration>,
    /// How many threads the runtime of the connections has; none of its own without it
    #[arg(long)]
    pub(crate) connection_threads: Option<usize>,
}

/// How the site calls the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Transport {
    /// A connection for each call that is under way
    Http1,
    /// A few connections for all calls
    Http2,
}

impl SiteOptions {
    /// A site whose pages have enough time, and which refuses nobody.
    pub(crate) fn new(catalog: SocketAddr, transport: Transport) -> Self {
        Self {
            catalog,
            addr: None,
            transport,
            timeout: Duration::from_secs(30),
            drain: Duration::from_secs(10),
            max_in_flight: None,
            max_waiting: None,
            longest_wait: None,
            header_time: None,
            connection_threads: None,
        }
    }

    /// The same as arguments of a command.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            format!("--catalog={}", self.catalog),
            format!("--transport={}", self.transport),
            format!("--timeout={}", in_milliseconds(self.timeout)),
            format!("--drain={}", in_milliseconds(self.drain)),
        ];
        arguments.extend(self.addr.map(|addr| format!("--addr={addr}")));
        let in_flight = self.max_in_flight;
        arguments.extend(in_flight.map(|number| format!("--max-in-flight={number}")));
        let waiting = self.max_waiting;
        arguments.extend(waiting.map(|number| format!("--max-waiting={number}")));
        let wait = self.longest_wait;
        arguments.extend(wait.map(|time| format!("--longest-wait={}", in_milliseconds(time))));
        let header = self.header_time;
        arguments.extend(header.map(|time| format!("--header-time={}", in_milliseconds(time))));
        let threads = self.connection_threads;
        arguments.extend(threads.map(|number| format!("--connection-threads={number}")));
        arguments
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http1 => "http1",
            Self::Http2 => "http2",
        })
    }
}
