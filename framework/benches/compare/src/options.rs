//! What the command is told.

use crate::{
    micro,
    scenario::{
        build::BuildOptions, growth::GrowthOptions, micro::MicroOptions, shop::ShopOptions,
        waiting::WaitingOptions,
    },
    server::{Contender, waiting::WaitingServer},
};
use clap::{Args, FromArgMatches as _, Parser, Subcommand};
use punctual_load::catalog::CatalogOptions;
use std::path::PathBuf;

/// Measures Punctual beside what one would use instead.
#[derive(Debug, Parser)]
#[command(name = "punctual-compare", version)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What all that is measured takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Common {
    /// Small numbers and a few seconds, to see that everything works. Nothing is measured well so
    #[arg(long, global = true)]
    pub(crate) quick: bool,
    /// Writes the tables as JSON, too
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) json: Option<PathBuf>,
}

/// What is done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves the pages of the shop, as one of the contenders
    #[command(hide = true)]
    Serve { contender: Contender },
    /// Serves the pages that wait, as one of the contenders
    #[command(hide = true)]
    ServeWaiting(WaitingServer),
    /// The service that those pages wait for
    #[command(hide = true)]
    Catalog(CatalogOptions),
    /// Asks for a page so often, in memory, for an instrument to watch
    Requests { kind: micro::Kind, count: usize },
    #[command(flatten)]
    Measure(Measure),
}

/// What is measured.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Measure {
    /// Pages of a shop, whose data is there
    Shop(ShopOptions),
    /// Pages that wait for a slow service
    Waiting(WaitingOptions),
    /// Pages with more and more on them
    Growth(GrowthOptions),
    /// Single requests in memory: time and instructions
    Micro(MicroOptions),
    /// How long a small site takes to build: minutes
    Build(BuildOptions),
    /// All of it with its defaults, one after the other; with `--quick` without `build`
    All,
}

impl Measure {
    /// What is measured one after another.
    pub(crate) fn parts(&self, common: &Common) -> Vec<Self> {
        let Self::All = self else {
            return vec![self.clone()];
        };
        let parts = ["shop", "waiting", "growth", "micro", "build"];
        let parts = &parts[..common.or(parts.len(), parts.len() - 1)];
        parts
            .iter()
            .filter_map(|part| Self::by_default(part))
            .collect()
    }

    fn by_default(name: &str) -> Option<Self> {
        let options = Options::try_parse_from(["punctual-compare", name]);
        match options.ok()?.command {
            Command::Measure(measure) => Some(measure),
            _ => None,
        }
    }
}

impl Common {
    /// The full number, or the small one.
    pub(crate) fn or<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// How the shop is measured.
    pub(crate) fn shop(&self, options: &ShopOptions) -> ShopOptions {
        if !self.quick {
            return options.clone();
        }
        let command = ShopOptions::augment_args(clap::Command::new("shop"));
        let quick = ["shop", "--visitors=2", "--rounds=1", "--seconds=0.1"];
        let matches = command.get_matches_from(quick);
        ShopOptions::from_arg_matches(&matches).unwrap_or_else(|_| options.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn all_is_everything() {
        assert_eq!(Measure::All.parts(&Common::default()).len(), 5);
    }
}
