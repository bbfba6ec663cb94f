//! A page without `async` takes no loader, under whatever name.

use punctual::prelude::*;

#[loader]
pub async fn product() -> Result<String, std::fmt::Error> {
    Ok(String::new())
}

type Later = Deferred<product>;

#[page(path = "/products/{id}")]
pub fn ProductPage(
    Path(id): Path<u32>,
    critical: Loaded<product>,
    handled: LoadResult<product>,
    later: Later,
) -> impl IntoView {
    let _ = (id, critical, handled, later);
}

fn main() {
    let _ = Site::builder().pages(pages![ProductPage]);
}
