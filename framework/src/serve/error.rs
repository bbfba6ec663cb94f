use super::address::ListenAddr;
use std::io;

/// Why a site cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "another program listens on {addr} already: stop it, or choose another address, for example \
         LEPTOS_SITE_ADDR={}", .addr.another()
    )]
    Taken {
        /// The address.
        addr: ListenAddr,
        /// What the system says.
        source: io::Error,
    },
    /// What stands at the path of a Unix socket is no socket. It is left as it is.
    #[error("there is a file at {addr} that is no socket: choose another path")]
    NoSocket {
        /// The address.
        addr: ListenAddr,
    },
    /// The folder of a Unix socket does not exist.
    #[error(
        "cannot listen on {addr}, because its folder does not exist: make it, or choose another path"
    )]
    NoFolder {
        /// The address.
        addr: ListenAddr,
    },
    /// The system does not let it listen there.
    #[error("cannot listen on {addr}: choose another address with LEPTOS_SITE_ADDR")]
    Listen {
        /// The address.
        addr: ListenAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The signals that stop the site cannot be listened to.
    #[error("the signals that stop the site cannot be listened to")]
    Signals(#[source] io::Error),
    /// The connections have no runtime ([`connection_threads`](crate::SiteBuilder::connection_threads)).
    #[error("the runtime of the connections cannot be made")]
    Runtime(#[source] io::Error),
    /// The listener does not work.
    #[error("the listener does not work")]
    Listener(#[source] io::Error),
}
