//! Loaders run on any thread, and their values are shared.

use punctual::prelude::*;

#[loader]
pub async fn held() -> Result<u8, std::fmt::Error> {
    let number = std::rc::Rc::new(1);
    std::future::ready(()).await;
    Ok(*number)
}

#[loader]
pub async fn cell() -> Result<std::cell::Cell<u8>, std::fmt::Error> {
    Ok(std::cell::Cell::new(1))
}

fn main() {}
