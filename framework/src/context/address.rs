//! The address that was asked for.

use axum::extract::OriginalUri;
use http::{Uri, request::Parts};

/// The address as the visitor asked for it: in a site that is nested, `parts.uri` lacks the base.
pub(crate) fn original_uri(parts: &Parts) -> &Uri {
    parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// What stands in front of the site's own paths: `/shop` for a site that is nested there.
///
/// It is taken from the address that was asked for, so what it may be is limited: `//shop` would be
/// another host.
pub(crate) fn base(parts: &Parts) -> &str {
    let base = original_uri(parts)
        .path()
        .strip_suffix(parts.uri.path())
        .or_else(|| {
            let at_the_base = parts.uri.path() == "/";
            at_the_base.then(|| original_uri(parts).path())
        })
        .unwrap_or_default()
        .trim_end_matches('/');
    let foreign = base.starts_with("//") || base.contains('\\') || !base.starts_with('/');
    if foreign { "" } else { base }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn base_of(original: &'static str, inner: &'static str) -> String {
        let mut request = Request::get(inner).body(()).unwrap();
        let original = OriginalUri(Uri::from_static(original));
        request.extensions_mut().insert(original);
        base(&request.into_parts().0).to_owned()
    }

    #[test]
    fn the_base_is_what_stands_before_the_path_in_the_site() {
        assert_eq!(base_of("/shop/products/7?a=1", "/products/7"), "/shop");
        assert_eq!(base_of("/a/b/c", "/c"), "/a/b");
        assert_eq!(base_of("/shop", "/"), "/shop");
        assert_eq!(base_of("/shop/", "/"), "/shop");
        assert_eq!(base_of("/products/7", "/products/7"), "");
        assert_eq!(base_of("/", "/"), "");
    }

    #[test]
    fn a_path_that_was_rewritten_has_no_base() {
        assert_eq!(base_of("/old", "/new"), "");
        assert_eq!(base_of("/old/x", "/new"), "");
    }

    #[test]
    fn the_base_is_never_another_host() {
        assert_eq!(base_of("//evil.example/a", "/a"), "");
        assert_eq!(base_of("//evil.example", "/"), "");
        assert_eq!(base_of("//", "/"), "");
        assert_eq!(base_of("/\\evil.example/a", "/a"), "");
    }
}
