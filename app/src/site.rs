//! The site: its pages, its routes, and what it logs.

use axum::Router;
use axum::routing::post;
use punctual::{BuildError, Outcome, RequestRecord, Section, Site, SiteBuilder, pages};
use tower_http::csrf::CsrfLayer;

use crate::pages::{
    FanOutPage, GizmosAsyncPage, GizmosCancelPage, GizmosPage, HomePage, ProductPage, ProductsPage,
    ProgressPage, PwgAsyncPage, PwgPage, PwgSequentialPage, SignInFormPage, SignInPage,
    SignOutPage, StockGizmoPage, StockPage, WidgetsPage, error_page, not_found_page,
    not_in_stock_page, stock_error_page,
};
use crate::running;
use crate::shell::shell;
use crate::state::AppState;

/// The sample site.
///
/// # Errors
///
/// When the configuration is wrong, for example the address in `LEPTOS_SITE_ADDR`, or the style sheet
/// is nowhere.
pub fn site(state: AppState) -> Result<Site, BuildError> {
    builder(state).build()
}

/// The same, for those who have more to say about it.
pub fn builder(state: AppState) -> SiteBuilder<AppState> {
    // The error pages of the stock room lead back into it.
    let stock = Section::new("/stock")
        .error_page(stock_error_page)
        .not_found_page(not_in_stock_page);
    Site::builder()
        .state(state)
        .shell(shell)
        .error_page(error_page)
        .not_found_page(not_found_page)
        .section(stock)
        .pages(pages![
            HomePage,
            PwgPage,
            PwgAsyncPage,
            PwgSequentialPage,
            GizmosPage,
            GizmosAsyncPage,
            GizmosCancelPage,
            ProductsPage,
            ProductPage,
            WidgetsPage,
            FanOutPage,
            ProgressPage,
            StockPage,
            StockGizmoPage,
            SignInPage,
            SignInFormPage,
            SignOutPage,
        ])
        .routes(Router::new().route(running::ROUTE, post(running::stop)))
        .style("style/main.css")
        .islands()
        // What other sites send as a form is refused, and what they want to stop.
        .wrap(|router| router.layer(CsrfLayer::new()))
        .on_record(log)
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
