//! A page that has one second, and a button that does not wait for the end of it.

use punctual::prelude::*;

use crate::catalog::{CallOptions, Catalog};
use crate::components::{
    Failed, GizmoTable, Late, Pending, SettledTimeline, StopButton, Stopped, Trial, Trials,
    TryAgain, current_address, is_stopped,
};
use crate::running::Running;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("200 ms", "delay=200ms"),
    Trial::new("by chance", "delay=500ms..1500ms"),
    Trial::new("3 s", "delay=3s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// The gizmos, within a second or not at all. The visitor can stop them before.
///
/// They are a task of the page and not a loader, because the page and the call share something that belongs to this one
/// request: the number by which it is stopped.
#[page(async, path = "/gizmos-cancel", timeout = "1s")]
pub fn GizmosCancelPage(
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
    State(running): State<Running>,
    tasks: Tasks,
    recorder: Recorder,
) -> impl IntoView {
    let stop = running.begin();
    let address = stop.address();
    let gizmos = tasks.register(
        "gizmos",
        stop.or(async move { catalog.gizmos(&options).await }),
    );
    let again = current_address();
    let again_after_error = again.clone();
    view! {
        <Title text="Gizmos in a second"/>
        <h1>"Gizmos, within a second"</h1>
        <p class="lead">
            "The page has 1 second for everything, and is there before its gizmos are. When they are late, the call is cancelled and a text stands in their place. Nobody has to wait for that: the button cancels the call at once."
        </p>
        <Trials trials=TRIALS options/>
        <StopButton address label="Stop">
            <Resolve
                data=gizmos
                fallback=|| view! { <Pending what="gizmos" rows=3/> }
                on_timeout=|| view! { <Late what="gizmos"/> <TryAgain href=again/> }
                on_error=|error| view! {
                    {match is_stopped(&error) {
                        true => view! { <Stopped text="You have stopped the gizmos."/> }.into_any(),
                        false => view! { <Failed what="gizmos" error/> }.into_any(),
                    }}
                    <TryAgain href=again_after_error/>
                }
                let:gizmos
            >
                <GizmoTable gizmos=Loaded::new(gizmos)/>
            </Resolve>
        </StopButton>
        <h2>"What to look at"</h2>
        <p>
            "The button asks the site to drop the call, by an address that only this page knows. The catalog sees its caller hang up, and the document ends as it would at its deadline. The button runs in the browser, and is not there without JavaScript."
        </p>
        <SettledTimeline recorder/>
    }
}
