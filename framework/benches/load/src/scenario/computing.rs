//! More visitors than the processors can serve.

use super::overload::Plan;
use crate::{
    error::LoadError,
    options::{Common, duration},
    report::Report,
    visit::Page,
};
use clap::Args;
use std::{thread::available_parallelism, time::Duration};

/// How much longer an admitted page may take than one of a few: the load, the server and the pages that compute share the
/// processors.
const MORE: Duration = Duration::from_millis(500);

/// In what time those who are refused know. All processors are busy with pages.
const AT_ONCE: Duration = Duration::from_millis(100);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many visitors come in a second [default: 1000]
    #[arg(long, value_name = "NUMBER")]
    rate: Option<u32>,

    /// How long they come [default: 20]
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,

    /// How long each page keeps a processor busy
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "5ms")]
    compute: Duration,
}

/// The site is given no limit: it finds out by itself what it can do.
pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let plan = Plan {
        scenario: "computing",
        what: format!(
            "A page that computes for {:?} on a site that is told nothing of its limits",
            options.compute
        ),
        page: Page::Computing,
        wait: options.compute,
        rate: common.or(options.rate, 1_000, 800),
        seconds: Duration::from_secs(common.or(options.seconds, 20, 4)),
        // The longest wait, and until the last of those who have waited so long is served.
        burst: Duration::from_secs(common.or(None, 6, 1)),
        best_for: Duration::from_secs(common.or(None, 5, 2)),
        visitors: 2 * available_parallelism().map_or(1, usize::from),
        // Visitors who are refused cost something, too: here it is taken from the pages.
        of_best: 70,
        more: MORE,
        at_once: AT_ONCE,
    };
    plan.run(|_| {}).await
}
