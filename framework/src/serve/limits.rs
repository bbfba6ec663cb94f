use super::files::open_files;
use crate::site::Problem;
use std::time::Duration;

/// The smallest buffer for a head that hyper can have.
const LEAST_HEADER_BYTES: usize = 8 * 1024;

/// What a visitor may take of a connection: bytes and time.
///
/// It is for [`SiteBuilder::connection_limits`](crate::SiteBuilder::connection_limits). Under another server than
/// [`Site::serve`](crate::Site::serve) only [`body_bytes`](Self::body_bytes) counts, and the rest is that server's affair.
///
/// | limit | default | elsewhere |
/// |---|---|---|
/// | [`header_bytes`](Self::header_bytes) | 64 KiB | hyper 408 KiB, nginx 32 KiB, Node 16 KiB |
/// | [`header_time`](Self::header_time) | 10 s | hyper 30 s, nginx and Node 60 s |
/// | [`idle_time`](Self::idle_time) | 60 s | nginx 75 s, Node 5 s |
/// | [`body_bytes`](Self::body_bytes) | 2 MB | Axum 2 MB, nginx 1 MB |
/// | [`body_time`](Self::body_time) | 30 s | nginx 60 s |
/// | [`write_time`](Self::write_time) | 10 s | nginx 60 s |
/// | [`connections`](Self::connections) | 80 % of the files that the process may open | nginx 512 for each of its processes |
/// | [`streams`](Self::streams) | 200 | hyper 200, nginx 128 |
///
/// ```
/// use punctual::{ConnectionLimits, Site};
/// use std::time::Duration;
///
/// let limits = ConnectionLimits::default()
///     .body_bytes(20 << 20)
///     .idle_time(Duration::from_secs(120));
/// let site = Site::builder().connection_limits(limits);
/// # let _ = site;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ConnectionLimits {
    header_bytes: usize,
    body_bytes: Option<usize>,
    connections: Option<usize>,
    streams: u32,
    times: Times,
}

/// The limits that are times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) header: Duration,
    pub(super) idle: Duration,
    pub(super) body: Duration,
    pub(super) write: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            header_bytes: 64 * 1024,
            body_bytes: None,
            connections: None,
            streams: 200,
            times: Times {
                header: Duration::from_secs(10),
                idle: Duration::from_secs(60),
                body: Duration::from_secs(30),
                write: Duration::from_secs(10),
            },
        }
    }
}

impl ConnectionLimits {
    /// How long the head of a request may be: its first line and all its headers. What is longer is answered with 431.
    /// Default: 64 KiB. Less than 8 KiB is a [`Problem`].
    pub fn header_bytes(mut self, bytes: usize) -> Self {
        self.header_bytes = bytes;
        self
    }

    /// How long the head of a request may take: from its first byte on, and in a new connection from the beginning of that.
    /// Then the connection is closed. Default: 10 s. Zero is a [`Problem`].
    pub fn header_time(mut self, time: Duration) -> Self {
        self.times.header = time;
        self
    }

    /// How long a connection may be kept open without a request. A proxy in front of the site should close
    /// its idle connections before that, else it now and then sends a request into one that is being closed.
    /// Default: 60 s. Zero is a [`Problem`].
    pub fn idle_time(mut self, time: Duration) -> Self {
        self.times.idle = time;
        self
    }

    /// How long the body of a request may be, for all extractors of Axum that read one and for
    /// [`Form`](crate::Form), which answer 413 to what is longer. A layer of the site or a route may say another
    /// [`DefaultBodyLimit`](axum::extract::DefaultBodyLimit) for itself. Default: 2 MB, which is Axum's.
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = Some(bytes);
        self
    }

    /// The longest pause between two pieces of the body of a request, while somebody waits for it. Whoever reads the body gets an error then:
    /// [`Form`](crate::Form) answers 408, and Axum's extractors 400; after that the connection is closed. Default: 30 s. Zero is a [`Problem`].
    pub fn body_time(mut self, time: Duration) -> Self {
        self.times.body = time;
        self
    }

    /// How long a visitor may read nothing of a response that is no page, such as a file, before it is cut off. Pages have their deadline and the
    /// [drain time](crate::SiteBuilder::drain). Default: 10 s. Zero is a [`Problem`].
    pub fn write_time(mut self, time: Duration) -> Self {
        self.times.write = time;
        self
    }

    /// How many connections there may be at once; others wait to be accepted. Default: 80 % of the files that the
    /// process may open, because each is one, and what is left is for files, loaders and databases. Zero is a [`Problem`].
    pub fn connections(mut self, count: usize) -> Self {
        self.connections = Some(count);
        self
    }

    /// How many requests may be in progress at once in one connection that speaks HTTP/2. Default: 200. Zero is a [`Problem`].
    pub fn streams(mut self, count: u32) -> Self {
        self.streams = count;
        self
    }

    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        let times = [
            ("header_time", self.times.header),
            ("idle_time", self.times.idle),
            ("body_time", self.times.body),
            ("write_time", self.times.write),
        ];
        let mut problem = |name, reason| problems.push(Problem::ConnectionLimit { name, reason });
        for (name, time) in times {
            if time.is_zero() {
                problem(
                    name,
                    "it is zero, in which nobody can send or read anything",
                );
            }
        }
        if self.header_bytes < LEAST_HEADER_BYTES {
            problem(
                "header_bytes",
                "it is less than 8192, the least there can be",
            );
        }
        if self.connections == Some(0) {
            problem("connections", "it is zero, so nobody could be served");
        }
        if self.streams == 0 {
            problem(
                "streams",
                "it is zero, so nobody could be served over HTTP/2",
            );
        }
    }

    /// `None` if nobody has said one: then it is what Axum says, or who has nested the site.
    pub(crate) fn max_body_bytes(&self) -> Option<usize> {
        self.body_bytes
    }

    pub(super) fn max_header_bytes(&self) -> usize {
        self.header_bytes
    }

    pub(super) fn max_streams(&self) -> u32 {
        self.streams
    }

    pub(super) fn max_connections(&self) -> usize {
        self.connections
            .unwrap_or_else(|| open_files().saturating_mul(4) / 5)
            .clamp(1, tokio::sync::Semaphore::MAX_PERMITS)
    }

    pub(super) fn times(&self) -> Times {
        self.times
    }
}
