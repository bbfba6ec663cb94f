//! What the pages are made of.

mod part;
mod related;
mod tables;
mod timeline;
mod trials;

pub use part::{Failed, FailedProps, Late, LateProps, Pending, PendingProps};
pub use related::{RelatedProducts, RelatedProductsProps};
pub use tables::{
    GizmoTable, GizmoTableProps, ProductTable, ProductTableProps, WidgetTable, WidgetTableProps,
};
pub(crate) use timeline::round;
pub use timeline::{Timeline, TimelineProps};
pub use trials::{Trial, Trials, TrialsProps};
