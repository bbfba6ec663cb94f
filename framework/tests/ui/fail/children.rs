//! Only layouts have something in them.

use punctual::prelude::*;

type Place = Children;

#[page(path = "/a")]
fn SyncPage(children: Children) -> impl IntoView {
    children()
}

#[page(async, path = "/b")]
fn AsyncPage(_: Deadline, place: Place) -> impl IntoView {
    place()
}

#[loader]
async fn product(_: Children) -> Result<u8, PageError> {
    Ok(1)
}

fn main() {}
