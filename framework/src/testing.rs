//! For tests: a site in memory, on a paused clock. (With the feature `testing`.)
//!
//! [`TestSite`] takes a site and asks it for pages. What comes back, a [`TestPage`], tells the status, the headers,
//! each chunk of the document and when it was there, and what each load of the page did. A visitor can
//! [leave](Visit::leave_at) or [stop reading](Visit::stall_at) at any time, a loader is [replaced](Fake) by one that
//! is late or fails, and afterwards a test [asserts that nothing remains](TestSite::assert_nothing_remains).
//!
//! ```
//! use punctual::{prelude::*, testing::{self, Fake, TestSite}};
//! use std::time::Duration;
//!
//! #[loader]
//! async fn gizmos() -> Result<Vec<String>, std::io::Error> {
//!     Ok(vec!["sprocket".to_owned()])
//! }
//!
//! #[page(async, path = "/gizmos", timeout = "45s")]
//! fn GizmosPage(gizmos: Loaded<gizmos>) -> impl IntoView {
//!     gizmos.join(", ")
//! }
//!
//! # testing::run(async {
//! let builder = Site::builder()
//!     .pages(pages![GizmosPage])
//!     .replace::<gizmos>(Fake::never());
//! let site = TestSite::new(builder);
//! let page = site.get("/gizmos").await;
//! assert_eq!(page.status(), 504);
//! assert!(page.end() >= Duration::from_secs(45) && page.end() <= Duration::from_millis(45_050));
//! site.assert_nothing_remains().await;
//! # });
//! ```
//!
//! The [guide](crate::guide::testing) shows more.
//!
//! # Time
//!
//! On the paused clock of Tokio nothing waits: when all tasks do, the clock jumps to the next timer. 45 seconds pass
//! in a millisecond, and a test finds the same times on every machine. [`#[punctual::test]`](macro@crate::test), [`run`] and
//! `#[tokio::test(start_paused = true)]` all give such a runtime. On another one, with the clock of the
//! wall, everything here works as well.
//!
//! Code on threads of its own is no task: the clock does not wait for it. On a paused clock a synchronous page
//! (`#[page]` without `async`), a loader with `blocking`, and [`block_on`](crate::block_on) are late at once. Their
//! tests take real time: `#[tokio::test(flavor = "multi_thread")]`.

mod fake;
mod open;
mod page;
mod remains;
mod shown;
mod site;
mod visit;

pub use fake::Fake;
pub use open::OpenPage;
pub use page::{Chunk, End, TestPage};
pub use site::TestSite;
pub use visit::Visit;

/// Runs a test on a runtime of its own whose clock is paused, and gives what the test gives.
///
/// `#[punctual::test]` does this for an `async fn`. `#[tokio::test(start_paused = true)]` makes the same runtime.
///
/// # Panics
/// When the test does, and inside another runtime.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use tokio::time::{Instant, sleep};
///
/// let took = punctual::testing::run(async {
///     let start = Instant::now();
///     sleep(Duration::from_secs(45)).await;
///     start.elapsed()
/// });
/// assert_eq!(took, Duration::from_secs(45));
/// ```
pub fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(test),
        Err(error) => panic!("no runtime could be made: {error}"),
    }
}
