//! Pages for visitors without JavaScript.
//!
//! Parts that come out of order are put into their places by a script. Whoever runs none is sent, by a
//! `<noscript>` in the head, to the same page with a key in its query, and gets it in order. The key is taken
//! out of the request before anything of the page sees it.

use super::head;
use axum::extract::OriginalUri;
use http::{Uri, request::Parts, uri::PathAndQuery};

/// The reserved key, and the value that asks for the page in order.
const KEY: &str = "__stream";
const IN_ORDER: &str = "in-order";

/// Takes the key out of the address of a request. Says whether it asked for the page in order.
pub(crate) fn take_key(parts: &mut Parts) -> bool {
    let Some((uri, in_order)) = without_key(&parts.uri) else {
        return false;
    };
    parts.uri = uri;
    if let Some(OriginalUri(original)) = parts.extensions.get_mut::<OriginalUri>()
        && let Some((uri, _)) = without_key(original)
    {
        *original = uri;
    }
    in_order
}

fn without_key(uri: &Uri) -> Option<(Uri, bool)> {
    let query = uri.query().filter(|query| query.contains(KEY))?;
    let is_key = |pair: &&str| pair.split('=').next() == Some(KEY);
    let (mine, others): (Vec<_>, Vec<_>) = query.split('&').partition(is_key);
    if mine.is_empty() {
        return None;
    }
    let in_order = mine.iter().any(|pair| {
        pair.split_once('=')
            .is_some_and(|(_, value)| value == IN_ORDER)
    });
    let path = uri.path();
    let path = match others.is_empty() {
        true => path.parse::<PathAndQuery>(),
        false => format!("{path}?{}", others.join("&")).parse(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.ok()?);
    Some((Uri::from_parts(parts).ok()?, in_order))
}

/// Writes the `<noscript>` into the head. Gives the document back as it was when it has none.
pub(super) fn redirect(html: String, address: &Uri) -> Result<String, String> {
    let url = head::escape(&in_order(address, &html));
    // A space in it would end it early; in an address there is none.
    let element =
        format!("<noscript><meta http-equiv=\"refresh\" content=\"0;url={url}\"></noscript>");
    head::insert(html, &element)
}

/// The address of the same page, in order.
///
/// The query alone stands for the same path, also behind a proxy that changes the path. Where a
/// `<base>` gives addresses another meaning, the path has to be said; one that begins with two
/// slashes would be the name of a host. (A `<base>` on another host sends visitors there, as it does with all
/// links of the page.)
fn in_order(address: &Uri, html: &str) -> String {
    let head = html.split_once("</head>").map_or(html, |(head, _)| head);
    let query = match address.query() {
        Some(query) if !query.is_empty() => format!("?{query}&{KEY}={IN_ORDER}"),
        _ => format!("?{KEY}={IN_ORDER}"),
    };
    if !head.contains("<base") {
        return query;
    }
    let path = address.path();
    let is_host = path.starts_with("//") || path.starts_with("/\\");
    let dot = if is_host { "/." } else { "" };
    format!("{dot}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(address: &str) -> Option<(String, bool)> {
        let uri = address.parse().expect("an address");
        without_key(&uri).map(|(uri, in_order)| (uri.to_string(), in_order))
    }

    #[test]
    fn takes_the_key_and_leaves_the_rest() {
        assert_eq!(taken("/a?b=1"), None);
        assert_eq!(taken("/a?b=__stream"), None);
        assert_eq!(taken("/a?__streams=in-order"), None);
        assert_eq!(taken("/a?__stream=in-order"), Some(("/a".to_owned(), true)));
        assert_eq!(
            taken("/a?b=1&__stream=in-order&c=%26"),
            Some(("/a?b=1&c=%26".to_owned(), true))
        );
        assert_eq!(taken("/a?__stream&b"), Some(("/a?b".to_owned(), false)));
        assert_eq!(
            taken("http://shop.test/a?__stream=in-order"),
            Some(("http://shop.test/a".to_owned(), true))
        );
    }

    #[test]
    fn the_address_leads_to_the_same_page() {
        let in_order = |address: &str, html| in_order(&address.parse().expect("an address"), html);
        assert_eq!(
            in_order("/a?b=1&c", "<head></head>"),
            "?b=1&c&__stream=in-order"
        );
        assert_eq!(in_order("/a", "<head></head><base>"), "?__stream=in-order");
        assert_eq!(
            in_order("/a", "<head><base href=\"/\"></head>"),
            "/a?__stream=in-order"
        );
        assert_eq!(
            in_order("//evil.test/a", "<head><base href=\"/\"></head>"),
            "/.//evil.test/a?__stream=in-order"
        );
        assert_eq!(
            in_order("/\\evil.test/a", "<head><base href=\"/\"></head>"),
            "/./\\evil.test/a?__stream=in-order"
        );
    }

    #[test]
    fn the_address_cannot_leave_its_attribute() {
        let address = "/a\"b?a='%3E&b".parse().expect("an address");
        let html = redirect("<head><base></head>".to_owned(), &address).expect("a head");
        assert_eq!(
            html,
            "<head><base><noscript><meta http-equiv=\"refresh\" content=\"0;url=/a&quot;b?a='%3E&amp;b&amp;\
             __stream=in-order\"></noscript></head>"
        );
        assert!(redirect("<p>".to_owned(), &address).is_err());
    }
}
