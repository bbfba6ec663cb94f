//! A loader that decides the status cannot be deferred.

use punctual::prelude::*;

#[loader]
pub async fn product() -> Result<String, PageError> {
    Err(PageError::not_found())
}

#[page(async, path = "/products")]
pub fn ProductPage(product: Deferred<product>) -> impl IntoView {
    let _ = product;
}

fn main() {
    let _ = Site::builder().pages(pages![ProductPage]);
}
