use super::connection::Connection;
use axum::serve::Listener;
use std::{io, net::SocketAddr};
use tokio::net::TcpListener;

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
        (Connection::new(stream), addr)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}
