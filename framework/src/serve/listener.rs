#[cfg(unix)]
use super::unix::{self, SocketFile};
use super::{BACKLOG, address::ListenAddr, connection::Peer, error::ServeError, socket::Unread};
use socket2::SockRef;
use std::{io, mem::MaybeUninit, net::SocketAddr, time::Duration};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};
#[cfg(unix)]
use tokio_util::either::Either;

/// How many bytes that are not sent yet a socket takes: enough to keep a fast connection busy.
#[cfg(any(target_os = "linux", target_os = "android"))]
const NOT_SENT: u32 = 64 * 1024;

/// How long nobody is accepted when the system has no room, as in Axum.
const NO_ROOM: Duration = Duration::from_secs(1);

/// A listener that is there already, for [`Site::serve_on`](crate::Site::serve_on): every one of Tokio's becomes one.
#[derive(Debug)]
#[non_exhaustive]
pub enum SiteListener {
    /// On a TCP port.
    Tcp(TcpListener),
    /// On a Unix socket, whose file is its owner's affair.
    #[cfg(unix)]
    Unix(UnixListener),
}

impl From<TcpListener> for SiteListener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

#[cfg(unix)]
impl From<UnixListener> for SiteListener {
    fn from(listener: UnixListener) -> Self {
        Self::Unix(listener)
    }
}

impl SiteListener {
    /// Takes it from the runtime that looks after it.
    pub(super) fn detach(self) -> io::Result<Detached> {
        Ok(match self {
            Self::Tcp(listener) => Detached::Tcp(listener.into_std()?),
            #[cfg(unix)]
            Self::Unix(listener) => Detached::Unix(listener.into_std()?),
        })
    }
}

/// A listener that no runtime looks after.
pub(super) enum Detached {
    Tcp(std::net::TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener),
}

impl Detached {
    /// Gives it to the runtime that this is called in.
    pub(super) fn attach(self) -> io::Result<SiteListener> {
        Ok(match self {
            Self::Tcp(listener) => SiteListener::Tcp(TcpListener::from_std(listener)?),
            #[cfg(unix)]
            Self::Unix(listener) => SiteListener::Unix(UnixListener::from_std(listener)?),
        })
    }
}

/// What a visitor's bytes come over.
#[cfg(unix)]
pub(super) type Stream = Either<TcpStream, UnixStream>;
#[cfg(not(unix))]
pub(super) type Stream = TcpStream;

impl Unread for Stream {
    fn has_unread(&self) -> bool {
        #[cfg(unix)]
        let socket = match self {
            Either::Left(stream) => SockRef::from(stream),
            Either::Right(stream) => SockRef::from(stream),
        };
        #[cfg(not(unix))]
        let socket = SockRef::from(self);
        socket
            .peek(&mut [MaybeUninit::uninit()])
            .is_ok_and(|bytes| bytes > 0)
    }
}

/// A listener, and what is to be done when it is closed.
pub(super) struct Listening {
    listener: SiteListener,
    #[cfg(unix)]
    file: Option<SocketFile>,
}

impl Listening {
    /// Listens on the address.
    pub(super) fn on(addr: &ListenAddr) -> Result<Self, ServeError> {
        match addr {
            ListenAddr::Tcp(tcp) => match listen(*tcp) {
                Ok(listener) => Ok(SiteListener::Tcp(listener).into()),
                Err(source) => {
                    let addr = addr.clone();
                    Err(match source.kind() {
                        io::ErrorKind::AddrInUse => ServeError::Taken { addr, source },
                        _ => ServeError::Listen { addr, source },
                    })
                }
            },
            #[cfg(unix)]
            ListenAddr::Unix(path) => {
                let (listener, file) = unix::listen(path)?;
                Ok(Self {
                    listener: listener.into(),
                    file: Some(file),
                })
            }
        }
    }

