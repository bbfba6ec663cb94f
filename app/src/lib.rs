//! The sample site of Punctual: products, widgets and gizmos, shown by pages that
//! load them from a slow HTTP service.
//!
//! - [`catalog`] is the client of that service and what it answers with.
//! - [`catalog_api`] is the service itself. It runs as a binary of its own,
//!   `catalog-api`, or inside the site.
//! - [`config`] is what the site reads from its command line and environment.

pub mod catalog;
pub mod catalog_api;
pub mod config;
