//! A page without `async` streams nothing and loads nothing.

use punctual::prelude::*;

#[page(path = "/a", stream = "off")]
fn StreamPage() -> impl IntoView {}

#[page(path = "/b", load = "sequential", timeout = "1s")]
fn LoadPage() -> impl IntoView {}

// The value is wrong as well.
#[page(path = "/c", stream = "of", load = concurrent)]
fn BothPage() -> impl IntoView {}

// It may be that `async` is missing, or that it is too much: only that is said.
#[page(path = "/d", stream = "off", load = "sequential")]
async fn AsyncPage() -> impl IntoView {}

// The first key may stand for `async`.
#[page(asynchronous, path = "/e", stream = "off", load = "sequential")]
fn UnknownPage() -> impl IntoView {}

fn main() {
    let _ = Site::builder().pages(pages![StreamPage, LoadPage, BothPage, AsyncPage, UnknownPage]);
}
