//! What a site shows that says nothing itself: a plain document and plain error pages.

use crate::page::PageFailure;
use http::{Method, StatusCode};
use leptos::prelude::*;

/// For those for whom there is no place.
pub(super) const BUSY_PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>The site is busy</title></head>\
    <body><h1>The site is busy</h1><p>Many others ask for pages at this moment. Please try again in a while.</p></body></html>";

pub(super) fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
            </head>
            <body>{page}</body>
        </html>
    }
}

pub(super) fn error_page(failure: PageFailure) -> impl IntoView {
    let status = failure.status();
    let is_post = failure.record.method == Method::POST;
    let text = match status {
        StatusCode::NOT_FOUND => "There is no such page.",
        StatusCode::METHOD_NOT_ALLOWED => "This page does not take such requests.",
        StatusCode::PAYLOAD_TOO_LARGE => "What was sent is too large.",
        StatusCode::GATEWAY_TIMEOUT => "The page did not arrive in time.",
        StatusCode::SERVICE_UNAVAILABLE => "The site is busy.",
        status if status.is_client_error() && is_post => "What was sent cannot be read.",
        status if status.is_client_error() => "The page cannot be shown for this address.",
        _ => "Something went wrong on our side.",
    };
    // A link would ask for the page in another way than the visitor has.
    let again = (status.is_server_error() && !is_post).then(|| {
        view! { <p><a href=failure.path_and_query().to_owned()>"Try again"</a></p> }
    });
    let details = failure.details().map(|sources| {
        let sources: Vec<_> = sources
            .into_iter()
            .map(|source| view! { <li>{source}</li> })
            .collect();
        view! { <p>"Shown in development:"</p><ul>{sources}</ul> }
    });
    view! {
        <crate::Title text=status.to_string()/>
        <main>
            <h1>{status.to_string()}</h1>
            <p>{text}</p>
            {again}
            {details}
        </main>
    }
}
