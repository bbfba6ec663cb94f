//! Longer texts, one question each. What a page, a loader and the rules of time are stands in the
//! README of the repository.

#[doc = include_str!("../docs/islands.md")]
pub mod islands {}

#[doc = include_str!("../docs/page-life.md")]
pub mod page_life {}

#[doc = include_str!("../docs/sync-or-async.md")]
pub mod sync_or_async {}

#[cfg(any(feature = "testing", doc))]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/under-load.md")]
pub mod under_load {}
