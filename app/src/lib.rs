//! The sample site of Punctual: products, widgets and gizmos, shown by pages that
//! load them from a slow HTTP service.
//!
//! - [`catalog`] is the client of that service and what it answers with.
//! - [`catalog_api`] is the service itself. It runs as a binary of its own,
//!   `catalog-api`, or inside the site.
//! - [`config`] is what the site reads from its command line and environment.
//! - [`loaders`] get the data for the [`pages`].
//! - [`running`] are the loads that a visitor can stop.
//! - [`stock_taking`] is a long job that says how far it is.
//! - [`site()`] puts everything together; [`builder()`] is for those who have more to say about it.
//! - [`starvation`] is the command that shows what pages cost that keep a thread waiting.

pub mod catalog;
pub mod catalog_api;
mod components;
pub mod config;
pub mod loaders;
pub mod log;
pub mod pages;
mod return_to;
pub mod running;
mod session;
mod shell;
mod site;
pub mod starvation;
mod state;
pub mod stock_taking;

pub use session::Session;
pub use site::{builder, site};
pub use state::AppState;
