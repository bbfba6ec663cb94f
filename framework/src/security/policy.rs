use super::header::Header;
use http::{
    HeaderName,
    header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY},
};

/// Stands in a value where the nonce goes.
pub(super) const NONCE: &str = "{nonce}";
pub(super) const STRICT_DYNAMIC: &str = "'strict-dynamic'";
const WASM: &str = "'wasm-unsafe-eval'";
const NONE: &str = "'none'";

/// The directives of which the first one counts for scripts that stand in a document.
const SCRIPTS: [&str; 3] = ["script-src-elem", "script-src", "default-src"];

/// What stands in quotes in a policy. Without them it would be the name of a host.
const KEYWORDS: [&str; 10] = [
    "none",
    "self",
    "strict-dynamic",
    "report-sample",
    "unsafe-inline",
    "unsafe-eval",
    "unsafe-hashes",
    "wasm-unsafe-eval",
    "inline-speculation-rules",
    "unsafe-allow-redirects",
];

/// The `Content-Security-Policy` of the site's documents: which scripts run, and what else browsers keep a document from. For
/// [`SiteBuilder::content_security_policy`](crate::SiteBuilder::content_security_policy).
///
/// # The default
///
/// A strict policy as [web.dev](https://web.dev/articles/strict-csp) and
/// [MDN](https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP#strict_csp) recommend it:
///
/// ```text
/// script-src 'nonce-V8dV2nLlHg3oYQ0fVTcM1w' 'strict-dynamic'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'
/// ```
///
/// | directive | what it is for |
/// |---|---|
/// | `script-src` | Only scripts with the nonce run: those that this crate and Leptos write, and those of yours with `nonce=leptos::nonce::use_nonce()`. With `'strict-dynamic'` they may load others. What somebody gets into a page has no nonce and does not run: no `<script>`, no `onclick=`, no `javascript:` link. |
/// | `'wasm-unsafe-eval'` | In `script-src`, where islands run in the browser: in a document that is sent as a whole if there is an island in it, and in one that is streamed if the site has [islands](crate::SiteBuilder::islands) at all, because a late part may bring one. WebAssembly is not compiled without it. It does not allow `eval`. |
/// | `object-src 'none'` | No `<object>` and `<embed>`, in which browsers run what is not script. |
/// | `base-uri 'self'` | No `<base>` that sends the site's own relative addresses, of scripts too, to another host. |
/// | `frame-ancestors 'self'` | No other site shows a page in a frame, to get clicks for it. It takes the place of `X-Frame-Options`. |
///
/// What is not in it, because it would break pages without making them much safer, or because only the site knows:
///
/// - `form-action`: Chromium applies it to the redirects after a form as well, so that a sign-in which sends its visitors to another host stops.
/// - `style-src`: Leptos writes `style=` attributes, for which a nonce does not count.
/// - `default-src`, `img-src`, `connect-src`, `font-src` and the like: a list of hosts that only the site knows. They do not keep scripts from running.
/// - `upgrade-insecure-requests`: a site that is tried out over plain HTTP in the own network would stop working.
/// - `require-trusted-types-for`: WebAssembly of islands writes HTML into the document.
/// - `'unsafe-inline'` and `https:` for browsers from before 2022 (Safari before 15.4), which do not know `'strict-dynamic'`: add them where that matters.
///
/// # Whose it is
///
/// Each rendering of a page has a nonce of its own. A page that sets the header itself ([`ResponseHead`](crate::ResponseHead), Leptos'
/// [`ResponseOptions`](crate::ResponseOptions)) has its own policy, and the site's is not added. Error pages and the not-found page
/// have the site's. It is for documents: redirects, answers without a body (304 among them, which would put a new nonce to an old document), files and
/// the routes of `.routes(..)` have none.
///
/// A document that may be kept in a shared cache (`stream = "off"`, or synchronous, with `Cache-Control: public`) has one nonce for all visitors as long as it is
/// kept. It is of little use then, because who knows it can write scripts that run. So where nothing in such a document has the nonce, the policy does not tell it:
/// it allows no inline script at all. Keep documents with scripts out of shared caches, or give the page a policy of its own with hashes of its scripts.
///
/// # Limits
///
/// It is a second line: texts and attributes are escaped in the first place. What no policy helps against is `inner_html` with data from elsewhere,
/// and an address such as `href=data` that may say where visitors go.
///
/// With `'strict-dynamic'` browsers run what a script with the nonce brings into the document, also a `<script>` without it. The parts of a page that come late,
/// out of order, are put in place by a script. So that the nonce counts there as it does in the first part, a script in them that does not have it is made text
/// (`type="text/plain"`; data of the types `application/json` and `application/ld+json` stay, if `type` is their first attribute). That goes by the site's policy, also on pages with their own. Sites whose scripts load no others can leave the word out, which is stricter:
/// `.directive("script-src", "{nonce}")`. Islands work all the same.
///
/// # Examples
///
/// ```
/// use punctual::{ContentSecurityPolicy, Site};
///
/// let policy = ContentSecurityPolicy::default()
///     .directive("img-src", "'self' https://pictures.example")
///     .directive("script-src", "{nonce} 'strict-dynamic' https: 'unsafe-inline'")
///     .without("frame-ancestors");
/// let site = Site::builder().content_security_policy(policy);
/// # let _ = site;
/// ```
///
/// To see first what a policy would keep from running, with the reports of browsers:
///
/// ```
/// use http::{HeaderName, HeaderValue};
/// use punctual::{ContentSecurityPolicy, Site};
///
/// let policy = ContentSecurityPolicy::default().directive("report-to", "csp").report_only();
/// let reports = HeaderValue::from_static("csp=\"https://reports.example/csp\"");
/// let site = Site::builder()
///     .content_security_policy(policy)
///     .document_header(HeaderName::from_static("reporting-endpoints"), reports);
/// # let _ = site;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ContentSecurityPolicy {
    /// In the order in which they are sent.
    directives: Vec<(String, String)>,
    report_only: bool,
}

