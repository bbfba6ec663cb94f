//! Why nothing could be measured.

use std::{io, process::ExitStatus, time::Duration};

/// Why a scenario has no report. What goes wrong for a visitor is a fault, and counted.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum LoadError {
    #[error("the {role} could not be started")]
    Start {
        role: &'static str,
        #[source]
        source: io::Error,
    },
    #[error(
        "the {role} did not say where it listens; what it wrote to the standard error says why"
    )]
    NoAddress { role: &'static str },
    #[error("the {role} did not answer within {limit:?}")]
    NotReady { role: &'static str, limit: Duration },
    #[error("the {role} did not end within {limit:?} after it was told to")]
    NotEnded { role: &'static str, limit: Duration },
    #[error("the {role} ended with {status} while it was needed")]
    Ended {
        role: &'static str,
        status: ExitStatus,
    },
    #[error("the {role} could not be told to stop")]
    Signal {
        role: &'static str,
        #[source]
        source: io::Error,
    },
    #[error("what the {role} uses cannot be read from /proc (the harness needs Linux)")]
    Resources {
        role: &'static str,
        #[source]
        source: io::Error,
    },
    #[error("{path} of the {role} did not answer")]
    Ask {
        role: &'static str,
        path: &'static str,
        #[source]
        source: reqwest::Error,
    },
    #[error("not even {visitors} visitors could connect, the last because: {reason}")]
    Connect { visitors: usize, reason: String },
    #[error("the client could not be made")]
    Client(#[source] reqwest::Error),
    #[error(
        "{path} is not there: install nginx (Debian: `apt-get install nginx-light`), or say with --nginx where it is"
    )]
    NoNginx { path: String },
    #[error("the configuration of nginx could not be written")]
    Configuration(#[source] io::Error),
    #[error("the report could not be written to {path}")]
    Report {
        path: String,
        #[source]
        source: io::Error,
    },
    #[error("the runtime could not be started")]
    Runtime(#[source] io::Error),
}
