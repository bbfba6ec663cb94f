//! What is no function for `on_timeout`.

use punctual::prelude::*;

#[page(async, path = "/a", on_timeout = "late")]
fn QuotedPage() -> impl IntoView {}

#[page(async, path = "/b", on_timeout = late())]
fn CalledPage() -> impl IntoView {}

#[page(async, path = "/c", on_timeout = || view! { <p>"late"</p> })]
fn ClosurePage() -> impl IntoView {}

#[page(async, path = "/d", on_timeout)]
fn MissingPage() -> impl IntoView {}

fn late() -> impl IntoView {}

fn main() {
    late();
}
