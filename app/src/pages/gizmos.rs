//! One table that a thread waits for.

use punctual::{block_on, prelude::*};

use crate::catalog::CallOptions;
use crate::components::{GizmoPage, Timeline, Waits};
use crate::loaders::gizmos;
use crate::state::AppState;

/// The gizmos, or why they are not there, on a thread that waits until that is known.
///
/// [`GizmosAsyncPage`](super::GizmosAsyncPage) shows the same and keeps no thread waiting.
#[page(path = "/gizmos", timeout = "30s")]
pub fn GizmosPage(
    Query(options): Query<CallOptions>,
    request: RequestContext<AppState>,
) -> impl IntoView {
    let gizmos = block_on(request.load_result::<gizmos>());
    view! {
        <Title text="Gizmos, synchronous"/>
        <GizmoPage options gizmos/>
        <Timeline record=request.recorder().snapshot() waits=Waits::OnThread/>
    }
}