impl Default for ContentSecurityPolicy {
    /// The strict policy.
    fn default() -> Self {
        Self::off()
            .directive("script-src", "{nonce} 'strict-dynamic'")
            .directive("object-src", "'none'")
            .directive("base-uri", "'self'")
            .directive("frame-ancestors", "'self'")
    }
}

impl ContentSecurityPolicy {
    /// No policy: for a site that has its own in a layer or in a proxy, and, with [`directive`](Self::directive), for one of which
    /// every word is the site's.
    pub fn off() -> Self {
        Self {
            directives: Vec::new(),
            report_only: false,
        }
    }

    /// Adds a directive, in place of one of the same name: `.directive("img-src", "'self' data:")`. In the value `{nonce}` stands for the
    /// nonce of each document. `script-src` gets `'wasm-unsafe-eval'` where islands run in the browser, unless it is `'none'`.
    ///
    /// What no browser could read, or what would keep the scripts of this crate from running, is a [`Problem`](crate::Problem) when the site is built.
    /// `script-src 'none'` is none: it is for a site all of whose pages do without scripts.
    pub fn directive(mut self, name: &str, value: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let value = value.trim().to_owned();
        match self.directives.iter_mut().find(|(it, _)| *it == name) {
            Some((_, said)) => *said = value,
            None => self.directives.push((name, value)),
        }
        self
    }

    /// Leaves a directive out.
    pub fn without(mut self, name: &str) -> Self {
        self.directives
            .retain(|(it, _)| !it.eq_ignore_ascii_case(name));
        self
    }

    /// Browsers only report what they would keep from running: `Content-Security-Policy-Report-Only`.
    pub fn report_only(mut self) -> Self {
        self.report_only = true;
        self
    }

    /// Lets documents open connections to this source as well, if they may not already.
    pub(crate) fn connecting(self, source: &str) -> Self {
        let mut names = ["connect-src", "default-src"].into_iter();
        let sources = names
            .find_map(|name| self.get(name))
            .map(|said| match said {
                NONE => source.to_owned(),
                said => format!("{said} {source}"),
            });
        match sources {
            Some(sources) => self.directive("connect-src", &sources),
            None => self,
        }
    }

    /// What is wrong with it.
    pub(crate) fn problems(&self) -> Vec<DirectiveProblem> {
        let mut problems: Vec<_> = self
            .directives
            .iter()
            .filter_map(|(name, value)| DirectiveProblem::find(name, value))
            .collect();
        let scripts = SCRIPTS.into_iter().find_map(|it| Some((it, self.get(it)?)));
        if let Some((name, value)) = scripts
            && ![NONE, ""].contains(&value)
            && !value
                .split_ascii_whitespace()
                .any(|word| word == NONCE || word.eq_ignore_ascii_case("'unsafe-inline'"))
        {
            problems.push(DirectiveProblem {
                name: name.to_owned(),
                reason: "it keeps the scripts that put late parts in place from running: write `{nonce}` into it".to_owned(),
            });
        }
        problems
    }

    /// Whether browsers run what trusted scripts bring into a document.
    pub(crate) fn is_dynamic(&self) -> bool {
        let words = SCRIPTS.into_iter().find_map(|name| self.get(name));
        let mut words = words.unwrap_or_default().split_ascii_whitespace();
        !self.report_only && words.any(|word| word.eq_ignore_ascii_case(STRICT_DYNAMIC))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut directives = self.directives.iter();
        directives
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn header(&self) -> Option<Header> {
        let (own, other) = (CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY);
        let name: HeaderName = if self.report_only { other } else { own };
        (!self.directives.is_empty())
            .then(|| Header::new(name, &self.directives, &self.with_wasm().directives))
    }

    /// For documents with islands.
    fn with_wasm(&self) -> Self {
        let names = ["script-src", "default-src"];
        let Some(value) = names.into_iter().find_map(|name| self.get(name)) else {
            return self.clone();
        };
        let says = |word: &str| value.split_ascii_whitespace().any(|it| it == word);
        if value.is_empty() || [NONE, WASM, "'unsafe-eval'"].into_iter().any(says) {
            return self.clone();
        }
        // (If `default-src` says it, that goes for all else as well: scripts get a directive of their own.)
        self.clone()
            .directive("script-src", &format!("{value} {WASM}"))
    }
}

/// What is wrong with a directive.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DirectiveProblem {
    pub(crate) name: String,
    /// What, and what to do.
    pub(crate) reason: String,
}

