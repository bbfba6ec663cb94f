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

use http::request::Parts;
use punctual::prelude::*;
use std::{fmt::Error, future::ready, time::Duration};

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

/// A guard.
#[loader(guard)]
pub async fn guarding(public: Loaded<public>) -> Result<u32, PageError> {
    Ok(*public)
}

/// A layout.
#[layout]
pub fn Frame(children: Children, guarding: Loaded<guarding>) -> impl IntoView {
    (children(), *guarding)
}

#[layout(layout = Frame)]
fn Account(public: LoadResult<public>, children: Children) -> Result<impl IntoView, PageError> {
    public
        .map(|_| children())
        .map_err(|_| PageError::not_found())
}

fn budget(parts: &Parts) -> Duration {
    Duration::from_secs(u64::from(parts.uri.query().is_none()))
}

#[page(async, path = "/account", layout = Account, timeout = budget)]
async fn AccountPage(guarding: LoadResult<guarding>) -> Result<impl IntoView, PageError> {
    ready(()).await;
    guarding
        .map(|guarding| *guarding)
        .map_err(|_| PageError::not_found())
}

#[page(path = "/closure", layout = Frame, timeout = |_| Duration::from_secs(1))]
fn ClosurePage() -> Result<u32, PageError> {
    Ok("1".parse()?)
}

/// A page.
#[page(
    async,
    path = "/{productId}",
    layout = Account,
    timeout = "1s",
    on_timeout = late
)]
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

    #[layout]
    pub(super) fn Restricted(children: Children) -> impl IntoView {
        children()
    }

    #[page(async, path = "/restricted", layout = Restricted)]
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
    let more = pages![BlockingPage, SynchronousPage, AccountPage, ClosurePage];
    let _site = Site::builder().pages(pages).pages(more).build()?;
    Ok(punctual::Stopped)
}
