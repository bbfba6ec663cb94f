//! What is neither a text nor a function.

use punctual::prelude::*;
use std::time::Duration;

fn budget(_: &axum::http::request::Parts) -> Duration {
    Duration::from_secs(1)
}

#[page(path = "/a", timeout = budget())]
fn CalledPage() -> impl IntoView {}

#[page(path = "/b", timeout = { budget })]
fn BlockPage() -> impl IntoView {}

#[page(path = "/c", timeout = "budget")]
fn QuotedPage() -> impl IntoView {}

#[loader(timeout = budget)]
async fn product() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(timeout = |_| Duration::from_secs(1))]
async fn related() -> Result<u8, PageError> {
    Ok(1)
}

fn main() {
    let _ = Site::builder().pages(pages![CalledPage, BlockPage, QuotedPage]);
    drop((product(), related(), budget));
}
