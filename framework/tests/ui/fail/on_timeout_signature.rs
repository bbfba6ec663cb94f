//! Functions for `on_timeout` that are no views of a failure.

use punctual::prelude::*;

#[page(async, path = "/a", on_timeout = too_much)]
fn TooMuchPage() -> impl IntoView {}

#[page(async, path = "/b", on_timeout = no_function)]
fn NoFunctionPage() -> impl IntoView {}

fn too_much(_: u32) -> impl IntoView {}

const no_function: &str = "late";

fn main() {}
