//! What waiting costs: the same page, once on threads that wait and once without them.
//!
//! [`measure`] starts the catalog and the site, lets many visitors ask for the synchronous page of
//! the gizmos at once, and then as many for the asynchronous one. The command `starvation` prints
//! what comes out:
//!
//! ```sh
//! cargo run --release --bin starvation
//! ```
//!
//! Both pages make one call to the catalog. A synchronous page keeps its thread while it waits, and
//! there are 25 of them, so no more than 25 visitors are served at a time: with a call of 2 seconds
//! that makes 12.5 pages a second, on any machine. 25 for each processor was the size of .NET's
//! thread pool when ASP.NET 2.0 brought asynchronous pages, which were to do away with that limit.

mod expectation;
mod fault;
mod figures;
mod options;
mod report;
mod stage;

pub use options::Options;
pub use report::{Report, Unserved};
pub use stage::StartError;

use expectation::Expectation;
use report::Measured;
use stage::Stage;

/// A page that visitors ask for, and what they want to see on it.
#[derive(Clone, Copy, Debug)]
struct Target {
    path: &'static str,
    kind: &'static str,
    /// Without this the page has come without its data.
    content: &'static str,
}

const SYNCHRONOUS: Target = Target {
    path: "/gizmos",
    kind: "synchronous",
    content: "Gizmo 3",
};

const ASYNCHRONOUS: Target = Target {
    path: "/gizmos-async",
    kind: "asynchronous",
    content: "Gizmo 3",
};

/// Starts the catalog and the site on free ports of the loopback address, loads one page after the
/// other, and stops both. It takes as long as the visitors wait, and no visitor waits for longer
/// than two minutes.
///
/// # Errors
///
/// When the catalog, the site or the client of the visitors cannot be started. A visitor who gets
/// no page is no error: the report counts them.
pub async fn measure(options: &Options) -> Result<Report, StartError> {
    let stage = Stage::start(options).await?;
    let synchronous = Measured {
        target: SYNCHRONOUS,
        expected: Expectation::with_threads(options),
        figures: stage.load(SYNCHRONOUS, options).await?,
    };
    let asynchronous = Measured {
        target: ASYNCHRONOUS,
        expected: Expectation::without_threads(options),
        figures: stage.load(ASYNCHRONOUS, options).await?,
    };
    Ok(Report::new(options, [synchronous, asynchronous]))
}
