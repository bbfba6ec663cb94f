//! Loaders that return no `Result`.

use punctual::prelude::*;

#[loader]
pub async fn number() -> u8 {
    1
}

#[loader]
pub async fn maybe() -> Option<Vec<u8>> {
    None
}

#[loader]
pub async fn nothing() -> () {}

fn main() {}
