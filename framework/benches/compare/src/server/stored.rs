//! Axum handlers that answer with a document that is there already: the ceiling of HTTP.

use crate::shop::{
    data::{Filter, Shop},
    markup,
};
use axum::{Router, extract::State, response::Html, routing::get};
use bytes::Bytes;
use http::Uri;

/// An empty document, as the empty page of Punctual has it.
pub(crate) const EMPTY: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"stylesheet\" href=\"/shop.css\"><link rel=\"icon\" href=\"data:,\"><title>Empty</title></head><body></body></html>";

pub(crate) fn router() -> Router {
    let shop = Shop::new();
    let filter = Filter {
        category: Some("Gears".to_owned()),
        max: Some(200),
        page: None,
    };
    let product = shop
        .details(17)
        .map(|details| markup::product(&details).into_string());
    Router::new()
        .route(
            "/",
            get(copy).with_state(Bytes::from(markup::front(&shop.front()).into_string())),
        )
        .route(
            "/list",
            get(copy).with_state(Bytes::from(markup::list(&shop.list(filter)).into_string())),
        )
        .route(
            "/product/{id}",
            get(copy).with_state(Bytes::from(product.unwrap_or_default())),
        )
        .route("/empty", get(async || Html(EMPTY.to_owned())))
}

async fn copy(State(document): State<Bytes>, _: Uri) -> Html<Bytes> {
    Html(document)
}
