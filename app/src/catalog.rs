//! The client of the catalog service, and the data that the service answers with.

mod client;
mod delay;
mod error;
mod fault;
mod model;
mod options;
mod url;

pub use client::Catalog;
pub use delay::{Delay, DelayError};
pub use error::{CatalogError, ClientError};
pub use fault::{Fault, FaultError};
pub use model::{Gizmo, Price, PriceError, Product, Widget};
pub use options::CallOptions;
pub use url::{CatalogUrl, CatalogUrlError};
