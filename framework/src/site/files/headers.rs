use axum::response::Response;
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, LAST_MODIFIED, VARY, X_CONTENT_TYPE_OPTIONS},
};

/// For a year, without asking.
const UNCHANGING: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// It may be kept, but is asked for again, with its ETag, before each use.
const CHANGING: HeaderValue = HeaderValue::from_static("public, no-cache");
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Adds to the answer of a file what browsers and caches have to know.
pub(super) fn complete(mut answer: Response, unchanging: bool) -> Response {
    let found = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
    let headers = answer.headers_mut();
    // It is made of a fingerprint, not of a time.
    headers.remove(LAST_MODIFIED);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if found {
        let cache = if unchanging { UNCHANGING } else { CHANGING };
        headers.insert(CACHE_CONTROL, cache);
        // tower-http leaves it out where nothing is sent.
        headers.insert(VARY, ACCEPT_ENCODING);
    }
    if let Some(text) = headers.get(CONTENT_TYPE).and_then(in_utf8) {
        headers.insert(CONTENT_TYPE, text);
    }
    answer
}

/// The type of a text with its encoding, which browsers would guess. JSON and pictures do not need it:
/// JSON is always UTF-8 (RFC 8259), and SVG is XML, which is UTF-8 where it does not say another.
fn in_utf8(content_type: &HeaderValue) -> Option<HeaderValue> {
    let text = content_type.to_str().ok()?;
    let is_text = text.starts_with("text/") || text == "application/javascript";
    if !is_text || text.contains("charset") {
        return None;
    }
    HeaderValue::from_str(&format!("{text}; charset=utf-8")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_utf8_and_nothing_else_says_so() {
        let of = |text: &'static str| {
            let typed = in_utf8(&HeaderValue::from_static(text));
            typed.map(|value| value.to_str().map(str::to_owned).unwrap_or_default())
        };
        assert_eq!(of("text/css").as_deref(), Some("text/css; charset=utf-8"));
        assert_eq!(of("text/html; charset=latin1"), None);
        for kept in ["application/json", "image/svg+xml", "application/wasm"] {
            assert_eq!(of(kept), None);
        }
    }

    #[test]
    fn only_what_was_found_may_be_kept() {
        for (status, kept) in [
            (200, true),
            (206, true),
            (304, true),
            (416, false),
            (412, false),
        ] {
            let mut answer = Response::default();
            *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
            let answer = complete(answer, true);
            assert_eq!(
                answer.headers().contains_key(CACHE_CONTROL),
                kept,
                "{status}"
            );
            assert_eq!(answer.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }
}
