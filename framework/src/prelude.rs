//! What pages and loaders are written with: `use punctual::prelude::*;`.
//!
//! Beside this crate's own it has the prelude of Leptos, the extractors of Axum that pages use most,
//! and the components of `leptos_meta` that go into the head. The names `Title`, `Suspend` and `Resolve` are this
//! crate's.

#[doc(no_inline)]
pub use crate::{
    Cancel, Deadline, Deferred, Exit, Form, LoadError, LoadResult, Loaded, PageError, PageFailure,
    Recorder, RequestContext, Resolve, Respond, ResponseHead, ResponseOptions, Site, SiteStyle,
    Suspend, Tasks, Title, layout, loader, page, pages,
};
#[doc(no_inline)]
pub use axum::extract::{FromRef, Path, Query, State};
#[doc(no_inline)]
pub use leptos::prelude::*;
#[doc(no_inline)]
pub use leptos_meta::{Link, Meta, Stylesheet};
