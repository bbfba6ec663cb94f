//! Names that are no loaders.

use punctual::prelude::*;

#[page(async, path = "/a")]
pub fn TypePage(number: Loaded<u32>) -> impl IntoView {
    let _ = number;
}

fn main() {}
