//! Pages that return no view.

use punctual::prelude::*;

pub struct Product;

#[page(async, path = "/a")]
pub fn ProductPage() -> Product {
    Product
}

#[page(async, path = "/b")]
pub async fn AwaitingPage() -> Option<Product> {
    Some(Product)
}

fn main() {
    let _ = Site::builder().pages(pages![ProductPage, AwaitingPage]);
}
