//! Loaders that return no `Result`, or one whose parts cannot be shared.

use punctual::prelude::*;

#[loader]
pub async fn number() -> u8 {
    1
}

#[loader]
pub async fn maybe() -> Option<Vec<u8>> {
    None
}

fn main() {}
