//! Keys that are none, are doubled, or are written in another way.

use punctual::prelude::*;

#[page(asinc, path = "/a")]
fn MisspeltPage() -> impl IntoView {}

#[page(path = "/b", onTimeout = late, colour = "red")]
fn UnknownPage() -> impl IntoView {}

#[page(async, path = "/c", path = "/d", async)]
fn DoubledPage() -> impl IntoView {}

#[page(async = true, path)]
fn ShapesPage() -> impl IntoView {}

#[page(async(yes), path =, timeout("1s"))]
fn MoreShapesPage() -> impl IntoView {}

#[page(async = false, path = = "/e")]
fn SignsPage() -> impl IntoView {}

#[page("/f", "1s", async)]
fn BarePage() -> impl IntoView {}

#[page(async path = "/g" timeout = "1s")]
fn CommasPage() -> impl IntoView {}

#[page(path = "/h" + "/i")]
fn ExpressionPage() -> impl IntoView {}

#[loader(path = "/j")]
async fn with_path() -> Result<u8, PageError> {
    Ok(1)
}

#[loader("300ms")]
async fn bare() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(time_out = "300ms", timeout = "1s")]
async fn misspelt() -> Result<u8, PageError> {
    Ok(1)
}

fn late() -> impl IntoView {}

fn main() {
    // Nothing but the attributes is wrong: what they stand on can be used.
    let _ = Site::builder()
        .pages(pages![MisspeltPage, UnknownPage, DoubledPage, ShapesPage, MoreShapesPage])
        .pages(pages![SignsPage, BarePage, CommasPage, ExpressionPage]);
    let _ = (with_path(), bare(), misspelt(), late());
}
