//! Names that are those of other things.

use punctual::prelude::*;

struct Frame;

#[loader]
async fn account() -> Result<u8, PageError> {
    Ok(1)
}

#[page(async, path = "/a", layout = Frame)]
fn StructPage() -> impl IntoView {}

#[page(async, path = "/b", layout = self::StructPage)]
fn PagePage() -> impl IntoView {}

#[layout(layout = account)]
fn OfLoader(children: Children) -> impl IntoView {
    children()
}

fn main() {
    let _ = Frame;
}
