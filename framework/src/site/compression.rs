//! Responses that take less room on their way.

use axum::Router;
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
    router.layer(layer)
}
