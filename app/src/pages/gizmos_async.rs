//! One table that the page waits for.

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{GizmoPage, Timeline, Waits};
use crate::loaders::gizmos;

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
    view! {
        <Title text="Gizmos, asynchronous"/>
        <GizmoPage options gizmos/>
        <Timeline record=recorder.snapshot() waits=Waits::InTask/>
    }
}
