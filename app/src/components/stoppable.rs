//! A part of a page whose load can be stopped.

use punctual::prelude::*;
use pwg_islands::Stoppable;

/// The part, with a button that stops its load where there is one.
#[component]
pub(crate) fn StopButton(
    /// Where the load can be stopped, if it can be.
    address: Option<String>,
    /// The button, in a word or two.
    label: &'static str,
    /// The part.
    children: Children,
) -> AnyView {
    match address {
        Some(address) => {
            view! { <Stoppable label=label.to_owned() address>{children()}</Stoppable> }.into_any()
        }
        None => children(),
    }
}
