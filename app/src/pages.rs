//! The pages, one a file.

mod directory;
mod failure;
mod fan_out;
mod gizmos;
mod gizmos_async;
mod gizmos_cancel;
mod home;
mod product;
mod products;
mod progress;
mod pwg;
mod pwg_async;
mod pwg_sequential;
mod sign_in;
mod stock;
mod widgets;

pub(crate) use directory::groups;
pub use failure::{error_page, not_found_page};
pub use fan_out::FanOutPage;
pub use gizmos::GizmosPage;
pub use gizmos_async::GizmosAsyncPage;
pub use gizmos_cancel::GizmosCancelPage;
pub use home::HomePage;
pub use product::ProductPage;
pub use products::ProductsPage;
pub use progress::ProgressPage;
pub use pwg::PwgPage;
pub use pwg_async::PwgAsyncPage;
pub use pwg_sequential::PwgSequentialPage;
pub(crate) use sign_in::sign_in_and_return_to;
pub use sign_in::{SignInFormPage, SignInPage, SignOutPage};
pub use stock::{Shelf, StockGizmoPage, StockPage, StockRoom, not_in_stock_page, stock_error_page};
pub use widgets::WidgetsPage;
