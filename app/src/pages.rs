//! The pages, one a file.

mod directory;
mod failure;
mod gizmos;
mod gizmos_async;
mod gizmos_cancel;
mod home;
mod product;
mod products;
mod pwg;
mod pwg_async;
mod pwg_sequential;
mod widgets;

pub(crate) use directory::groups;
pub use failure::{error_page, not_found_page};
pub use gizmos::GizmosPage;
pub use gizmos_async::GizmosAsyncPage;
pub use gizmos_cancel::GizmosCancelPage;
pub use home::HomePage;
pub use product::ProductPage;
pub use products::ProductsPage;
pub use pwg::PwgPage;
pub use pwg_async::PwgAsyncPage;
pub use pwg_sequential::PwgSequentialPage;
pub use widgets::WidgetsPage;
