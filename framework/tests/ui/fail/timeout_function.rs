//! What is no function for `timeout`.

use axum::http::request::Parts;
use punctual::prelude::*;
use std::time::Duration;

const TIME: Duration = Duration::from_secs(1);

fn seconds(parts: &Parts) -> u64 {
    parts.uri.path().len() as u64
}

fn no_argument() -> Duration {
    TIME
}

fn of_uri(_: &axum::http::Uri) -> Duration {
    TIME
}

#[page(path = "/a", timeout = TIME)]
fn ConstantPage() -> impl IntoView {}

#[page(path = "/b", timeout = seconds)]
fn SecondsPage() -> impl IntoView {}

#[page(path = "/c", timeout = no_argument)]
fn NoArgumentPage() -> impl IntoView {}

#[page(path = "/d", timeout = of_uri)]
fn OfUriPage() -> impl IntoView {}

#[page(path = "/e", timeout = |parts| parts.uri.path().len())]
fn ClosurePage() -> impl IntoView {}

#[page(path = "/f", timeout = unknown)]
fn UnknownPage() -> impl IntoView {}

fn main() {}
