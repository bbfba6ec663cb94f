//! What can go wrong while a page is made: [`LoadError`] for one loader, [`PageError`] for the page.

mod load_error;
mod page_error;

pub use load_error::{Dependency, LoadError, Rejection};
pub(crate) use page_error::Cause;
pub use page_error::{PageError, Respond};
