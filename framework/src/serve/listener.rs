use super::connection::Connection;
use axum::serve::Listener;
#[cfg(any(target_os = "linux", target_os = "android"))]
use socket2::SockRef;
use std::{io, net::SocketAddr};
use tokio::net::TcpListener;

/// How many bytes that are not sent yet a socket takes: enough to keep a fast connection busy.
#[cfg(any(target_os = "linux", target_os = "android"))]
const NOT_SENT: u32 = 64 * 1024;

/// Hands out connections that can be cut.
pub(super) struct SiteListener(pub(super) TcpListener);

impl Listener for SiteListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, addr) = Listener::accept(&mut self.0).await;
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
        (Connection::new(stream), addr)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}
