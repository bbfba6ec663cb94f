//! A long job that runs.

use punctual::prelude::*;

/// How far a job is, in words and as a bar.
#[component]
pub(crate) fn Running(
    /// How far it is.
    percent: u32,
    /// What is being done, as a sentence.
    text: String,
) -> impl IntoView {
    view! {
        <div class="running">
            <p>{text}</p>
            <span class="done">{format!("{percent} %")}</span>
            <progress max="100" value=percent aria-hidden="true"></progress>
        </div>
    }
}
