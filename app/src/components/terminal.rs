//! What can be typed into a terminal.

use punctual::prelude::*;

/// A line, or some, for a terminal.
#[component]
pub(crate) fn Terminal(
    /// What to type.
    line: String,
) -> impl IntoView {
    view! { <pre tabindex="0"><code>{line}</code></pre> }
}
