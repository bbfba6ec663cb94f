//! All that is wrong with an item is said at once.

use punctual::prelude::*;

#[page(asynk, path = "products/:id", timeout = "1", on_timeout = late(), async)]
unsafe fn ProductPage<T>(name: &str, number: Path<T>) {}

#[loader(timeout = "0s", cache = "1m")]
fn product(id: &u32) {}

fn main() {
    let _ = Site::builder().pages(pages![ProductPage]);
}
