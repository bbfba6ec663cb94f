//! Values of `stream`, `load` and `method` that are none of their words, and of `weight` that are no number.

use punctual::prelude::*;

#[page(async, path = "/a", stream = "of", load = "sequentail", method = "got")]
fn MisspeltPage() -> impl IntoView {}

#[page(async, path = "/b", stream = "out_of_order", load = "CONCURRENT", method = "GET")]
fn SpellingPage() -> impl IntoView {}

#[page(async, path = "/c", stream = "in_order", load = "parallel", method = "POST")]
fn OtherWordsPage() -> impl IntoView {}

#[page(async, path = "/d", stream = "fast", load = "lazy", method = "get, post")]
fn UnknownPage() -> impl IntoView {}

#[page(async, path = "/e", stream = off, load = sequential, method = Method::POST)]
fn BarePage() -> impl IntoView {}

#[page(async, path = "/f", stream = false, load = 1, method = 'p')]
fn OtherTypesPage() -> impl IntoView {}

#[page(async, path = "/g", stream = out-of-order)]
fn OutOfOrderPage() -> impl IntoView {}

#[page(async, path = "/h", stream = in-order)]
fn InOrderPage() -> impl IntoView {}

#[page(async, path = "/i", stream, load = , method("post"))]
fn ShapesPage() -> impl IntoView {}

#[page(async, path = "/j", stream = "")]
fn EmptyPage() -> impl IntoView {}

#[page(path = "/k", method = "put")]
fn PutPage() -> impl IntoView {}

#[page(path = "/l", method = DELETE)]
fn DeletePage() -> impl IntoView {}

#[page(path = "/m", method = "HEAD")]
fn HeadPage() -> impl IntoView {}

#[page(async, path = "/n", sequential, "off")]
fn KeylessPage() -> impl IntoView {}

#[page(async, path = "/p", weight = "4")]
fn WeightPage() -> impl IntoView {}

#[page(async, path = "/q", weight = 0)]
fn NoWeightPage() -> impl IntoView {}

#[page(async, path = "/o", stream = "off", stream = "in-order")]
fn DoubledPage() -> impl IntoView {}

fn main() {
    let _ = Site::builder()
        .pages(pages![MisspeltPage, SpellingPage, OtherWordsPage, UnknownPage, BarePage])
        .pages(pages![OtherTypesPage, OutOfOrderPage, InOrderPage, ShapesPage, EmptyPage])
        .pages(pages![WeightPage, NoWeightPage])
        .pages(pages![PutPage, DeletePage, HeadPage, KeylessPage, DoubledPage]);
}
