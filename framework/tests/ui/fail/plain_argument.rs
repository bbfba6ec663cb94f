//! Plain values, which are nowhere in a request.

use punctual::prelude::*;

#[page(async, path = "/{id}")]
pub fn ProductPage(id: u32, mut name: String) -> impl IntoView {
    name.push('!');
    (id, name)
}

#[loader]
pub async fn product(_: String) -> Result<u8, PageError> {
    Ok(1)
}

fn main() {
    let _ = Site::builder().pages(pages![ProductPage]);
}
