//! Instructions, as valgrind counts them.

use crate::{error::CompareError, micro::Kind, options::Common};
use clap::ValueEnum as _;
use std::{
    fmt,
    process::{Command, Stdio},
};

/// What it says before the number of instructions.
const COLLECTED: &str = "Collected :";

/// Instructions of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instructions(u64);

impl Instructions {
    pub(super) fn of(kind: Kind, common: &Common) -> Result<Self, CompareError> {
        let (few, many) = (5, common.or(105, 15));
        let (few_took, many_took) = (count(kind, few)?, count(kind, many)?);
        Ok(Self(many_took.saturating_sub(few_took) / (many - few)))
    }
}

impl fmt::Display for Instructions {
    /// In thousands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} k", self.0 as f64 / 1e3)
    }
}

/// Whether valgrind is installed.
pub(super) fn is_there() -> bool {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Instructions of this program while it asks so often.
fn count(kind: Kind, requests: u64) -> Result<u64, CompareError> {
    let command = || "valgrind --tool=callgrind".to_owned();
    let failed = |source| CompareError::Command {
        command: command(),
        source,
    };
    let kind = kind.to_possible_value().expect("no kind is hidden");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().map_err(failed)?)
        .args(["requests", kind.get_name(), &requests.to_string()])
        .output()
        .map_err(failed)?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(CompareError::CommandFailed {
            command: command(),
            output: text,
        });
    }
    collected(&text).ok_or(CompareError::Unreadable {
        what: "what callgrind has collected",
        text,
    })
}

fn collected(text: &str) -> Option<u64> {
    let (_, number) = text.split_once(COLLECTED)?;
    number.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_callgrind_writes() {
        let text = "==7== Events    : Ir\n==7== Collected : 123456\n==7== \n";
        assert_eq!(collected(text), Some(123_456));
        assert_eq!(collected("==7== Events    : Ir\n"), None);
    }
}
