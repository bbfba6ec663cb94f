//! Who asks: [`Client`], behind proxies as well.

mod forwarded;

pub(crate) use forwarded::TrustedProxies;

use crate::context::original_uri;
use axum::extract::{ConnectInfo, FromRequestParts};
use http::{HeaderMap, Uri, header::HOST, request::Parts, uri::Authority};
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

/// Where a request comes from, and how its visitor has addressed the site: an argument of pages, loaders and plain handlers.
///
/// Behind a proxy the connection is the proxy's, and what is known of the visitor stands in headers that the proxy has set.
/// Anybody can send those; so they count only when they come from a proxy that the site [trusts](crate::SiteBuilder::trusted_proxies).
///
/// | | of a trusted proxy | else |
/// |---|---|---|
/// | [`address`](Self::address) | the last address of `X-Forwarded-For` that is no trusted proxy's | that of the connection |
/// | [`scheme`](Self::scheme) | the last value of `X-Forwarded-Proto` | `http` |
/// | [`host`](Self::host) | the last value of `X-Forwarded-Host` | `Host`, or the authority of HTTP/2 |
///
/// What stands before those values the visitor may have written.
///
/// ```
/// use punctual::{Client, prelude::*};
///
/// #[page(async, path = "/")]
/// fn HomePage(client: Client) -> impl IntoView {
///     let address = client.address().map(|address| address.to_string());
///     view! { <p>"You come from " {address.unwrap_or_else(|| "nowhere".to_owned())}</p> }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    address: Option<IpAddr>,
    scheme: Scheme,
    host: Option<String>,
}

/// How a visitor has reached the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Without TLS.
    #[default]
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl Client {
    /// The visitor's address. `None` over a Unix socket without a trusted proxy, and in a router that
    /// another server serves without [`ConnectInfo`].
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Whether the visitor uses TLS.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The name under which the visitor knows the site, with the port if it is said. A visitor can send any.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// What a connection says by itself.
    fn of_connection(address: Option<IpAddr>, uri: &Uri, headers: &HeaderMap) -> Self {
        let authority = uri.authority().map(Authority::as_str);
        let host = || headers.get(HOST)?.to_str().ok();
        Self {
            address,
            scheme: Scheme::Http,
            host: authority.or_else(host).map(str::to_owned),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(client) = parts.extensions.get::<Self>() {
            return Ok(client.clone());
        }
        // Under the site's own server it is there when a proxy has said it.
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = connection.map(|ConnectInfo(address)| address.ip().to_canonical());
        Ok(Self::of_connection(
            address,
            original_uri(parts),
            &parts.headers,
        ))
    }
}
