//! What the command is told.

use crate::{catalog::CatalogOptions, scenario, site::SiteOptions};
use clap::{Args, Parser, Subcommand};
use std::{path::PathBuf, time::Duration};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "punctual-load",
    version,
    about = "Loads a site of Punctual and says whether it keeps its promises",
    after_help = "It starts the site and its catalog by itself, on free ports of the loopback address. The exit \
                  code is 1 when a promise was not kept, and 2 when nothing could be measured."
)]
pub(crate) struct Command {
    #[command(subcommand)]
    pub(crate) role: Role,
}

/// What this process does.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    #[command(flatten)]
    Scenario(Scenario),
    /// The site that is loaded
    #[command(hide = true)]
    Site(SiteOptions),
    /// The service that its pages wait for
    #[command(hide = true)]
    Catalog(CatalogOptions),
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Scenario {
    /// Many pages wait for the catalog at once
    Waiting(scenario::waiting::Options),
    /// Ten times as many visitors come as the site can serve
    Overload(scenario::overload::Options),
    /// More visitors come than the processors can serve, and nobody has said how many that are
    Computing(scenario::computing::Options),
    /// Visitors leave at a random time
    Leaving(scenario::leaving::Options),
    /// Connections that send slowly, and readers that do not read
    Slow(scenario::slow::Options),
    /// The site is told to stop while pages are under way
    Terminate(scenario::terminate::Options),
    /// Two instances behind nginx are restarted one after the other
    Rolling(scenario::rolling::Options),
    /// What a runtime of their own for the connections costs
    Threads(scenario::threads::Options),
    /// Pages block all threads: what becomes of the others
    Blocked(scenario::blocked::Options),
    /// All of them with their defaults, one after the other
    All(Common),
}

/// What every scenario takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Common {
    /// Small numbers and a few seconds, to see that everything works. Nothing is measured well so
    #[arg(long)]
    pub(crate) quick: bool,

    /// Writes the report as JSON, too
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

impl Common {
    /// What is given; else the default, of which there is a small one for `--quick`.
    pub(crate) fn or<T>(&self, given: Option<T>, full: T, quick: T) -> T {
        given.unwrap_or(if self.quick { quick } else { full })
    }

    /// How long visitors wait for a turn. With `--quick` the machine may have anything else to do, and nobody is refused for it.
    pub(crate) fn longest_wait(&self) -> Option<Duration> {
        self.quick.then_some(Duration::from_secs(30))
    }
}

/// Reads `500ms`, `2s` or `1.5s`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration: write `500ms` or `2s`");
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').ok_or_else(wrong)?, 1.0),
    };
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * unit).map_err(|_| wrong())
}

/// A duration as [`duration`] reads it, in whole milliseconds.
pub(crate) fn in_milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Command::command().debug_assert();
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1_500)));
        for wrong in ["5", "s", "-1s", "1m"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        let written = in_milliseconds(Duration::from_millis(1_500));
        assert_eq!(duration(&written), Ok(Duration::from_millis(1_500)));
    }
}
