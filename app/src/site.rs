//! The site: its pages, its routes, and what it logs.

use punctual::{BuildError, Outcome, RequestRecord, Site, SiteBuilder, pages};

use crate::catalog::Catalog;
use crate::pages::{
    GizmosAsyncPage, GizmosCancelPage, GizmosPage, HomePage, ProductPage, ProductsPage,
    PwgAsyncPage, PwgPage, PwgSequentialPage, WidgetsPage, error_page, not_found_page,
};
use crate::shell::shell;
use crate::state::AppState;

/// The sample site, showing this catalog.
///
/// # Errors
///
/// When the configuration is wrong, for example the address in `LEPTOS_SITE_ADDR`, or the style sheet
/// is nowhere.
pub fn site(catalog: Catalog) -> Result<Site, BuildError> {
    builder(catalog).build()
}

/// The same, for those who have more to say about it.
pub(crate) fn builder(catalog: Catalog) -> SiteBuilder<AppState> {
    Site::builder()
        .state(AppState::new(catalog))
        .shell(shell)
        .error_page(error_page)
        .not_found_page(not_found_page)
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
        ])
        .style("style/main.css")
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
