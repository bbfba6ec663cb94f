//! Three tables from three calls at once.

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{
    Failed, GizmoTable, Late, Pending, ProductTable, Timeline, Trial, Trials, WidgetTable,
};
use crate::loaders::{gizmos, products, widgets};

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("500 ms", "delay=500ms"),
    Trial::new("each its own time", "delay=200ms..1800ms"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

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
        <Title text="Three tables"/>
        <h1>"Three tables, three calls at once"</h1>
        <p class="lead">
            "This text was sent before the catalog had answered. Each table takes its place when its data is there, and what is not there after 2 seconds is left out."
        </p>
        <Trials path=PwgAsyncPage::href() trials=TRIALS options/>
        <div class="columns">
            <section>
                <h2>"Products"</h2>
                <Resolve
                    data=products
                    fallback=|| view! { <Pending what="products"/> }
                    on_timeout=|| view! { <Late what="products"/> }
                    on_error=|error| view! { <Failed what="products" error/> }
                    let:products
                >
                    <ProductTable products/>
                </Resolve>
            </section>
            <section>
                <h2>"Widgets"</h2>
                <Resolve
                    data=widgets
                    fallback=|| view! { <Pending what="widgets"/> }
                    on_timeout=|| view! { <Late what="widgets"/> }
                    on_error=|error| view! { <Failed what="widgets" error/> }
                    let:widgets
                >
                    <WidgetTable widgets/>
                </Resolve>
            </section>
            <section>
                <h2>"Gizmos"</h2>
                <Resolve
                    data=gizmos
                    fallback=|| view! { <Pending what="gizmos"/> }
                    on_timeout=|| view! { <Late what="gizmos"/> }
                    on_error=|error| view! { <Failed what="gizmos" error/> }
                    let:gizmos
                >
                    <GizmoTable gizmos/>
                </Resolve>
            </section>
        </div>
        <Resolve data=recorder.settled() let:record>
            <Timeline record/>
        </Resolve>
    }
}
