//! Responses that take less room on their way.

use axum::{Router, middleware::map_response, response::Response};
use http::{
    HeaderValue,
    header::{CONTENT_ENCODING, ETAG},
};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate as _,
        predicate::{NotForContentType, SizeAbove},
    },
};

/// In bytes; below it there is nothing to gain.
const LEAST: u64 = 1024;

/// Compresses what the routes answer. When a body has nothing more to give for now, what it has given is flushed.
pub(super) fn add(router: Router) -> Router {
    let worth_it = SizeAbove::new(LEAST)
        .and(NotForContentType::GRPC)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE);
    let layer = CompressionLayer::new()
        // Each page that waits keeps its encoder, which has five times as much memory at its usual quality.
        .quality(CompressionLevel::Fastest)
        .no_deflate()
        .compress_when(worth_it);
    router.layer(layer).layer(map_response(weaken))
}

/// What is packed is not byte for byte what its tag was made of, so parts of both do not fit together (RFC 9110, 8.8.3).
async fn weaken(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if !headers.contains_key(CONTENT_ENCODING) {
        return response;
    }
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    let weak = tag
        .filter(|tag| !tag.starts_with("W/"))
        .map(|tag| format!("W/{tag}"));
    if let Some(Ok(weak)) = weak.map(HeaderValue::try_from) {
        headers.insert(ETAG, weak);
    }
    response
}
