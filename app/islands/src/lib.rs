//! What runs in the browser of the sample site: its islands.
//!
//! This is the only package of the sample that is compiled to WebAssembly. Pages and loaders never go to the
//! browser.
//!
//! - [`Stoppable`] is a part of a page whose load can be stopped.
//! - [`Filter`] is a table whose rows can be filtered.
//!
//! What they control is rendered by the server and is there without them. Their own controls are hidden until they
//! run, so nobody sees a button that does nothing.

mod filter;
mod stop;

pub use filter::Filter;
pub use stop::Stoppable;
