//! Loaders that need each other.

use punctual::prelude::*;

#[loader]
pub async fn egg(hen: Loaded<hen>) -> Result<u8, std::fmt::Error> {
    Ok(*hen)
}

#[loader]
pub async fn hen(egg: Loaded<egg>) -> Result<u8, std::fmt::Error> {
    Ok(*egg)
}

fn main() {}
