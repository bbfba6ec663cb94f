//! A loader cannot take what is not there yet.

use punctual::prelude::*;

#[loader]
pub async fn product() -> Result<String, std::fmt::Error> {
    Ok(String::new())
}

type Later = Deferred<product>;

#[loader]
pub async fn related(first: Deferred<product>, second: Later) -> Result<u8, std::fmt::Error> {
    let _ = (first, second);
    Ok(1)
}

fn main() {}
