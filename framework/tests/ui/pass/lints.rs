//! Expansions are no cause of warnings, however strict the user is.

#![deny(
    warnings,
    let_underscore,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unreachable_pub,
    unused,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::absolute_paths)]
#![deny(clippy::exhaustive_enums, clippy::impl_trait_in_params)]
#![allow(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::redundant_pub_crate
)]
#![forbid(unsafe_code)]

use punctual::prelude::*;
use std::fmt::Error;

/// A loader.
#[loader(timeout = "1s")]
pub async fn public() -> Result<u32, Error> {
    Ok(1)
}

#[loader]
async fn private(public: Loaded<public>) -> Result<u32, Error> {
    Ok(*public)
}

/// On a blocking thread.
#[loader(blocking)]
pub fn blocking(public: Loaded<public>) -> Result<u32, Error> {
    Ok(*public)
}

#[loader(blocking, timeout = "1s")]
fn constant() -> Result<(), PageError> {
    Ok(())
}

/// A page.
#[page(async, path = "/{productId}", timeout = "1s", on_timeout = late)]
pub fn PublicPage(public: Deferred<public>) -> impl IntoView {
    drop(public);
}

fn late() -> impl IntoView {
    "late"
}

#[page(
    async,
    path = "/",
    stream = "in-order",
    load = "sequential",
    method = "get"
)]
fn PrivatePage(private: Loaded<private>) -> impl IntoView {
    *private
}

#[page(async, path = "/blocking", stream = "off")]
fn BlockingPage(blocking: Loaded<blocking>, _: Loaded<constant>) -> impl IntoView {
    *blocking
}

#[page(path = "/synchronous", method = "post")]
fn SynchronousPage() -> &'static str {
    "synchronous"
}

/// Where `pub` would be unreachable.
mod module {
    use punctual::prelude::*;

    #[loader]
    pub(crate) async fn restricted() -> Result<u32, PageError> {
        Ok(1)
    }

    #[page(async, path = "/restricted")]
    pub(super) async fn RestrictedPage(_: Loaded<restricted>) -> impl IntoView {
        "restricted"
    }
}

/// Deprecated for its callers, of which the expansion is none.
#[deprecated]
#[loader]
pub async fn old() -> Result<u32, PageError> {
    Ok(1)
}

/// Items of a function.
#[punctual::main]
pub async fn main() -> Exit {
    #[loader]
    async fn local() -> Result<u32, PageError> {
        Ok(1)
    }

    #[page(async, path = "/local")]
    fn LocalPage(local: Loaded<local>) -> impl IntoView {
        *local
    }

    let pages = pages![PublicPage, PrivatePage, module::RestrictedPage, LocalPage];
    let more = pages![BlockingPage, SynchronousPage];
    let _site = Site::builder().pages(pages).pages(more).build()?;
    Ok(punctual::Stopped)
}
