//! The gizmos as two pages show them.

use punctual::prelude::*;

use super::{GizmoTable, Trial, Trials, table_or_reason};
use crate::catalog::CallOptions;
use crate::loaders::gizmos;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("500 ms", "delay=500ms"),
    Trial::new("2 s", "delay=2s"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// All of a page about the gizmos but its timeline. It does not matter to it who waited for them.
#[component]
pub(crate) fn GizmoPage(
    /// The options that the page was asked for with.
    options: CallOptions,
    /// What the loader has, or why it has nothing.
    gizmos: LoadResult<gizmos>,
) -> impl IntoView {
    view! {
        <h1>"Gizmos"</h1>
        <p class="lead">
            "This page is sent when the gizmos are there, or when it is known that they will not be. Their loader may take 3 seconds. Whatever the catalog does, this stays a page."
        </p>
        <Trials trials=TRIALS options/>
        {table_or_reason("gizmos", gizmos, |gizmos| view! { <GizmoTable gizmos/> })}
    }
}
