//! An error that is neither a `std::error::Error` nor says a status.

use punctual::prelude::*;

#[loader]
pub async fn product() -> Result<u8, String> {
    Ok(1)
}

fn main() {}
