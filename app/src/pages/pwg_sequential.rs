//! Three tables from three calls in turn.

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{
    DeferredGizmos, DeferredProducts, DeferredWidgets, SettledTimeline, ThreeTables,
};
use crate::loaders::{gizmos, products, widgets};

/// Products, widgets and gizmos, for a catalog that can take one call at a time: the page is there at
/// once, and each call begins when the one before it is done.
#[page(async, path = "/pwg-sequential", timeout = "8s", load = "sequential")]
pub fn PwgSequentialPage(
    Query(options): Query<CallOptions>,
    products: Deferred<products>,
    widgets: Deferred<widgets>,
    gizmos: Deferred<gizmos>,
    recorder: Recorder,
) -> impl IntoView {
    view! {
        <Title text="Three tables, in turn"/>
        <ThreeTables
            lead="This text was sent before the catalog had answered, but the calls are made one at a time: each waits for its turn without a thread, and the tables come one by one. It is for a catalog that can take only one call of each visitor at a time."
            options
            products=view! { <DeferredProducts products/> }.into_any()
            widgets=view! { <DeferredWidgets widgets/> }.into_any()
            gizmos=view! { <DeferredGizmos gizmos/> }.into_any()
        />
        <SettledTimeline recorder/>
    }
}
