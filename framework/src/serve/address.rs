#[cfg(unix)]
use std::path::PathBuf;
use std::{fmt, net::SocketAddr, str::FromStr};

#[cfg(unix)]
const UNIX: &str = "unix:";

/// Where a site listens: an address with a port, or the path of a Unix socket.
///
/// As text, such as in `LEPTOS_SITE_ADDR`, it is `127.0.0.1:3000` or `unix:/run/site.sock`.
///
/// ```
/// use punctual::{ListenAddr, Site};
/// use std::net::SocketAddr;
///
/// let site = Site::builder().addr(SocketAddr::from(([0, 0, 0, 0], 80)));
/// # #[cfg(unix)]
/// let site = site.addr("unix:/run/site.sock".parse::<ListenAddr>()?);
/// # let _ = site;
/// # Ok::<_, punctual::ListenAddrError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListenAddr {
    /// A TCP port.
    Tcp(SocketAddr),
    /// A Unix socket. The file of one that nobody listens on any more is replaced; when the site stops it is removed.
    /// Who may connect, its folder says.
    #[cfg(unix)]
    Unix(PathBuf),
}

/// The text is no [`ListenAddr`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no address to listen on: it should be {EXPECTED}")]
pub struct ListenAddrError {
    text: String,
}

/// What an address looks like.
pub(crate) const EXPECTED: &str = if cfg!(unix) {
    "an IP address with a port, such as 127.0.0.1:3000, or a Unix socket, such as unix:/run/site.sock"
} else {
    "an IP address with a port, such as 127.0.0.1:3000"
};

impl ListenAddr {
    /// One that may be free when this one is not.
    pub(super) fn another(&self) -> String {
        match self {
            Self::Tcp(addr) => {
                let port = addr.port().checked_add(1).unwrap_or(3000);
                SocketAddr::new(addr.ip(), port).to_string()
            }
            #[cfg(unix)]
            Self::Unix(path) => {
                let path = path.with_extension("2.sock");
                format!("{UNIX}{}", path.display())
            }
        }
    }
}

impl FromStr for ListenAddr {
    type Err = ListenAddrError;

    fn from_str(text: &str) -> Result<Self, ListenAddrError> {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix(UNIX).filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(path.into()));
        }
        match text.parse() {
            Ok(addr) => Ok(Self::Tcp(addr)),
            Err(_) => Err(ListenAddrError {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for ListenAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(addr) => addr.fmt(f),
            #[cfg(unix)]
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

impl From<SocketAddr> for ListenAddr {
    fn from(addr: SocketAddr) -> Self {
        Self::Tcp(addr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_and_written_in_the_same_way() {
        for text in ["127.0.0.1:3000", "[::1]:80", "unix:/run/site.sock"] {
            let addr: ListenAddr = text.parse().expect("an address");
            assert_eq!(addr.to_string(), text);
        }
        for text in ["localhost", "127.0.0.1", "unix:", "/run/site.sock", ""] {
            let error = text.parse::<ListenAddr>().expect_err("no address");
            assert!(error.to_string().contains("unix:/run/site.sock"), "{error}");
        }
    }

    #[test]
    fn another_one_is_beside_it() {
        let another = |text: &str| text.parse().map(|addr: ListenAddr| addr.another());
        assert_eq!(another("127.0.0.1:3000"), Ok("127.0.0.1:3001".to_owned()));
        assert_eq!(another("[::1]:80"), Ok("[::1]:81".to_owned()));
        assert_eq!(
            another("unix:/run/a.sock"),
            Ok("unix:/run/a.2.sock".to_owned())
        );
    }
}
