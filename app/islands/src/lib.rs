//! What runs in the browser of the sample site: its islands, and the function that starts them.
//!
//! This is the only package that is compiled to WebAssembly. Pages and loaders never go to the
//! browser.

/// Takes over the islands in the document that the server has sent.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
