//! Three tables from three calls at once.

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{
    DeferredGizmos, DeferredProducts, DeferredWidgets, SettledTimeline, ThreeTables,
};
use crate::loaders::{gizmos, products, widgets};

/// Products, widgets and gizmos. The page is there at once, and each table comes when it is
/// ready.
#[page(async, path = "/pwg-async", timeout = "2s")]
pub fn PwgAsyncPage(
    Query(options): Query<CallOptions>,
    products: Deferred<products>,
    widgets: Deferred<widgets>,
    gizmos: Deferred<gizmos>,
    recorder: Recorder,
) -> impl IntoView {
    view! {
        <Title text="Three tables, asynchronous"/>
        <ThreeTables
            lead="This text was sent before the catalog had answered, and the three calls were made at once. Each table takes its place when its data is there, and what is not there after 2 seconds is left out."
            options
            products=view! { <DeferredProducts products/> }.into_any()
            widgets=view! { <DeferredWidgets widgets/> }.into_any()
            gizmos=view! { <DeferredGizmos gizmos/> }.into_any()
        />
        <SettledTimeline recorder/>
    }
}
