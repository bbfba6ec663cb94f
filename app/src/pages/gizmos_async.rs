//! One table that the page waits for.

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{Failed, GizmoTable, Timeline, Trial, Trials};
use crate::loaders::gizmos;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("100 ms", "delay=100ms"),
    Trial::new("2 s", "delay=2s"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// The gizmos, or why they are not there. The page is sent when that is known, in one piece.
///
/// It takes the result of the loader and not the value, so that a failure is the page's own
/// affair: it stays a page whatever the catalog does.
#[page(async, path = "/gizmos-async", timeout = "4s")]
pub fn GizmosAsyncPage(
    Query(options): Query<CallOptions>,
    gizmos: LoadResult<gizmos>,
    recorder: Recorder,
) -> impl IntoView {
    let table = match gizmos {
        Ok(gizmos) => view! { <GizmoTable gizmos/> }.into_any(),
        Err(error) => view! { <Failed what="gizmos" error/> }.into_any(),
    };
    view! {
        <Title text="Gizmos"/>
        <h1>"Gizmos"</h1>
        <p class="lead">
            "This page is sent when the gizmos are there, or when it is known that they will not be. Their loader may take 3 seconds. Whatever the catalog does, this stays a page."
        </p>
        <Trials path=GizmosAsyncPage::href() trials=TRIALS options/>
        {table}
        <Timeline record=recorder.snapshot()/>
    }
}
