//! What all requests share.

use axum::extract::FromRef;

use crate::catalog::Catalog;

/// The state of the site. Loaders take the part that they need: `State<Catalog>`.
#[derive(Clone, Debug)]
pub struct AppState {
    catalog: Catalog,
}

impl AppState {
    /// The state of a site that shows this catalog.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self { catalog }
    }
}

impl FromRef<AppState> for Catalog {
    fn from_ref(state: &AppState) -> Self {
        state.catalog.clone()
    }
}
