//! What the pages are made of.

#![expect(
    unreachable_pub,
    reason = "`#[component]` puts a public function beside each component"
)]
mod address;
mod gizmo_links;
mod gizmo_page;
mod part;
mod places;
mod product_cells;
mod related;
mod running;
mod stoppable;
mod tables;
mod terminal;
mod three_tables;
mod timeline;
mod trials;

pub(crate) use address::{current_address, current_path, site_url};
pub(crate) use gizmo_links::DeferredGizmoLinks;
pub(crate) use gizmo_page::GizmoPage;
pub(crate) use part::{Failed, Late, Pending, Stopped, TryAgain, is_stopped};
pub(crate) use places::{DeferredGizmos, DeferredProducts, DeferredWidgets, table_or_reason};
pub(crate) use product_cells::{ProductCells, ProductCellsToCome};
pub(crate) use related::RelatedProducts;
pub(crate) use running::Running;
pub(crate) use stoppable::StopButton;
pub(crate) use tables::{GizmoTable, ProductTable, WidgetTable, day, thousands};
pub(crate) use terminal::Terminal;
pub(crate) use three_tables::ThreeTables;
pub(crate) use timeline::{SettledTimeline, Timeline, Waits, millis, round};
pub(crate) use trials::{Trial, Trials};
