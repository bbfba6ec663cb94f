//! Three tables from three calls, one after another.

use punctual::{block_on, prelude::*};

use crate::catalog::CallOptions;
use crate::components::{
    GizmoTable, ProductTable, ThreeTables, Timeline, Waits, WidgetTable, table_or_reason,
};
use crate::loaders::{gizmos, products, widgets};
use crate::state::AppState;

/// Products, widgets and gizmos, on a thread that waits for each call before it makes the next.
///
/// Its time is what the three loaders may take one after another, and a second. So a loader that is
/// late is told of in its place, and the page itself is never late because of it.
#[page(path = "/pwg", timeout = "8s")]
pub fn PwgPage(
    Query(options): Query<CallOptions>,
    request: RequestContext<AppState>,
) -> impl IntoView {
    let products = block_on(request.load_result::<products>());
    let widgets = block_on(request.load_result::<widgets>());
    let gizmos = block_on(request.load_result::<gizmos>());
    let products = table_or_reason("products", products, |products| {
        view! { <ProductTable products/> }
    });
    let widgets = table_or_reason("widgets", widgets, |widgets| {
        view! { <WidgetTable widgets/> }
    });
    let gizmos = table_or_reason("gizmos", gizmos, |gizmos| {
        view! { <GizmoTable gizmos/> }
    });
    view! {
        <Title text="Three tables, synchronous"/>
        <ThreeTables
            lead="A thread made the three calls one after another and waited for each, and only then was the page sent. It takes the sum of their times, and the thread does nothing else meanwhile."
            options
            products
            widgets
            gizmos
        />
        <Timeline record=request.recorder().snapshot() waits=Waits::OnThread/>
    }
}
