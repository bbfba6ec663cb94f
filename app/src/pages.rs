//! The pages, one a file.

mod failure;
mod gizmos_async;
mod gizmos_cancel;
mod home;
mod product;
mod pwg_async;

pub use failure::{error_page, not_found_page};
pub use gizmos_async::GizmosAsyncPage;
pub use gizmos_cancel::GizmosCancelPage;
pub use home::HomePage;
pub use product::ProductPage;
pub use pwg_async::PwgAsyncPage;
