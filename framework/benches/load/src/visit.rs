//! One visitor: a connection, a request, and what comes back.

use crate::{
    document,
    fault::{Fault, FaultKind},
};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::AbortHandle, time::timeout};

/// How long a visitor waits for the end of a document. It is there so that the harness ends, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the visitor asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Page {
    /// It streams: the beginning at once, the data when it is there
    Deferred,
    /// It comes as a whole when the data is there
    Loaded,
    /// It computes for the time that others wait
    #[value(skip)]
    Computing,
    /// It is long, and streams
    #[value(skip)]
    Large,
    /// It needs nothing, and shows nothing
    Empty,
    /// Its function blocks its thread, for as long as others wait
    #[value(skip)]
    Blocked,
    /// The same in a part of it, when the rest is sent
    #[value(skip)]
    BlockedPart,
}

/// A request, made once and sent as often as its number may be seen.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    page: Page,
    number: u64,
    path: String,
    host: String,
}

/// How a visit went.
#[derive(Clone, Debug)]
pub(crate) enum Visit {
    /// The document is whole.
    Whole(Times),
    /// 503, with a time to come back. How long that took.
    Refused(Duration),
    Failed(Fault),
}

/// What came, whatever it is.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    retry: Option<HeaderValue>,
    pub(crate) times: Times,
    pub(crate) html: String,
}

/// When what came. All times count from when the request was sent.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    /// The head of the answer.
    pub(crate) head: Duration,
    /// Each piece of the document.
    pub(crate) chunks: Vec<Duration>,
    pub(crate) end: Duration,
}

/// A connection to the site. Dropped, it is closed, whatever is under way on it.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Empty<Bytes>>,
    task: AbortHandle,
    /// How long it took to connect, until somebody has taken note of it.
    pub(crate) connect: Option<Duration>,
}

/// How a connection ends that is closed by the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    /// As a browser does.
    Close,
    /// As a network does that is gone: with a reset.
    Reset,
}

impl Page {
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Deferred => "/deferred",
            Self::Loaded => "/loaded",
            Self::Computing => "/computing",
            Self::Large => "/large",
            Self::Empty => "/empty",
            Self::Blocked => "/blocked",
            Self::BlockedPart => "/blocked-part",
        }
    }
}

impl Ask {
    /// Asks for a page that waits so long for the catalog. Two asks of a scenario do not have the same number.
    pub(crate) fn new(addr: SocketAddr, page: Page, number: u64, wait: Duration) -> Self {
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Self {
            page,
            number,
            path: format!("{}?ms={ms}&number={number}", page.path()),
            host: addr.to_string(),
        }
    }

    /// Asks for something that is no page.
    pub(crate) fn path(addr: SocketAddr, path: &str) -> Self {
        Self {
            page: Page::Empty,
            number: 0,
            path: path.to_owned(),
            host: addr.to_string(),
        }
    }

    /// The request as text, the only one of its connection, for visitors who do not behave.
    pub(crate) fn text(&self) -> String {
        let (path, host) = (&self.path, &self.host);
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    fn request(&self) -> Result<Request<Empty<Bytes>>, Fault> {
        let request = Request::get(&self.path).header(header::HOST, &self.host);
        let request = request.body(Empty::new());
        request.map_err(|error| Fault::new(FaultKind::Client, error))
    }
}

impl Connection {
    pub(crate) async fn open(addr: SocketAddr) -> Result<Self, Fault> {
        Self::open_to_leave(addr, Leave::Close).await
    }

    pub(crate) async fn open_to_leave(addr: SocketAddr, leave: Leave) -> Result<Self, Fault> {
        let begin = Instant::now();
        let failed = |error| Fault::new(FaultKind::Connect, error);
        let stream = TcpStream::connect(addr).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        if leave == Leave::Reset {
            stream.set_zero_linger().map_err(failed)?;
        }
        let connect = Some(begin.elapsed());
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Fault::new(FaultKind::Connect, error))?;
        // Its errors are those of the requests on it.
        let task = tokio::spawn(connection).abort_handle();
        Ok(Self {
            sender,
            task,
            connect,
        })
    }

    /// Whether another request can be sent now.
    pub(crate) async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Sends the request and reads the answer to its end.
    pub(crate) async fn visit(&mut self, ask: &Ask) -> Visit {
        let visit = timeout(PATIENCE, self.read(ask)).await;
        match visit {
            Ok(Ok(visit)) => visit,
            Ok(Err(fault)) => Visit::Failed(fault),
            Err(_) => Visit::Failed(Fault::new(FaultKind::Patience, format!("{PATIENCE:?}"))),
        }
    }

    /// The same, and says what came, whatever it is.
    pub(crate) async fn see(&mut self, ask: &Ask) -> Result<Answer, Fault> {
        match timeout(PATIENCE, self.answer(ask)).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::new(FaultKind::Patience, format!("{PATIENCE:?}"))),
        }
    }

    async fn read(&mut self, ask: &Ask) -> Result<Visit, Fault> {
        let Answer {
            status,
            retry,
            times,
            html,
        } = self.answer(ask).await?;
        match status {
            StatusCode::OK => {
                document::check_whole(&html)?;
                if ask.page != Page::Empty {
                    document::check_data(&html, ask.number())?;
                }
                Ok(Visit::Whole(times))
            }
            StatusCode::SERVICE_UNAVAILABLE => refusal(retry, times.end),
            status => Err(Fault::new(FaultKind::Status, status)),
        }
    }

    async fn answer(&mut self, ask: &Ask) -> Result<Answer, Fault> {
        let request = ask.request()?;
        let begin = Instant::now();
        let response = self.sender.send_request(request).await;
        let response = response.map_err(|error| Fault::new(FaultKind::Closed, error))?;
        let head = begin.elapsed();
        let (status, retry) = (
            response.status(),
            response.headers().get(header::RETRY_AFTER).cloned(),
        );
        let mut times = Times {
            head,
            chunks: Vec::new(),
            end: head,
        };
        let html = body(response, &mut times, begin).await?;
        Ok(Answer {
            status,
            retry,
            times,
            html: String::from_utf8_lossy(&html).into_owned(),
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn body(
    response: Response<Incoming>,
    times: &mut Times,
    begin: Instant,
) -> Result<Vec<u8>, Fault> {
    let mut html = Vec::new();
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let cut = |error| {
            let after = html.len();
            Fault::new(FaultKind::Cut, format!("after {after} bytes: {error}"))
        };
        let frame = frame.map_err(cut)?;
        if let Some(data) = frame.data_ref() {
            times.chunks.push(begin.elapsed());
            html.extend_from_slice(data);
        }
    }
    times.end = begin.elapsed();
    Ok(html)
}

/// Who is sent away is told when to come back.
fn refusal(retry: Option<HeaderValue>, after: Duration) -> Result<Visit, Fault> {
    let seconds = retry
        .as_ref()
        .and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    match seconds {
        Some(_) => Ok(Visit::Refused(after)),
        None => Err(Fault::new(FaultKind::NoRetryAfter, format!("{retry:?}"))),
    }
}
