//! What can go wrong while something is measured.

use punctual_load::error::LoadError;
use std::{io, path::PathBuf, time::Duration};

/// Nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompareError {
    #[error("the connection to the server was refused")]
    Connect(#[source] io::Error),
    #[error("the answer could not be read")]
    Read(#[source] io::Error),
    #[error("the answer has ended before its end")]
    Cut,
    #[error("the head of the answer says neither its length nor that it comes in chunks")]
    Head,
    #[error("the server has answered: {0}")]
    Status(String),
    #[error("the document is not whole: {0}")]
    NotWhole(String),
    #[error("the catalog could not be asked")]
    Catalog(#[from] reqwest::Error),
    #[error("{contender} shows another page at {path} than the others: {difference}")]
    Differs {
        contender: &'static str,
        path: &'static str,
        difference: String,
    },
    #[error(transparent)]
    Server(#[from] LoadError),
    #[error("{what} was not there within {limit:?}")]
    Late { what: &'static str, limit: Duration },
    #[error("{command} has failed")]
    Command {
        command: String,
        #[source]
        source: io::Error,
    },
    #[error("{} could not be written", path.display())]
    Report {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{command} has ended with an error: {output}")]
    CommandFailed { command: String, output: String },
    #[error("{what} could not be read: {text}")]
    Unreadable { what: &'static str, text: String },
}
