//! Paths that are missing or are none.

use punctual::prelude::*;

const PATH: &str = "/const";

#[page(async)]
fn MissingPage() -> impl IntoView {}

#[page]
fn NoKeysPage() -> impl IntoView {}

#[page(path = "")]
fn EmptyPage() -> impl IntoView {}

#[page(path = "gizmos")]
fn RelativePage() -> impl IntoView {}

#[page(path = "https://shop.example/gizmos")]
fn HostPage() -> impl IntoView {}

#[page(path = PATH)]
fn ConstantPage() -> impl IntoView {}

#[page(path = 1)]
fn NumberPage() -> impl IntoView {}

#[page(path = "/gizmos?sort=name")]
fn QueryPage() -> impl IntoView {}

#[page(path = "/gizmos#top")]
fn FragmentPage() -> impl IntoView {}

#[page(path = "/a//b")]
fn EmptySegmentPage() -> impl IntoView {}

#[page(path = "/a/../b")]
fn DotsPage() -> impl IntoView {}

#[page(path = "/our team/café")]
fn CharactersPage() -> impl IntoView {}

#[page(path = "/100%/caf%c3%a9")]
fn EncodingPage() -> impl IntoView {}

fn main() {
    let _ = PATH;
}
