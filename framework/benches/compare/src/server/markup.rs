//! Axum handlers that render the same pages with maud.

use crate::shop::{
    data::{Filter, Shop},
    markup,
};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Html,
    routing::get,
};
use std::sync::Arc;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(front))
        .route("/list", get(list))
        .route("/product/{id}", get(product))
        .with_state(Shop::new())
}

async fn front(State(shop): State<Arc<Shop>>) -> Html<String> {
    Html(markup::front(&shop.front()).into_string())
}

async fn list(State(shop): State<Arc<Shop>>, Query(filter): Query<Filter>) -> Html<String> {
    Html(markup::list(&shop.list(filter)).into_string())
}

async fn product(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<usize>,
) -> Result<Html<String>, StatusCode> {
    let details = shop.details(id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Html(markup::product(&details).into_string()))
}
