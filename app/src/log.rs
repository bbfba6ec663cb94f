//! What the programs log, as their command line or `RUST_LOG` says.

use std::io::{self, IsTerminal};

use clap::Args;
use tracing_subscriber::EnvFilter;

/// The part of a command line that is about the log.
#[derive(Clone, Debug, Args)]
pub struct LogOptions {
    /// What is logged, to the standard error: a level, or levels for targets, such as
    /// info,punctual=debug
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info", value_parser = filter)]
    log: String,
}

fn filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!(
            "{error}; write a level, or levels for targets, such as info,punctual=debug"
        )),
    }
}

impl LogOptions {
    /// Starts the log.
    pub fn start(&self) {
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(&self.log))
            .with_ansi(io::stderr().is_terminal())
            .with_writer(io::stderr)
            .init();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_levels_and_targets_and_nothing_else() {
        assert!(filter("info,punctual=debug").is_ok());
        let text = filter("pwg=nonsense=2,,==").expect_err("no filter");
        assert!(text.contains("write a level"), "{text}");
    }
}
