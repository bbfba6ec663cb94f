//! A loader whose return type does not show that it is no `Result`.

use punctual::prelude::*;

type Product = u8;

#[loader]
pub async fn product() -> Product {
    1
}

fn main() {}