    /// The address, for a human being.
    pub(super) fn url(&self) -> io::Result<String> {
        match &self.listener {
            SiteListener::Tcp(listener) => Ok(format!("http://{}", listener.local_addr()?)),
            #[cfg(unix)]
            SiteListener::Unix(listener) => {
                let addr = listener.local_addr()?;
                let path = addr.as_pathname();
                Ok(match path {
                    Some(path) => ListenAddr::Unix(path.to_owned()).to_string(),
                    None => "a Unix socket".to_owned(),
                })
            }
        }
    }

    /// Waits for the next visitor.
    pub(super) async fn accept(&self) -> (Stream, Peer) {
        loop {
            let accepted = match &self.listener {
                SiteListener::Tcp(listener) => listener.accept().await.map(of_tcp),
                #[cfg(unix)]
                SiteListener::Unix(listener) => {
                    listener.accept().await.map(|(stream, _)| of_unix(stream))
                }
            };
            match accepted {
                Ok(accepted) => return accepted,
                Err(error) if is_of_visitor(&error) => {}
                Err(error) => {
                    tracing::error!(target: "punctual", %error, "nobody can be accepted for now");
                    // Mostly there are too many open files. Asked again at once, the system would say the same.
                    tokio::time::sleep(NO_ROOM).await;
                }
            }
        }
    }

    /// Closes it, and gives those who have been waiting: the system would tell them that the connection
    /// is reset, although it told them before that it is made.
    pub(super) fn close(self) -> Vec<(Stream, Peer)> {
        // A new instance may listen there from now on.
        #[cfg(unix)]
        drop(self.file);
        let waiting = match self.listener {
            SiteListener::Tcp(listener) => listener.into_std().map(|listener| {
                let accept = || {
                    let (stream, addr) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    Ok(of_tcp((TcpStream::from_std(stream)?, addr)))
                };
                accept_all(accept)
            }),
            #[cfg(unix)]
            SiteListener::Unix(listener) => listener.into_std().map(|listener| {
                let accept = || {
                    let (stream, _) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    Ok(of_unix(UnixStream::from_std(stream)?))
                };
                accept_all(accept)
            }),
        };
        waiting.unwrap_or_else(|error| {
            tracing::warn!(target: "punctual", %error, "those who wait to be accepted are turned away");
            Vec::new()
        })
    }
}

impl From<SiteListener> for Listening {
    fn from(listener: SiteListener) -> Self {
        Self {
            listener,
            #[cfg(unix)]
            file: None,
        }
    }
}

fn accept_all(mut accept: impl FnMut() -> io::Result<(Stream, Peer)>) -> Vec<(Stream, Peer)> {
    let mut accepted = Vec::new();
    loop {
        match accept() {
            Ok(one) => accepted.push(one),
            Err(error) if is_of_visitor(&error) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Nobody waits, or there is no room.
            Err(_) => return accepted,
        }
    }
}

/// Whether the visitor has left before being accepted, which says nothing about the next one.
fn is_of_visitor(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

fn of_tcp((stream, addr): (TcpStream, SocketAddr)) -> (Stream, Peer) {
    // Each piece of a page is sent when it is written, not when a packet is full.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(target: "punctual", %error, "TCP_NODELAY cannot be set");
    }
    // A full socket takes the next bytes when a third of its buffer is free, which is megabytes: a
    // slow reader would seem to read nothing for many seconds.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = SockRef::from(&stream).set_tcp_notsent_lowat(NOT_SENT) {
        tracing::debug!(target: "punctual", %error, "TCP_NOTSENT_LOWAT cannot be set");
    }
    #[cfg(unix)]
    let stream = Either::Left(stream);
    (stream, Peer::Tcp(addr))
}

#[cfg(unix)]
fn of_unix(stream: UnixStream) -> (Stream, Peer) {
    (Either::Right(stream), Peer::Unix)
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Else the address is taken for a while after the last run. On Windows it means something else.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}
