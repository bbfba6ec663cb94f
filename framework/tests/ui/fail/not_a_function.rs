//! Attributes above what is no function.

use punctual::prelude::*;

#[page(path = "/a")]
struct StructPage;

#[loader]
pub const NUMBER: u8 = 1;

#[loader]
impl StructPage {}

#[punctual::main]
mod entry {}

fn main() {
    let _ = (StructPage, NUMBER);
}
