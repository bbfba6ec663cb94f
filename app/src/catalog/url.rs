//! Where the catalog is.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use reqwest::Url;
use thiserror::Error;

/// The base URL of a catalog service, checked: `http://127.0.0.1:4000`, possibly with a path
/// before `/api`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogUrl {
    base: Url,
}

/// A text is not the URL of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CatalogUrlError {
    /// It is not a URL.
    #[error("{text:?} is not a URL: write one such as `http://127.0.0.1:4000`")]
    NotAUrl {
        /// The text.
        text: String,
        /// What is wrong with it.
        #[source]
        source: <Url as FromStr>::Err,
    },
    /// It is an `https` URL.
    #[error(
        "the catalog is called without TLS in this sample: write `http://` in place of `https://`"
    )]
    Tls,
    /// It has another scheme.
    #[error("a catalog is not found by `{scheme}:`: write a URL such as `http://127.0.0.1:4000`")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// It has a part that a base URL cannot have.
    #[error("the URL of the catalog cannot have {part}: leave it out")]
    Part {
        /// Which part that is.
        part: &'static str,
    },
}

impl FromStr for CatalogUrl {
    type Err = CatalogUrlError;

    fn from_str(text: &str) -> Result<Self, CatalogUrlError> {
        let mut base = Url::parse(text).map_err(|source| CatalogUrlError::NotAUrl {
            text: text.to_owned(),
            source,
        })?;
        match base.scheme() {
            "http" => {}
            "https" => return Err(CatalogUrlError::Tls),
            scheme => {
                return Err(CatalogUrlError::Scheme {
                    scheme: scheme.to_owned(),
                });
            }
        }
        let part = if !base.username().is_empty() || base.password().is_some() {
            Some("a user name or a password")
        } else if base.query().is_some() {
            Some("a query")
        } else if base.fragment().is_some() {
            Some("a fragment")
        } else {
            None
        };
        if let Some(part) = part {
            return Err(CatalogUrlError::Part { part });
        }
        // Without the slash at its end, the last segment would be replaced by what is joined.
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self { base })
    }
}

impl CatalogUrl {
    /// The URL by which this machine calls what listens on this address. One that listens
    /// everywhere is called on the loopback address.
    pub(crate) fn of_address(mut address: SocketAddr) -> Self {
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}")
            .parse()
            .expect("an address and its port make a URL")
    }

    /// The URL of something below the base, by its segments.
    pub(super) fn below(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only a URL that cannot be a base refuses, and `http` URLs always can.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Display for CatalogUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.base.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_below_the_base() {
        for (text, expected) in [
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/api/gizmos"),
            ("http://127.0.0.1:4000/", "http://127.0.0.1:4000/api/gizmos"),
            ("http://shop.test/v1", "http://shop.test/v1/api/gizmos"),
            ("http://shop.test/v1/", "http://shop.test/v1/api/gizmos"),
        ] {
            let url: CatalogUrl = text.parse().expect(text);
            assert_eq!(url.below(&["api", "gizmos"]).as_str(), expected);
            assert_eq!(url.to_string(), text.trim_end_matches('/'));
        }
    }

    #[test]
    fn calls_what_listens_on_an_address() {
        for (address, url) in [
            ("127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("[::1]:4000", "http://[::1]:4000"),
            ("0.0.0.0:4000", "http://127.0.0.1:4000"),
            ("[::]:80", "http://[::1]"),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(CatalogUrl::of_address(address).to_string(), url);
        }
    }

    #[test]
    fn refuses_what_it_cannot_call_and_says_what_to_write() {
        for (text, advice) in [
            ("", "such as `http://127.0.0.1:4000`"),
            ("127.0.0.1:4000", "such as `http://127.0.0.1:4000`"),
            ("localhost:4000", "such as `http://127.0.0.1:4000`"),
            ("http://", "such as `http://127.0.0.1:4000`"),
            (
                "https://shop.test",
                "write `http://` in place of `https://`",
            ),
            ("http://me:secret@shop.test", "a user name or a password"),
            ("http://shop.test/?a=b", "a query"),
            ("http://shop.test/#top", "a fragment"),
        ] {
            let error = text.parse::<CatalogUrl>().expect_err(text).to_string();
            assert!(error.contains(advice), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
