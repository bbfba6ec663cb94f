//! What is shown in place of a page of the stock room.

use axum::http::StatusCode;
use punctual::prelude::*;

use super::StockPage;
use crate::components::Timeline;
use crate::pages::failure::failed;

/// Says that a page of the stock room failed.
pub fn stock_error_page(failure: PageFailure) -> impl IntoView {
    let stock = view! { <a class="button quiet" href=StockPage::href()>"To the stock room"</a> };
    failed(failure, stock.into_any())
}

/// Says that there is no such thing in the stock room.
pub fn not_in_stock_page(failure: PageFailure) -> impl IntoView {
    let path = failure.uri.path().to_owned();
    view! {
        <Title text="Not in stock"/>
        <h1>"The stock room does not have this"</h1>
        <p class="lead">"Nothing is found at "<code>{path}</code>"."</p>
        <div class="actions">
            <a class="button" href=StockPage::href()>"To the stock room"</a>
        </div>
        <Timeline record=failure.record/>
        <p class="status">{format!("Status {}", StatusCode::NOT_FOUND)}</p>
    }
}
