//! A visitor who asks as fast as a server answers, and costs little itself: the processors are shared.

use crate::error::CompareError;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How much is read at once.
const BUFFER: usize = 256 * 1024;

/// A connection that is kept.
pub(crate) struct Visitor {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

/// What came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) first_byte: Duration,
    pub(crate) end: Duration,
    /// Bytes of the whole answer, with its head.
    pub(crate) bytes: usize,
}

/// Where the body of an answer ends.
enum Framing {
    Length(usize),
    Chunked,
}

impl Visitor {
    pub(crate) async fn connect(addr: SocketAddr, path: &str) -> Result<Self, CompareError> {
        Self::connect_with(addr, path, BUFFER).await
    }

    /// The same with a buffer of this size, which grows: for visitors who come in thousands.
    pub(crate) async fn connect_with(
        addr: SocketAddr,
        path: &str,
        buffer: usize,
    ) -> Result<Self, CompareError> {
        let stream = TcpStream::connect(addr)
            .await
            .map_err(CompareError::Connect)?;
        stream.set_nodelay(true).map_err(CompareError::Connect)?;
        Ok(Self {
            stream,
            request: request(addr, path),
            buffer: Vec::with_capacity(buffer),
        })
    }

    /// Asks for this from now on.
    pub(crate) fn set_path(&mut self, addr: SocketAddr, path: &str) {
        self.request = request(addr, path);
    }

    /// Asks, and reads the answer to its end. What came stays in [`body`](Self::body).
    pub(crate) async fn ask(&mut self) -> Result<Answer, CompareError> {
        let begin = Instant::now();
        self.stream
            .write_all(&self.request)
            .await
            .map_err(CompareError::Read)?;
        self.buffer.clear();
        let mut first_byte = None;
        let mut framing = None;
        loop {
            let read = self
                .stream
                .read_buf(&mut self.buffer)
                .await
                .map_err(CompareError::Read)?;
            first_byte.get_or_insert_with(|| begin.elapsed());
            if read == 0 {
                return Err(CompareError::Cut);
            }
            if framing.is_none() {
                framing = head(&self.buffer)?;
            }
            if framing
                .as_ref()
                .is_some_and(|(at, framing)| framing.is_over(&self.buffer[*at..]))
            {
                break;
            }
        }
        Ok(Answer {
            first_byte: first_byte.unwrap_or_default(),
            end: begin.elapsed(),
            bytes: self.buffer.len(),
        })
    }

    /// The body of the last answer, without the framing of its chunks.
    pub(crate) fn body(&self) -> Result<String, CompareError> {
        let Some((at, framing)) = head(&self.buffer)? else {
            return Err(CompareError::Cut);
        };
        let mut rest = &self.buffer[at..];
        if let Framing::Length(_) = framing {
            return Ok(String::from_utf8_lossy(rest).into_owned());
        }
        let mut body = Vec::new();
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = std::str::from_utf8(&rest[..end]).ok();
            let size = size
                .and_then(|size| usize::from_str_radix(size, 16).ok())
                .ok_or(CompareError::Cut)?;
            let chunk = rest.get(end + 2..end + 2 + size).ok_or(CompareError::Cut)?;
            body.extend_from_slice(chunk);
            rest = rest.get(end + 4 + size..).unwrap_or_default();
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

fn request(addr: SocketAddr, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {addr}\r\nAccept: text/html\r\n\r\n").into_bytes()
}

impl Framing {
    fn is_over(&self, body: &[u8]) -> bool {
        match self {
            Self::Length(length) => body.len() >= *length,
            Self::Chunked => body.ends_with(b"\r\n0\r\n\r\n"),
        }
    }
}

/// Where the body begins, and where it ends, once the head is there.
fn head(answer: &[u8]) -> Result<Option<(usize, Framing)>, CompareError> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&answer[..end]).map_err(|_| CompareError::Head)?;
    if !head.starts_with("HTTP/1.1 200") {
        let status = head.lines().next().unwrap_or_default().to_owned();
        return Err(CompareError::Status(status));
    }
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            let length = value.trim().parse().map_err(|_| CompareError::Head)?;
            return Ok(Some((end + 4, Framing::Length(length))));
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            return Ok(Some((end + 4, Framing::Chunked)));
        }
    }
    Err(CompareError::Head)
}
