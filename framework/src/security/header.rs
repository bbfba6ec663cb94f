use super::{
    Trust,
    policy::{NONCE, STRICT_DYNAMIC},
};
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_SECURITY_POLICY};

/// The header of a policy, of which only the nonce is missing.
pub(crate) struct Header {
    name: HeaderName,
    no_scripts: HeaderValue,
    scripts: Text,
    wasm: Text,
}

type Directives = [(String, String)];

impl Header {
    /// The directives, and those for documents in which WebAssembly runs.
    pub(super) fn new(name: HeaderName, directives: &Directives, wasm: &Directives) -> Self {
        Self {
            name,
            no_scripts: value(&text(directives, without_nonce)),
            scripts: Text::new(&text(directives, str::to_owned)),
            wasm: Text::new(&text(wasm, str::to_owned)),
        }
    }

    /// Adds the policy, unless the page has one.
    pub(super) fn write(&self, headers: &mut HeaderMap, trust: &Trust<'_>) {
        if !self.is_in(headers) {
            self.replace(headers, trust);
        }
    }

    /// Whether there is one already.
    pub(super) fn is_in(&self, headers: &HeaderMap) -> bool {
        headers.contains_key(&self.name) || headers.contains_key(CONTENT_SECURITY_POLICY)
    }

    /// The same, whatever stands there.
    pub(super) fn replace(&self, headers: &mut HeaderMap, trust: &Trust<'_>) {
        let value = match trust {
            Trust::NoScripts => self.no_scripts.clone(),
            Trust::Scripts { nonce, wasm: false } => self.scripts.with(nonce),
            Trust::Scripts { nonce, wasm: true } => self.wasm.with(nonce),
        };
        headers.insert(self.name.clone(), value);
    }
}

/// What stands around the nonces.
struct Text {
    pieces: Vec<String>,
}

impl Text {
    fn new(text: &str) -> Self {
        Self {
            pieces: text.split(NONCE).map(str::to_owned).collect(),
        }
    }

    fn with(&self, nonce: &str) -> HeaderValue {
        value(&self.pieces.join(&*["'nonce-", nonce, "'"].concat()))
    }
}

fn text(directives: &Directives, sources: impl Fn(&str) -> String) -> String {
    let directives = directives.iter().map(|(name, said)| match said.as_str() {
        "" => name.clone(),
        said => format!("{name} {}", sources(said)),
    });
    directives.collect::<Vec<_>>().join("; ")
}

/// For a document in which nothing has the nonce. What it alone would allow is nothing.
fn without_nonce(said: &str) -> String {
    let words = said.split_ascii_whitespace().filter(|word| *word != NONCE);
    let words: Vec<_> = words.collect();
    match words.as_slice() {
        [] | [STRICT_DYNAMIC] => "'none'".to_owned(),
        words => words.join(" "),
    }
}

/// The directives were checked when the site was built. (A site with problems is put together as well, to find all of
/// them.)
fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("script-src 'none'"))
}

#[cfg(test)]
mod tests {
    use super::super::ContentSecurityPolicy;
    use super::*;

    fn sent(policy: &ContentSecurityPolicy, trust: &Trust<'_>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(header) = policy.header() {
            header.write(&mut headers, trust);
        }
        let value = headers.get(CONTENT_SECURITY_POLICY);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    fn scripts(wasm: bool) -> Trust<'static> {
        Trust::Scripts { nonce: "N", wasm }
    }

    #[test]
    fn the_default() {
        let policy = ContentSecurityPolicy::default();
        let rest = "object-src 'none'; base-uri 'self'; frame-ancestors 'self'";
        assert_eq!(
            sent(&policy, &scripts(false)),
            format!("script-src 'nonce-N' 'strict-dynamic'; {rest}")
        );
        assert_eq!(
            sent(&policy, &scripts(true)),
            format!("script-src 'nonce-N' 'strict-dynamic' 'wasm-unsafe-eval'; {rest}")
        );
        assert_eq!(
            sent(&policy, &Trust::NoScripts),
            format!("script-src 'none'; {rest}")
        );
        assert_eq!(sent(&ContentSecurityPolicy::off(), &scripts(true)), "");
    }

    #[test]
    fn without_a_nonce_nothing_else_is_allowed_than_with_it() {
        let of = |value| {
            let policy = ContentSecurityPolicy::off().directive("script-src", value);
            sent(&policy, &Trust::NoScripts)
        };
        assert_eq!(of("{nonce}"), "script-src 'none'");
        assert_eq!(of("{nonce} https:"), "script-src https:");
        assert_eq!(
            of("{nonce} 'strict-dynamic' https:"),
            "script-src 'strict-dynamic' https:"
        );
    }

    #[test]
    fn webassembly_is_allowed_where_scripts_are() {
        let of = |name, value| {
            let policy = ContentSecurityPolicy::off().directive(name, value);
            sent(&policy, &scripts(true))
        };
        assert_eq!(of("script-src", "'none'"), "script-src 'none'");
        let eval = "{nonce} 'unsafe-eval'";
        assert_eq!(of("script-src", eval), "script-src 'nonce-N' 'unsafe-eval'");
        assert_eq!(of("img-src", "'self'"), "img-src 'self'");
        assert_eq!(
            of("default-src", "'self' {nonce}"),
            "default-src 'self' 'nonce-N'; script-src 'self' 'nonce-N' 'wasm-unsafe-eval'"
        );
        assert_eq!(
            of("upgrade-insecure-requests", ""),
            "upgrade-insecure-requests"
        );
    }
}
