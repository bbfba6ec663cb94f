//! What can go wrong while a page is made: [`LoadError`] for one loader, [`PageError`] for the page.

mod body_late;
mod details;
mod load_error;
mod page_error;

pub(crate) use body_late::BodyLate;
pub use details::ErrorDetails;
pub(crate) use details::error_details;
pub(crate) use load_error::TimeIsUp;
pub use load_error::{Dependency, LoadError, Rejection};
pub(crate) use page_error::{Cause, chain};
pub use page_error::{PageError, Respond};
