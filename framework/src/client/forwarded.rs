//! What proxies say of visitors, if they are to be believed.

use super::{Client, Scheme};
use http::{HeaderMap, HeaderName, Request};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The word for programs that come over a Unix socket.
const UNIX: &str = "unix";

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies {
    nets: Vec<IpNet>,
    unix: bool,
}

/// What was given is no address of a proxy.
#[derive(Debug)]
pub(crate) struct BadProxy(pub(crate) String);

impl TrustedProxies {
    /// Reads addresses (`10.1.2.3`), networks (`10.0.0.0/8`) and the word `unix`.
    pub(crate) fn read<'a>(texts: impl IntoIterator<Item = &'a String>) -> (Self, Vec<BadProxy>) {
        let (mut proxies, mut bad) = (Self::default(), Vec::new());
        for text in texts {
            let text = text.trim();
            let address = text.parse::<IpAddr>();
            let address = address.map(|address| IpNet::from(address.to_canonical()));
            match address.or_else(|_| text.parse()) {
                Ok(net) => proxies.nets.push(net),
                Err(_) if text.eq_ignore_ascii_case(UNIX) => proxies.unix = true,
                Err(_) => bad.push(BadProxy(text.to_owned())),
            }
        }
        (proxies, bad)
    }

    /// Whether the other end of a connection is believed: an address, or `None` over a Unix socket.
    fn trusts(&self, peer: Option<IpAddr>) -> bool {
        match peer {
            // An IPv4 address that comes over a socket of IPv6.
            Some(peer) => {
                let peer = peer.to_canonical();
                self.nets.iter().any(|net| net.contains(&peer))
            }
            None => self.unix,
        }
    }

    /// Takes out of a request what nobody is to believe, and puts in what is known of its visitor.
    pub(crate) fn apply<B>(&self, peer: Option<IpAddr>, request: &mut Request<B>) {
        if !self.trusts(peer) {
            strip(request.headers_mut());
            return;
        }
        // Nothing here reads it, and a proxy that does not know it passes on what a visitor has written.
        request.headers_mut().remove(http::header::FORWARDED);
        let headers = request.headers();
        let mut client = Client::of_connection(peer, request.uri(), headers);
        client.address = self.visitor(peer, headers);
        if let Some(proto) = last(headers, &PROTO) {
            client.scheme = match proto.eq_ignore_ascii_case("https") {
                true => Scheme::Https,
                false => Scheme::Http,
            };
        }
        if let Some(host) = last(headers, &FORWARDED_HOST) {
            client.host = Some(host.to_owned());
        }
        request.extensions_mut().insert(client);
    }

    /// Each proxy has added the address that asked it, so the list is read from its end, as long as those who wrote it are believed.
    fn visitor(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut visitor = peer.map(|peer| peer.to_canonical());
        for text in values(headers, &FOR).rev() {
            let Some(address) = address(text) else {
                break;
            };
            visitor = Some(address);
            if !self.trusts(visitor) {
                break;
            }
        }
        visitor
    }
}

fn strip(headers: &mut HeaderMap) {
    let is_forwarded = |name: &&HeaderName| {
        let name = name.as_str();
        name.starts_with("x-forwarded-") || name == "x-real-ip" || name == "forwarded"
    };
    let names: Vec<_> = headers.keys().filter(is_forwarded).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

/// The values of a header that is a list, on one line or several.
fn values<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines = headers.get_all(name).iter();
    // A line that is no text counts as one value that is nothing.
    lines
        .flat_map(|line| line.to_str().unwrap_or("?").split(','))
        .map(str::trim)
}

fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    values(headers, name)
        .next_back()
        .filter(|it| !it.is_empty())
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<SocketAddr>().ok().map(|it| it.ip());
    let address = bare.parse::<IpAddr>().ok().or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies() -> TrustedProxies {
        let texts = ["10.0.0.0/8", "::1", "unix"].map(str::to_owned);
        let (proxies, bad) = TrustedProxies::read(&texts);
        assert!(bad.is_empty());
        proxies
    }

    fn request(headers: &[(&'static str, &str)]) -> Request<()> {
        let mut request = Request::get("/").header("host", "inside").body(()).unwrap();
        for (name, value) in headers {
            let value = value.parse().unwrap();
            request.headers_mut().append(*name, value);
        }
        request
    }

    fn client(peer: Option<&str>, headers: &[(&'static str, &str)]) -> Option<Client> {
        let mut request = request(headers);
        let peer = peer.map(|peer| peer.parse().unwrap());
        proxies().apply(peer, &mut request);
        request.extensions_mut().remove()
    }

    fn visitor(peer: &str, forwarded: &str) -> String {
        let client = client(Some(peer), &[("x-forwarded-for", forwarded)]).expect("it is trusted");
        client.address().expect("it is known").to_string()
    }

    #[test]
    fn the_visitor_is_the_last_one_that_is_no_proxy() {
        assert_eq!(visitor("10.0.0.1", "203.0.113.7"), "203.0.113.7");
        assert_eq!(visitor("10.0.0.1", "203.0.113.7, 10.0.0.2"), "203.0.113.7");
        // The first is what the visitor has sent.
        assert_eq!(visitor("10.0.0.1", "127.0.0.1, 203.0.113.7"), "203.0.113.7");
        assert_eq!(visitor("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        assert_eq!(
            visitor("::ffff:10.0.0.1", "203.0.113.7:4711"),
            "203.0.113.7"
        );
        assert_eq!(visitor("::1", "[2001:db8::7]:4711"), "2001:db8::7");
        assert_eq!(visitor("::1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(visitor("::1", "::ffff:203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn what_is_no_address_ends_the_list() {
        assert_eq!(visitor("10.0.0.1", "unknown"), "10.0.0.1");
        assert_eq!(
            visitor("10.0.0.1", "203.0.113.7, unknown, 10.0.0.2"),
            "10.0.0.2"
        );
        assert_eq!(visitor("10.0.0.1", ""), "10.0.0.1");
    }

    #[test]
    fn the_last_proxy_says_scheme_and_host() {
        let headers = [
            ("x-forwarded-proto", "http, https"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-host", "shop.example"),
        ];
        let client = client(None, &headers).expect("it is trusted");
        assert_eq!(client.scheme(), Scheme::Https);
        assert_eq!(client.host(), Some("shop.example"));
        assert_eq!(client.address(), None);
    }

    #[test]
    fn nobody_else_is_believed() {
        let mut request = request(&[
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-prefix", "/evil"),
            ("x-real-ip", "127.0.0.1"),
            ("forwarded", "host=evil.example"),
            ("x-other", "stays"),
        ]);
        proxies().apply(Some("203.0.113.7".parse().unwrap()), &mut request);
        assert!(request.extensions().get::<Client>().is_none());
        let names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["host", "x-other"]);
        // And by default nobody at all.
        let mut request = self::request(&[("x-forwarded-for", "1.2.3.4")]);
        TrustedProxies::default().apply(None, &mut request);
        assert_eq!(request.headers().len(), 1);
    }

    #[test]
    fn what_is_no_proxy_is_named() {
        let texts = ["10.0.0.0/40", "proxy.example", "10.0.0.1"].map(str::to_owned);
        let (_, bad) = TrustedProxies::read(&texts);
        let bad: Vec<_> = bad.into_iter().map(|bad| bad.0).collect();
        assert_eq!(bad, ["10.0.0.0/40", "proxy.example"]);
        // One that is written as an address of IPv6.
        let (proxies, bad) = TrustedProxies::read(&["::ffff:10.0.0.1".to_owned()]);
        assert!(bad.is_empty() && proxies.trusts(Some("10.0.0.1".parse().unwrap())));
    }
}
