//! Addresses that are written in another way than those of the pages.

use crate::page::PageEntry;
use http::{HeaderValue, Uri, request::Parts};

/// Finds the address of a page for one that differs from it only in how it is written.
///
/// Two addresses are the same to RFC 3986 (section 6.2.2) when they differ in the encoding of letters, digits, `-`, `.`,
/// `_` and `~`, or in the case of an encoding. That one with a slash at its end means the same page is a custom of
/// the web.
pub(super) struct Addresses(matchit::Router<()>);

impl Addresses {
    pub(super) fn of<S>(pages: &[PageEntry<S>]) -> Self {
        let mut paths = matchit::Router::new();
        for page in pages {
            // Two pages of one path, for different methods, are one address.
            let _ = paths.insert(page.path, ());
        }
        Self(paths)
    }

    /// Where the page is, for a request that no page answers.
    pub(super) fn elsewhere(&self, parts: &Parts, original: &Uri) -> Option<String> {
        let asked = parts.uri.path();
        // In a site that is nested, the visitor's path has the base in front.
        let base = original.path().strip_suffix(asked)?;
        let normal = normal(asked)?;
        let found = [Some(normal.clone()), other_end(&normal)]
            .into_iter()
            .flatten()
            .find(|path| *path != asked && self.0.at(path).is_ok())?;
        let mut location = format!("{base}{found}");
        // Browsers would take it for the name of a host.
        if location.starts_with("//") || location.contains('\\') {
            return None;
        }
        if let Some(query) = original.query() {
            location.push('?');
            location.push_str(query);
        }
        let can_be_sent = HeaderValue::try_from(&location).is_ok();
        can_be_sent.then_some(location)
    }
}

/// The path with a slash at its end, or without.
fn other_end(path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some("") => None,
        Some(path) => Some(path.to_owned()),
        None => Some(format!("{path}/")),
    }
}

/// The path with everything decoded that needs no encoding; `None` when that makes steps of it.
fn normal(path: &str) -> Option<String> {
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        normal.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3);
        let byte = code
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                normal.push(char::from(byte));
                rest = &rest[at + 3..];
            }
            Some(byte) => {
                normal.push_str(&format!("%{byte:02X}"));
                rest = &rest[at + 3..];
            }
            None => {
                normal.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    normal.push_str(rest);
    let has_steps = normal.split('/').any(|part| part == "." || part == "..");
    (!has_steps).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere(pages: &[&str], asked: &str, original: &str) -> Option<String> {
        let mut paths = matchit::Router::new();
        for page in pages {
            paths.insert(*page, ()).expect("a right path");
        }
        let uri: Uri = original.parse().expect("an address");
        let (parts, ()) = http::Request::get(asked)
            .body(())
            .expect("a request")
            .into_parts();
        Addresses(paths).elsewhere(&parts, &uri)
    }

    #[test]
    fn finds_pages_that_are_written_in_another_way() {
        let pages = ["/pwg", "/shop/", "/gr%C3%B6%C3%9Fe", "/products/{id}"];
        let cases = [
            ("/pwg/", Some("/pwg")),
            ("/pwg/?a=b%20c", Some("/pwg?a=b%20c")),
            ("/%70w%67", Some("/pwg")),
            ("/%70wg/", Some("/pwg")),
            ("/shop", Some("/shop/")),
            ("/gr%c3%b6%c3%9fe", Some("/gr%C3%B6%C3%9Fe")),
            ("/products/7/", Some("/products/7")),
            ("/pwg", None),
            ("/nothing/", None),
            ("/pwg//", None),
            ("/%zz", None),
            ("/%", None),
        ];
        for (asked, expected) in cases {
            let found = elsewhere(&pages, asked, asked);
            assert_eq!(found.as_deref(), expected, "{asked}");
        }
    }

    #[test]
    fn keeps_the_base_of_a_nested_site() {
        let found = elsewhere(&["/pwg"], "/pwg/", "/inner/pwg/?x");
        assert_eq!(found.as_deref(), Some("/inner/pwg?x"));
    }

    #[test]
    fn never_leads_to_another_host() {
        let pages = ["/{*rest}", "/a/{b}"];
        for asked in [
            "//evil.example/",
            "/%2e%2e/",
            "/%5Cevil.example/",
            "//evil.example/%61",
        ] {
            let found = elsewhere(&pages, asked, asked);
            assert!(
                found.is_none_or(|to| !to.starts_with("//") && !to.contains('\\')),
                "{asked}"
            );
        }
    }
}
