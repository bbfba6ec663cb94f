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

#[page(async, path = "/{path}/{self_}/{format}/{cx}")]
pub fn HygienePage(cx: Loaded<error>, _s: Query<S>, output: Loaded<str>) -> impl IntoView {
    let _ = output;
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
    let _ = (String, Option, Box, Send, Clone, Duration, Loader, Page);
}
