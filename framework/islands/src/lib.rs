//! What the islands of a [Punctual](https://docs.rs/punctual) site need, on the server and in the browser.
//!
//! A site has its islands in a package of its own, the only one that is compiled to WebAssembly. That package depends on
//! this one:
//!
//! ```
//! use leptos::prelude::*;
//! use punctual_islands::island;
//!
//! /// A button that counts.
//! #[island]
//! pub fn Counter(
//!     /// Where it begins.
//!     from: i32,
//! ) -> impl IntoView {
//!     let (count, set_count) = signal(from);
//!     view! { <button on:click=move |_| set_count.update(|count| *count += 1)>{count}</button> }
//! }
//! # fn main() {}
//! ```

mod mark;

pub use punctual_macros::island;

/// What the expansion of [`macro@island`] names. No part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::mark::{IslandScope, Marked, marked};
    pub use ::leptos;
}

/// Called by the script that starts islands: whatever begins now belongs to an island of its own.
#[cfg(feature = "hydrate")]
#[doc(hidden)]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = "__punctual_begin")]
pub fn begin() {
    leptos::mount::hydrate_islands();
}
