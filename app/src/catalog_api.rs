//! The catalog service: a slow HTTP API on purpose.
//!
//! | call | answer |
//! |---|---|
//! | `GET /api/gizmos` | three gizmos |
//! | `GET /api/products` | the two products on sale |
//! | `GET /api/products/{id}` | one product of a hundred, or 404 |
//! | `GET /api/products/{id}/related` | the products that go with it, or 404 |
//! | `GET /api/widgets` | two widgets |
//! | `GET /api/stats` | what was called so far, see [`Stats`] |
//! | `POST /api/stats/reset` | begins a new count, and answers with it |
//!
//! Each call but the last two takes the delay that the service was started with, unless it
//! brings [`CallOptions`](crate::catalog::CallOptions) in its query: `?delay=2s` or
//! `?delay=500ms..1500ms` for another delay, `?fail=500` and `?fail=json` for a fault after
//! the delay, `?hang` for no answer at all. Errors are JSON too: `{"error":"..."}`.
//!
//! The service notices callers that hang up, and counts them.

mod call;
mod data;
mod open_files;
mod routes;
mod server;
mod stats;

pub use open_files::raise_open_file_limit;
pub use server::{BindError, CatalogHandle, CatalogServer, ServiceOptions};
pub use stats::Stats;
