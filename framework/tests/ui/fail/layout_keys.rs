//! What is no name of a layout, and what is no key of one.

use punctual::prelude::*;

#[layout]
fn Frame(children: Children) -> impl IntoView {
    children()
}

#[page(path = "/a", layout = "Frame")]
fn QuotedPage() -> impl IntoView {}

#[page(path = "/b", layout = Frame())]
fn CalledPage() -> impl IntoView {}

#[page(path = "/c", layout = self::Frame::<u8>)]
fn GenericPage() -> impl IntoView {}

#[page(path = "/d", layout = |children| children())]
fn ClosurePage() -> impl IntoView {}

#[page(path = "/e", layout)]
fn MissingPage() -> impl IntoView {}

#[page(path = "/f", layout(Frame))]
fn ListPage() -> impl IntoView {}

#[page(path = "/g", Frame)]
fn BarePage() -> impl IntoView {}

#[page(path = "/h", lay_out = Frame, layout = Frame)]
fn DoubledPage() -> impl IntoView {}

#[layout(Frame)]
fn Bare(children: Children) -> impl IntoView {
    children()
}

#[layout("Frame")]
fn Quoted(children: Children) -> impl IntoView {
    children()
}

#[layout(async, path = "/i", layouts = Frame)]
fn Other(children: Children) -> impl IntoView {
    children()
}

fn main() {
    let _ = Site::builder()
        .pages(pages![QuotedPage, CalledPage, GenericPage, ClosurePage, MissingPage])
        .pages(pages![ListPage, BarePage, DoubledPage]);
}
