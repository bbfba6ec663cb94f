//! A page that has one second.

use punctual::prelude::*;

use super::failure::options_of;
use crate::catalog::CallOptions;
use crate::components::{GizmoTable, Timeline, Trial, Trials, Waits, round};
use crate::loaders::gizmos;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("200 ms", "delay=200ms"),
    Trial::new("by chance", "delay=500ms..1500ms"),
    Trial::new("3 s", "delay=3s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// The gizmos, within a second or not at all.
#[page(async, path = "/gizmos-cancel", timeout = "1s", on_timeout = late)]
pub fn GizmosCancelPage(
    Query(options): Query<CallOptions>,
    gizmos: Loaded<gizmos>,
    recorder: Recorder,
) -> impl IntoView {
    view! {
        <Title text="Gizmos in a second"/>
        <h1>"Gizmos, within a second"</h1>
        <p class="lead">
            "The page has 1 second for everything. The catalog was fast enough this time; when it is not, the call is cancelled and a time-out page comes instead."
        </p>
        <Trials trials=TRIALS options/>
        <GizmoTable gizmos/>
        <Timeline record=recorder.snapshot() waits=Waits::InTask/>
    }
}

/// What is shown when the second is over.
fn late(failure: PageFailure) -> impl IntoView {
    let again = failure.path_and_query().to_owned();
    let options = options_of(&failure.uri).unwrap_or_default();
    let had = round(failure.timeout);
    view! {
        <Title text="The gizmos are late"/>
        <section class="late">
            <h1>"The gizmos did not arrive in time"</h1>
            <p>
                {format!("The page had {had} for everything, and the catalog had not answered by then. The call was cancelled: nothing goes on in the background.")}
            </p>
        </section>
        <div class="actions">
            <a class="button" href=again>"Try again"</a>
            <a class="button quiet" href=Trial::new("", "delay=200ms").href(&GizmosCancelPage::href())>
                "Try with 200 ms"
            </a>
        </div>
        <Trials trials=TRIALS options/>
        <Timeline record=failure.record/>
    }
}