impl DirectiveProblem {
    fn find(name: &str, value: &str) -> Option<Self> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let reason = if name.is_empty() || !name.chars().all(is_name) {
            "its name has other characters than letters, digits and hyphens: write one such as `img-src`".to_owned()
        } else if let Some(character) = value
            .chars()
            .find(|c| !matches!(c, ' '..='~') || matches!(c, ';' | ','))
        {
            match character {
                ';' => "there is a `;` in its value: give each directive a call of `.directive(..)`, and write `%3B` in an address".to_owned(),
                ',' => "there is a `,` in its value: put spaces between the sources, and write `%2C` in an address".to_owned(),
                _ => format!("there is {character:?} in its value: only printable ASCII characters may stand there"),
            }
        } else {
            value.split(' ').find_map(wrong_word)?
        };
        Some(Self {
            name: name.to_owned(),
            reason,
        })
    }
}

/// What is wrong with a word that browsers would read as something else than what is meant.
fn wrong_word(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if KEYWORDS.contains(&lower.as_str()) {
        return Some(format!(
            "`{word}` would be the name of a host: write `'{lower}'`"
        ));
    }
    if lower.starts_with("'nonce-") {
        return Some(
            "a nonce that is always the same protects nothing: write `{nonce}`".to_owned(),
        );
    }
    let is_like_nonce = word != NONCE && word.contains(['{', '}']);
    is_like_nonce.then(|| {
        format!("`{word}` is no source: `{NONCE}` stands by itself, with spaces around it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, value: &str) -> Vec<String> {
        let policy = ContentSecurityPolicy::off().directive(name, value);
        let problems = policy.problems().into_iter();
        problems.map(|problem| problem.reason).collect()
    }

    #[test]
    fn the_default_is_right() {
        assert_eq!(ContentSecurityPolicy::default().problems(), []);
        assert_eq!(ContentSecurityPolicy::off().problems(), []);
    }

    #[test]
    fn says_what_is_wrong_and_what_to_do() {
        for (name, value, part) in [
            ("img_src", "'self'", "such as `img-src`"),
            ("", "'self'", "such as `img-src`"),
            (
                "img-src",
                "'self'; font-src 'self'",
                "a call of `.directive(..)`",
            ),
            ("img-src", "'self', data:", "put spaces between"),
            ("img-src", "'self'\ndata:", "'\\n'"),
            ("img-src", "https://bücher.example", "'ü'"),
            ("img-src", "self", "write `'self'`"),
            ("img-src", "None", "write `'none'`"),
            ("script-src", "'nonce-abc' {nonce}", "protects nothing"),
            ("script-src", "'nonce-{nonce}' {nonce}", "protects nothing"),
            ("script-src", "'{nonce}' {nonce}", "stands by itself"),
            ("script-src", "'self'", "write `{nonce}` into it"),
            ("script-src-elem", "'self'", "write `{nonce}` into it"),
            ("default-src", "'self'", "write `{nonce}` into it"),
        ] {
            let problems = problems(name, value);
            assert!(
                matches!(problems.as_slice(), [problem] if problem.contains(part)),
                "{name} {value}: {problems:?}"
            );
        }
    }

    #[test]
    fn takes_what_browsers_take() {
        for (name, value) in [
            ("img-src", "'self' data: https://*.example:443/a%2Cb *"),
            ("upgrade-insecure-requests", ""),
            ("sandbox", "allow-scripts"),
            ("report-uri", "/csp?a=1"),
            ("script-src", "'none'"),
            ("script-src", "'self' 'UNSAFE-INLINE'"),
            ("script-src", "{nonce} 'sha256-abc='"),
            ("IMG-SRC", "'self'"),
        ] {
            assert_eq!(
                problems(name, value),
                Vec::<String>::new(),
                "{name} {value}"
            );
        }
        // What counts for scripts is the most special one.
        let policy = ContentSecurityPolicy::default().directive("default-src", "'self'");
        assert_eq!(policy.problems(), []);
    }

    #[test]
    fn development_may_connect_where_connections_are_restricted() {
        let reload = |policy: ContentSecurityPolicy| {
            let policy = policy.connecting("ws://*:3001");
            policy.get("connect-src").map(str::to_owned)
        };
        let of = |name, value| ContentSecurityPolicy::default().directive(name, value);
        assert_eq!(reload(ContentSecurityPolicy::default()), None);
        let both = Some("'self' ws://*:3001".to_owned());
        assert_eq!(reload(of("connect-src", "'self'")), both);
        assert_eq!(reload(of("default-src", "'self'")), both);
        assert_eq!(
            reload(of("connect-src", "'none'")).as_deref(),
            Some("ws://*:3001")
        );
    }
}
