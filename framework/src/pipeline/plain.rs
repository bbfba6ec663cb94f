//! The heads of documents of which nobody has said anything: they are all the same, so they are made once.

use super::response::Head;
use crate::{
    render::PipeReader,
    security::{Security, Trust},
};
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::Full;

/// What [`Head`] and [`Security`] make of a head in which nothing has been said, for a document without scripts.
pub(crate) struct PlainHeads {
    whole: HeaderMap,
    streamed: HeaderMap,
}

impl PlainHeads {
    pub(crate) fn new(security: &Security) -> Self {
        let of = |mut headers: HeaderMap| {
            security.complete(&mut headers, &Trust::NoScripts);
            headers
        };
        let silent = || Head::silent(StatusCode::OK);
        Self {
            whole: of(silent().whole(Bytes::new()).into_parts().0.headers),
            streamed: of(silent().of_unknown_length().into_parts().0.headers),
        }
    }
}

impl super::Pipeline {
    /// A document in one piece, with its head.
    pub(super) fn whole(
        &self,
        head: Head,
        html: String,
        trust: &Trust<'_>,
    ) -> Response<Full<Bytes>> {
        let Some(status) = head.is_silent() else {
            return self.secure(head.whole(html), trust);
        };
        let mut headers = self.plain.whole.clone();
        Head::write_length(&mut headers, html.len());
        self.plain(status, headers, Full::new(html.into()), trust)
    }

    /// A document that is still being written, with its head.
    pub(super) fn streamed(&self, head: Head, body: PipeReader, trust: &Trust<'_>) -> Response {
        let Some(status) = head.is_silent() else {
            return self.secure(head.streamed(body), trust);
        };
        let headers = self.plain.streamed.clone();
        self.plain(status, headers, Body::new(body), trust)
    }

    fn plain<B>(
        &self,
        status: StatusCode,
        mut headers: HeaderMap,
        body: B,
        trust: &Trust<'_>,
    ) -> Response<B> {
        self.security.trust(&mut headers, trust);
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::{ContentSecurityPolicy, default_headers};
    use http::{
        HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY},
    };

    #[test]
    fn are_those_that_are_made_one_by_one() {
        let own = || {
            let mut headers = default_headers();
            let policy = HeaderValue::from_static("script-src 'self'");
            headers.insert(CONTENT_SECURITY_POLICY, policy);
            headers
        };
        let policies = [
            (ContentSecurityPolicy::default(), default_headers(), true),
            (ContentSecurityPolicy::default(), own(), true),
            (ContentSecurityPolicy::off(), default_headers(), false),
        ];
        for (policy, headers, is_said) in policies {
            let security = Security::new(&policy, headers);
            let plain = PlainHeads::new(&security);
            for trust in [
                Trust::NoScripts,
                Trust::Scripts {
                    nonce: "N",
                    wasm: false,
                },
            ] {
                let completed = |mut headers: HeaderMap| {
                    security.complete(&mut headers, &trust);
                    headers
                };
                let silent = || Head::silent(StatusCode::OK);
                let mut whole = plain.whole.clone();
                Head::write_length(&mut whole, 3);
                security.trust(&mut whole, &trust);
                assert_eq!(
                    whole,
                    completed(silent().whole("abc").into_parts().0.headers)
                );
                assert_eq!(whole[CONTENT_LENGTH], "3");
                let mut streamed = plain.streamed.clone();
                security.trust(&mut streamed, &trust);
                assert_eq!(
                    streamed,
                    completed(silent().of_unknown_length().into_parts().0.headers)
                );
                assert!(!streamed.contains_key(CONTENT_LENGTH));
                assert_eq!(whole.contains_key(CONTENT_SECURITY_POLICY), is_said);
            }
        }
    }
}
