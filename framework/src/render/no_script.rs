//! Pages for visitors without JavaScript.
//!
//! Parts that come out of order are put into their places by a script. Whoever runs none is sent, by a
//! `<noscript>` in the head, to the same page with a key in its query, and gets it in order. The key is taken
//! out of the request before anything of the page sees it.
//!
//! Browsers follow that when the document is at its end. So that it is at once, the `<noscript>` also has a
//! style sheet, which nobody else asks for: at that request the site ends the document. (Where another
//! instance of the site is asked, the document ends as it would have.)

use super::head;
use axum::extract::OriginalUri;
use http::{Uri, request::Parts, uri::PathAndQuery};
use memchr::memmem;
use rustc_hash::FxHashMap;
use std::{
    fmt::Write as _,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// The reserved key, and the values that it may have.
const KEY: &str = "__stream";
const IN_ORDER: &str = "in-order";
const END: &str = "end-";

/// What a request asks for with the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The page in order.
    InOrder,
    /// That the document of this number ends, because its parts are of no use.
    End(u64),
    /// Nothing that is known.
    Nothing,
}

impl Asked {
    fn read(value: &str) -> Self {
        if value == IN_ORDER {
            return Self::InOrder;
        }
        let number = value.strip_prefix(END);
        match number.and_then(|number| u64::from_str_radix(number, 16).ok()) {
            Some(number) => Self::End(number),
            None => Self::Nothing,
        }
    }
}

/// The documents that are being written out of order.
#[derive(Default)]
pub(crate) struct Streams(Mutex<FxHashMap<u64, CancellationToken>>);

impl Streams {
    /// One more, until it is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Stream {
        // A number that nobody can guess: without it one visitor cannot end the page of another.
        let number = RandomState::new().build_hasher().finish();
        let token = CancellationToken::new();
        self.streams().insert(number, token.clone());
        Stream {
            number,
            token,
            streams: self.clone(),
        }
    }

    /// Ends the document of this number, if it is here.
    pub(crate) fn end(&self, number: u64) {
        if let Some(token) = self.streams().get(&number) {
            token.cancel();
        }
    }

    fn streams(&self) -> MutexGuard<'_, FxHashMap<u64, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A document that is being written out of order.
pub(crate) struct Stream {
    number: u64,
    token: CancellationToken,
    streams: Arc<Streams>,
}

impl Stream {
    /// Cancelled when its visitor runs no scripts.
    pub(super) fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.streams.streams().remove(&self.number);
    }
}

/// Takes the key out of the address of a request. Says what it asked for.
pub(crate) fn take_key(parts: &mut Parts) -> Asked {
    let Some((uri, asked)) = without_key(&parts.uri) else {
        return Asked::Nothing;
    };
    parts.uri = uri;
    if let Some(OriginalUri(original)) = parts.extensions.get_mut::<OriginalUri>()
        && let Some((uri, _)) = without_key(original)
    {
        *original = uri;
    }
    asked
}

