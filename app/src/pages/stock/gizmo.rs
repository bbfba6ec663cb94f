//! One gizmo in the stock room.

use punctual::prelude::*;

use super::Shelf;
use crate::catalog::CallOptions;
use crate::components::{SettledTimeline, Trial, Trials, day, thousands};
use crate::loaders::gizmo;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("500 ms", "delay=500ms"),
    Trial::new("3 s", "delay=3s"),
    Trial::STATUS,
    Trial::HANG,
];

/// A gizmo. The page waits for it: without it there is no page, and the section says so.
#[page(async, path = "/stock/gizmos/{id}", layout = Shelf, timeout = "2s")]
pub fn StockGizmoPage(
    Query(options): Query<CallOptions>,
    gizmo: Loaded<gizmo>,
    recorder: Recorder,
) -> impl IntoView {
    view! {
        <Title text=format!("{} in stock", gizmo.name)/>
        <h2>{gizmo.name.clone()}</h2>
        <dl class="facts">
            <dt>"Number"</dt>
            <dd>{gizmo.id}</dd>
            <dt>"Introduced"</dt>
            <dd>
                <time datetime=gizmo.introduced.to_string()>{day(gizmo.introduced)}</time>
            </dd>
            <dt>"Quantity"</dt>
            <dd>{thousands(gizmo.quantity.into())}</dd>
        </dl>
        <Trials trials=TRIALS options/>
        <h2>"What to look at"</h2>
        <p>
            "Two layouts stand around this page, one in the other. All three of them, and the sums above, show what one call has brought. Gizmo 9 does not exist: the stock room has a page of its own for that."
        </p>
        <SettledTimeline recorder/>
    }
}
