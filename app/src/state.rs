//! What all requests share.

use axum::extract::FromRef;
use axum_extra::extract::cookie::Key;

use crate::catalog::Catalog;
use crate::running::Running;

/// The state of the site. Loaders take the part that they need: `State<Catalog>`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    catalog: Catalog,
    cookie_key: Key,
    running: Running,
}

impl AppState {
    /// The state of a site that shows this catalog. It signs its cookies with a random key, so they count until it
    /// ends.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self {
            catalog,
            cookie_key: Key::generate(),
            running: Running::default(),
        }
    }

    /// Signs cookies with this key, so that they count beyond the end of the process and in others that have it.
    #[must_use]
    pub fn with_cookie_key(mut self, key: Key) -> Self {
        self.cookie_key = key;
        self
    }

    /// The loads that visitors can stop.
    #[must_use]
    pub fn running(&self) -> &Running {
        &self.running
    }
}
