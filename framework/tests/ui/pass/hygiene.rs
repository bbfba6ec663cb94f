//! Names of the user's that an expansion must not catch or trip over.

use axum::extract::Query;
use punctual::prelude::*;

type Result<T> = ::std::result::Result<T, PageError>;
pub type S = ::std::collections::HashMap<::std::string::String, ::std::string::String>;
pub struct String;
pub struct Option;
pub struct Box;
pub struct Send;
pub struct Clone;
pub struct Duration;
pub struct Loader;
pub struct Page;
pub struct Layout;
pub struct Guards;
pub struct Parts;
pub type Children = u8;
pub mod core {}
pub mod std {}

pub mod aliases {
    pub type Arg = super::Query<super::S>;
}

#[loader]
pub async fn str(cx: aliases::Arg, found: Query<S>) -> Result<usize> {
    Ok(cx.len() + found.len())
}

#[loader]
pub async fn bool(str: Loaded<str>) -> Result<usize> {
    Ok(*str)
}

#[loader]
pub async fn r#type() -> Result<f32> {
    Ok(1.0)
}

/// With arguments called like parts of an expansion.
#[loader]
pub async fn error(error: Loaded<r#type>, depth: Loaded<bool>, run: Cancel) -> Result<f32> {
    let _ = (depth, run);
    Ok(*error)
}

/// The same where the function goes to another thread.
#[loader(blocking)]
pub fn f64(cx: aliases::Arg, call: Loaded<str>, run: Loaded<r#type>) -> Result<f32> {
    let _ = (cx, call);
    Ok(*run)
}

#[loader(blocking, timeout = "1s")]
pub fn r#move(body: Loaded<f64>, found: Query<S>) -> Result<(f32, i32)> {
    let _ = found;
    Ok((*body, 1))
}

/// A trait that is in scope here has methods like those that the expansion calls.
pub trait Run {
    fn answer(&self) {}
    fn guards(&self) {}
    fn start(&self) {}
    fn body(&self) {}
    fn blocking_body(&self) {}
    fn run(&self) {}
}

impl<T> Run for T {}

pub struct PageMethod;
pub struct StreamMode;
pub struct LoadOrder;

#[loader(guard)]
pub async fn start(guards: Query<S>, found: aliases::Arg) -> Result<usize> {
    Ok(guards.len() + found.len())
}

#[layout]
pub fn timeout(
    layout: leptos::children::Children,
    start: Loaded<start>,
    found: Query<S>,
) -> Result<impl IntoView> {
    let _ = (start, found);
    Ok(layout())
}

#[layout(layout = timeout)]
pub fn outer(cx: leptos::children::Children, returned: Query<S>) -> impl IntoView {
    let _ = returned;
    cx()
}

pub fn parts(_: &axum::http::request::Parts) -> ::std::time::Duration {
    ::std::time::Duration::from_secs(1)
}

#[page(async, path = "/result", layout = outer, timeout = parts)]
pub async fn prepare(returned: Loaded<start>, answer: Query<S>) -> Result<impl IntoView> {
    Ok(*returned + answer.len())
}

#[page(path = "/closure", layout = outer, timeout = |cx| parts(cx))]
pub fn on_timeout() -> Result<impl IntoView> {
    Ok("")
}

#[page(
    async,
    path = "/{path}/{self_}/{format}/{cx}",
    method = "get",
    stream = "in-order",
    load = "sequential"
)]
pub fn HygienePage(
    cx: Loaded<error>,
    _s: Query<S>,
    output: Loaded<str>,
    r#move: Loaded<r#move>,
) -> impl IntoView {
    let _ = (output, r#move);
    *cx
}

mod inner {
    use punctual::prelude::*;

    #[loader]
    pub(crate) async fn inner() -> Result<char, std::fmt::Error> {
        Ok('a')
    }

    #[page(async, path = "/inner")]
    pub(super) fn InnerPage(inner: Loaded<inner>) -> impl IntoView {
        *inner
    }
}

fn main() {
    assert_eq!(HygienePage::href(1, 2, 3, 4), "/1/2/3/4");
    let _ = Site::builder().pages(pages![HygienePage, inner::InnerPage]);
    let _ = Site::builder().pages(pages![prepare, on_timeout]);
    let _: (Layout, Guards, Parts, Children) = (Layout, Guards, Parts, 1);
    let _ = (String, Option, Box, Send, Clone, Duration, Loader, Page);
    let _ = (PageMethod, StreamMode, LoadOrder);
}
