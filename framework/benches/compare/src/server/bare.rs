//! Axum handlers that render the same Leptos views with `to_html`: the ceiling of this renderer.

use crate::shop::{
    data::{Filter, Shop},
    views::{FRONT_TITLE, Footer, FrontView, Header, LIST_TITLE, ListView, ProductView},
};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Html,
    routing::get,
};
use leptos::prelude::*;
use std::sync::Arc;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(front))
        .route("/list", get(list))
        .route("/product/{id}", get(product))
        .route("/empty", get(empty))
        .with_state(Shop::new())
}

async fn front(State(shop): State<Arc<Shop>>) -> Html<String> {
    let front = shop.front();
    render(move || document(FRONT_TITLE.to_owned(), view! { <FrontView front/> }))
}

async fn list(State(shop): State<Arc<Shop>>, Query(filter): Query<Filter>) -> Html<String> {
    let list = shop.list(filter);
    render(move || document(LIST_TITLE.to_owned(), view! { <ListView list/> }))
}

async fn product(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<usize>,
) -> Result<Html<String>, StatusCode> {
    let details = shop.details(id).ok_or(StatusCode::NOT_FOUND)?;
    let title = details.product.card.name.clone();
    Ok(render(move || {
        document(title, view! { <ProductView details/> })
    }))
}

async fn empty() -> Html<String> {
    render(|| document("Empty".to_owned(), ()))
}

/// What Leptos needs around a rendering: an owner, which is cleaned up.
pub(crate) fn render<V: IntoView>(view: impl FnOnce() -> V) -> Html<String> {
    let owner = Owner::new();
    let html = owner.with(|| view().to_html());
    owner.unset_with_forced_cleanup();
    Html(html)
}

pub(crate) fn document(title: String, page: impl IntoView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="stylesheet" href="/shop.css"/>
                <link rel="icon" href="data:,"/>
                <title>{title}</title>
            </head>
            <body>
                <Header/>
                <main class="mx-auto max-w-7xl px-4 py-8">{page}</main>
                <Footer/>
            </body>
        </html>
    }
}
