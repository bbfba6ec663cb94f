//! What runs in the browser of the sample site: its islands.
//!
//! This is the only package of the sample that is compiled to WebAssembly. Pages and loaders never go to the
//! browser.

use leptos::prelude::*;
use punctual_islands::island;

/// A button that counts.
#[island]
pub fn Counter(
    /// Where it begins.
    from: i32,
) -> impl IntoView {
    let (count, set_count) = signal(from);
    view! { <button on:click=move |_| set_count.update(|count| *count += 1)>{count}</button> }
}
