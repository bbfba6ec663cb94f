//! `guard` is a flag of loaders.

use punctual::prelude::*;

#[loader(guard = true)]
async fn with_value() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(gaurd, blocking)]
fn misspelt() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(guard("admin"))]
async fn with_list() -> Result<u8, PageError> {
    Ok(1)
}

#[page(async, path = "/a", guard = with_value)]
fn GuardedPage() -> impl IntoView {}

fn main() {
    let _ = Site::builder().pages(pages![GuardedPage]);
    drop((with_value(), misspelt(), with_list()));
}
