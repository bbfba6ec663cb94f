//! Times that are none.

use punctual::prelude::*;

#[page(path = "/", timeout = "1")]
fn NoUnitPage() -> impl IntoView {}

#[page(path = "/", timeout = "600")]
fn NoUnitMillisecondsPage() -> impl IntoView {}

#[page(path = "/", timeout = "1h")]
fn UnknownUnitPage() -> impl IntoView {}

#[page(path = "/", timeout = "5us")]
fn SmallUnitPage() -> impl IntoView {}

#[page(path = "/", timeout = "0s")]
fn ZeroPage() -> impl IntoView {}

#[page(path = "/", timeout = "-1s")]
fn NegativePage() -> impl IntoView {}

#[page(path = "/", timeout = "1.5s")]
fn FractionPage() -> impl IntoView {}

#[page(path = "/", timeout = "0.5ms")]
fn FinePage() -> impl IntoView {}

#[page(path = "/", timeout = "2000m")]
fn LongPage() -> impl IntoView {}

#[page(path = "/", timeout = "s")]
fn NoNumberPage() -> impl IntoView {}

#[page(path = "/", timeout = "")]
fn EmptyPage() -> impl IntoView {}

#[page(path = "/", timeout = "soon")]
fn WordPage() -> impl IntoView {}

#[page(path = "/", timeout = "1m 30s")]
fn CompoundPage() -> impl IntoView {}

#[page(path = "/", timeout = 5)]
fn NumberPage() -> impl IntoView {}

#[page(path = "/", timeout = 600ms)]
fn SuffixPage() -> impl IntoView {}

#[page(path = "/", timeout = Duration::from_secs(1))]
fn ExpressionPage() -> impl IntoView {}

#[loader(timeout = "1")]
async fn loader_without_unit() -> Result<u8, PageError> {
    Ok(1)
}

fn main() {
    drop(loader_without_unit());
}
