//! The routes of the service.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;

use super::call::{Service, error, slow_and_counted};
use super::data;
use super::stats::Stats;
use crate::catalog::{Gizmo, Product, Widget};

pub(super) fn router(service: Service) -> Router {
    Router::new()
        .route("/api/gizmos", get(gizmos))
        .route("/api/products", get(products))
        .route("/api/products/{id}", get(product))
        .route("/api/products/{id}/related", get(related))
        .route("/api/widgets", get(widgets))
        // Only the routes above are delayed and counted.
        .route_layer(from_fn_with_state(service.clone(), slow_and_counted))
        .route("/api/stats", get(stats))
        .route("/api/stats/reset", post(reset))
        .fallback(nothing_here)
        .with_state(service)
}

async fn gizmos() -> Json<Vec<Gizmo>> {
    Json(data::gizmos(data::today()))
}

async fn products() -> Json<Vec<Product>> {
    Json(data::products())
}

async fn product(id: Result<Path<u32>, PathRejection>) -> Response {
    found(id.ok().as_deref(), data::product)
}

async fn related(id: Result<Path<u32>, PathRejection>) -> Response {
    found(id.ok().as_deref(), data::related)
}

async fn widgets() -> Json<Vec<Widget>> {
    Json(data::widgets())
}

async fn stats(State(service): State<Service>) -> Json<Stats> {
    Json(service.counters.stats())
}

async fn reset(State(service): State<Service>) -> Json<Stats> {
    Json(service.counters.reset())
}

async fn nothing_here() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "There is nothing at this path: try /api/gizmos, /api/products, /api/widgets or /api/stats.",
    )
}

/// What `find` finds for the id, or a 404 that says why there is nothing. Without an id, the
/// path had something else in its place.
fn found<T: Serialize>(id: Option<&u32>, find: impl FnOnce(u32) -> Option<T>) -> Response {
    let Some(&id) = id else {
        return error(
            StatusCode::NOT_FOUND,
            "The id of a product is a whole number.",
        );
    };
    match find(id) {
        Some(value) => Json(value).into_response(),
        None => error(StatusCode::NOT_FOUND, format!("There is no product {id}.")),
    }
}
