//! What the pages are made of.

#![expect(
    unreachable_pub,
    reason = "`#[component]` puts a public function beside each component"
)]
mod part;
mod related;
mod tables;
mod timeline;
mod trials;

pub(crate) use part::{Failed, Late, Pending};
pub(crate) use related::RelatedProducts;
pub(crate) use tables::{GizmoTable, ProductTable, WidgetTable};
pub(crate) use timeline::{Timeline, round};
pub(crate) use trials::{Trial, Trials};
