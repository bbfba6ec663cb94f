//! What the command is told.

use clap::Parser;
use clap::builder::RangedU64ValueParser;

use crate::catalog::Delay;
use crate::log::LogOptions;

/// The settings of the measurement. [`Options::parse`](clap::Parser::parse) reads them from the
/// command line, and ends the process with exit code 2 and a message when one of them is wrong.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "starvation",
    version,
    about = "Loads the synchronous page of the gizmos with many visitors at once, then the asynchronous one",
    after_help = "It starts the catalog and the site in itself, on free ports of the loopback address. \
                  The exit code is 1 when a visitor got no whole page.",
    mut_arg("log", |log| log.default_value("warn,punctual=off"))
)]
#[non_exhaustive]
pub struct Options {
    /// How many visitors ask for the page at once
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 100,
        value_parser = RangedU64ValueParser::<u16>::new().range(1..=10_000)
    )]
    pub visitors: u16,

    /// How long the catalog takes over the one call of each page, such as 500ms. It should be well
    /// below 3s, which is the time that the call has
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = fixed)]
    pub delay: Delay,

    /// How many threads the site has for synchronous pages
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 25,
        value_parser = RangedU64ValueParser::<u16>::new().range(1..=1_000)
    )]
    pub threads: u16,

    /// The log of the site.
    #[command(flatten)]
    pub log: LogOptions,
}

/// The expectation is about calls that take equally long, and longer than nothing.
fn fixed(text: &str) -> Result<Delay, String> {
    let delay: Delay = text.parse().map_err(|error| format!("{error}"))?;
    if delay.shortest() != delay.longest() || delay == Delay::NONE {
        return Err("write one duration above zero, such as `500ms` or `2s`".to_owned());
    }
    Ok(delay)
}

#[cfg(test)]
impl Options {
    pub(super) fn new(visitors: u16, threads: u16, delay: Delay) -> Self {
        let mut options = Self::parse_from(["starvation"]);
        (options.visitors, options.threads, options.delay) = (visitors, threads, delay);
        options
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_is_well_formed() {
        Options::command().debug_assert();
    }

    #[test]
    fn without_arguments_it_is_the_example_of_the_documentation() {
        let options = Options::try_parse_from(["starvation"]).expect("good defaults");
        assert_eq!((options.visitors, options.threads), (100, 25));
        assert_eq!(options.delay.to_string(), "2s");
    }

    #[test]
    fn bad_values_end_with_code_2_and_say_what_to_write() {
        for (arguments, advice) in [
            (["--delay", "2"], "write `2ms`, `2s` or `2m`"),
            (["--delay", "1s..2s"], "write one duration"),
            (["--delay", "0ms"], "above zero"),
            (["--visitors", "0"], "1..=10000"),
            (["--threads", "0"], "1..=1000"),
        ] {
            let error = Options::try_parse_from([&["starvation"], &arguments[..]].concat())
                .expect_err("a bad value");
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(advice), "{error}");
        }
    }
}
