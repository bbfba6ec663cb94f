//! The three tables side by side, as three pages show them.

use punctual::prelude::*;

use super::{Trial, Trials};
use crate::catalog::CallOptions;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("500 ms", "delay=500ms"),
    Trial::new("each its own time", "delay=200ms..1800ms"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// What the pages with three tables have in common: all but the way in which the tables come there.
#[component]
pub(crate) fn ThreeTables(
    /// How this page does it.
    lead: &'static str,
    /// The options that the page was asked for with.
    options: CallOptions,
    /// What stands in the place of the products.
    products: AnyView,
    /// What stands in the place of the widgets.
    widgets: AnyView,
    /// What stands in the place of the gizmos.
    gizmos: AnyView,
) -> impl IntoView {
    view! {
        <h1>"Three tables"</h1>
        <p class="lead">{lead}</p>
        <Trials trials=TRIALS options/>
        <div class="columns">
            <section>
                <h2>"Products"</h2>
                {products}
            </section>
            <section>
                <h2>"Widgets"</h2>
                {widgets}
            </section>
            <section>
                <h2>"Gizmos"</h2>
                {gizmos}
            </section>
        </div>
    }
}
