//! What the head of a document says for its safety: the policy for its scripts, and a few headers that a careful site sends.

mod header;
mod policy;

pub use policy::ContentSecurityPolicy;

use crate::render::Scripts;
use header::Header;
use http::{HeaderMap, HeaderName, HeaderValue};
use memchr::{memchr, memchr_iter};

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a document may run.
pub(crate) enum Trust<'a> {
    /// No script that is known by a nonce.
    NoScripts,
    /// Scripts with this nonce, and WebAssembly if islands run in it.
    Scripts { nonce: &'a str, wasm: bool },
}

impl<'a> Trust<'a> {
    /// A document that is known. A nonce that nothing in it has is not told to anybody: the document may be kept in a
    /// cache, where it would be the nonce of all visitors.
    pub(crate) fn of_whole(html: &str, scripts: &'a Scripts) -> Self {
        let nonce = scripts.nonce();
        if !is_in(html.as_bytes(), nonce.as_bytes()) {
            return Self::NoScripts;
        }
        let wasm = scripts.are_islands_in(html);
        Self::Scripts { nonce, wasm }
    }

    /// A document of which more is to come, islands among it if the site has some.
    pub(crate) fn of_streamed(scripts: &'a Scripts) -> Self {
        Self::Scripts {
            nonce: scripts.nonce(),
            wasm: scripts.has_islands(),
        }
    }
}

/// Letters of which a document has few, the fewest first.
const SELDOM: &[u8] = b"ZQXJKVYWUGHFBRONDMLPEITCSA";

/// Whether a nonce stands in a document. It is looked for by one letter, which takes less time than by more of it.
fn is_in(html: &[u8], nonce: &[u8]) -> bool {
    let letters = SELDOM.iter();
    let place = letters.filter_map(|letter| memchr(*letter, nonce)).next();
    let place = place.unwrap_or_default();
    let Some(&letter) = nonce.get(place) else {
        return false;
    };
    memchr_iter(letter, html).any(|found| {
        let start = found.checked_sub(place);
        start.is_some_and(|start| html[start..].starts_with(nonce))
    })
}

/// The headers that each document of a site gets, unless it has them.
pub(crate) struct Security {
    policy: Option<Header>,
    headers: HeaderMap,
}

impl Security {
    pub(crate) fn new(policy: &ContentSecurityPolicy, headers: HeaderMap) -> Self {
        Self {
            // The site may say one itself.
            policy: policy.header().filter(|policy| !policy.is_in(&headers)),
            headers,
        }
    }

    /// Says what a document may run, in a head that is complete and that nobody else has said anything in.
    pub(crate) fn trust(&self, headers: &mut HeaderMap, trust: &Trust<'_>) {
        if let Some(policy) = self
            .policy
            .as_ref()
            .filter(|_| !matches!(trust, Trust::NoScripts))
        {
            policy.replace(headers, trust);
        }
    }

    /// Completes the head of a document. What the page has said itself stays.
    pub(crate) fn complete(&self, headers: &mut HeaderMap, trust: &Trust<'_>) {
        headers.reserve(self.headers.len() + usize::from(self.policy.is_some()));
        for (name, value) in &self.headers {
            if !headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        if let Some(policy) = &self.policy {
            policy.write(headers, trust);
        }
    }
}

/// What each document gets if nobody says otherwise. Why these, [`document_header`](crate::SiteBuilder::document_header) says.
pub(crate) fn default_headers() -> HeaderMap {
    let (sniff, referrer) = (
        http::header::X_CONTENT_TYPE_OPTIONS,
        http::header::REFERRER_POLICY,
    );
    HeaderMap::from_iter([
        (sniff, HeaderValue::from_static("nosniff")),
        (
            referrer,
            HeaderValue::from_static("strict-origin-when-cross-origin"),
        ),
        (OPENER, HeaderValue::from_static("same-origin")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_nonce_wherever_it_stands() {
        // With letters that are rare and that are not, and with none.
        for nonce in ["aXbc", "Xabc", "abcX", "abcS", "1234", "XXXa"] {
            let is_in = |html: &str| is_in(html.as_bytes(), nonce.as_bytes());
            for html in ["{}", "{} ", " {}", "X{}X", "<script nonce=\"{}\">"] {
                assert!(is_in(&html.replace("{}", nonce)), "{nonce} in {html}");
            }
            for part in ["", "X", &nonce[1..], &nonce[..3]] {
                assert!(!is_in(part), "{nonce} in {part}");
            }
        }
        assert!(!is_in(b"abc", b""));
    }
}
