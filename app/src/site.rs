//! The site: its pages, its routes, and what it logs.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use punctual::{BuildError, Outcome, RequestRecord, Site, pages};

use crate::catalog::Catalog;
use crate::pages::{
    GizmosAsyncPage, GizmosCancelPage, HomePage, ProductPage, PwgAsyncPage, error_page,
    not_found_page,
};
use crate::shell::{STYLESHEET, shell};
use crate::state::AppState;

/// The sample site, showing this catalog.
///
/// # Errors
///
/// When the configuration is wrong, for example the address in `LEPTOS_SITE_ADDR`.
pub fn site(catalog: Catalog) -> Result<Site, BuildError> {
    Site::builder()
        .state(AppState::new(catalog))
        .shell(shell)
        .error_page(error_page)
        .not_found_page(not_found_page)
        .pages(pages![
            HomePage,
            PwgAsyncPage,
            GizmosAsyncPage,
            GizmosCancelPage,
            ProductPage,
        ])
        .routes(Router::new().route(STYLESHEET, get(stylesheet)))
        .on_record(log)
        .build()
}

/// The look of the site, compiled into the program. Browsers ask again after a minute.
async fn stylesheet() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=60"),
    ];
    (headers, include_str!("../../style/main.css"))
}

/// One line for each page that was asked for, when its response is over.
fn log(record: &RequestRecord) {
    tracing::info!(
        method = %record.method,
        path = record.path,
        status = record.status.map(|status| status.as_u16()),
        outcome = record.outcome.map(Outcome::as_str),
        loads = record.loads.len(),
        ms = record.end.map(|end| end.as_millis()),
        "request",
    );
}