fn without_key(uri: &Uri) -> Option<(Uri, Asked)> {
    let query = uri.query().filter(|query| query.contains(KEY))?;
    let is_key = |pair: &&str| pair.split('=').next() == Some(KEY);
    let (mine, others): (Vec<_>, Vec<_>) = query.split('&').partition(is_key);
    if mine.is_empty() {
        return None;
    }
    let values = mine.iter().filter_map(|pair| pair.split_once('='));
    let asked = values
        .map(|(_, value)| Asked::read(value))
        .find(|asked| *asked != Asked::Nothing);
    let path = uri.path();
    let path = match others.is_empty() {
        true => path.parse::<PathAndQuery>(),
        false => format!("{path}?{}", others.join("&")).parse(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.ok()?);
    Some((
        Uri::from_parts(parts).ok()?,
        asked.unwrap_or(Asked::Nothing),
    ))
}

/// Writes the `<noscript>` into the head. Gives the document back as it was when it has none.
pub(super) fn redirect(mut html: String, address: &Uri, stream: &Stream) -> Result<String, String> {
    let Some(at) = head::end(&html) else {
        return Err(html);
    };
    let address = address_before_value(address, &html[..at]);
    let address = head::escape(&address);
    let mut element = String::with_capacity(2 * address.len() + 192);
    // Values of the key need not be escaped.
    let _ = write!(
        element,
        "<noscript><link rel=\"stylesheet\" href=\"{address}{END}{:x}\">\
         <meta http-equiv=\"refresh\" content=\"0;url={address}{IN_ORDER}\"></noscript>",
        stream.number
    );
    html.insert_str(at, &element);
    Ok(html)
}

/// The address of the same page, with the key, up to its value.
///
/// The query alone stands for the same path, also behind a proxy that changes the path. Where a
/// `<base>` in the head gives addresses another meaning, the path has to be said; one that begins with two
/// slashes would be the name of a host. (A `<base>` on another host sends visitors there, as it does with all
/// links of the page.)
fn address_before_value(address: &Uri, head: &str) -> String {
    let query = match address.query() {
        Some(query) if !query.is_empty() => format!("?{query}&{KEY}="),
        _ => format!("?{KEY}="),
    };
    if memmem::find(head.as_bytes(), b"<base").is_none() {
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

    fn taken(address: &str) -> Option<(String, Asked)> {
        let uri = address.parse().expect("an address");
        without_key(&uri).map(|(uri, asked)| (uri.to_string(), asked))
    }

    #[test]
    fn takes_the_key_and_leaves_the_rest() {
        assert_eq!(taken("/a?b=1"), None);
        assert_eq!(taken("/a?b=__stream"), None);
        assert_eq!(taken("/a?__streams=in-order"), None);
        assert_eq!(
            taken("/a?__stream=in-order"),
            Some(("/a".to_owned(), Asked::InOrder))
        );
        assert_eq!(
            taken("/a?b=1&__stream=in-order&c=%26"),
            Some(("/a?b=1&c=%26".to_owned(), Asked::InOrder))
        );
        assert_eq!(
            taken("/a?__stream&b"),
            Some(("/a?b".to_owned(), Asked::Nothing))
        );
        assert_eq!(
            taken("/a?__stream=end-fF"),
            Some(("/a".to_owned(), Asked::End(255)))
        );
        assert_eq!(
            taken("/a?__stream=end-"),
            Some(("/a".to_owned(), Asked::Nothing))
        );
        assert_eq!(
            taken("http://shop.test/a?__stream=in-order"),
            Some(("http://shop.test/a".to_owned(), Asked::InOrder))
        );
    }

    #[test]
    fn the_address_leads_to_the_same_page() {
        let in_order = |address: &str, html: &str| -> String {
            let address = address.parse().expect("an address");
            let html = format!("{html}<body>");
            let (number, streams) = (7, Arc::default());
            let token = CancellationToken::new();
            let stream = Stream {
                number,
                token,
                streams,
            };
            let html = redirect(html, &address, &stream).expect("a head");
            let (_, url) = html.split_once("content=\"0;url=").expect("it is there");
            url.split_once('"')
                .expect("its end")
                .0
                .replace("&amp;", "&")
        };
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
        let stream = Arc::<Streams>::default().enter();
        let html = redirect("<head><base></head>".to_owned(), &address, &stream).expect("a head");
        let number = stream.number;
        assert_eq!(
            html,
            format!(
                "<head><base><noscript><link rel=\"stylesheet\" href=\"/a&quot;b?a='%3E&amp;b&amp;\
                 __stream=end-{number:x}\"><meta http-equiv=\"refresh\" \
                 content=\"0;url=/a&quot;b?a='%3E&amp;b&amp;__stream=in-order\"></noscript></head>"
            )
        );
        assert!(redirect("<p>".to_owned(), &address, &stream).is_err());
    }

    #[test]
    fn a_document_is_known_while_it_is_written() {
        let streams = Arc::<Streams>::default();
        let (one, other) = (streams.enter(), streams.enter());
        streams.end(one.number);
        streams.end(0);
        assert!(one.token().is_cancelled() && !other.token().is_cancelled());
        drop((one, other));
        assert!(streams.streams().is_empty());
    }
}
