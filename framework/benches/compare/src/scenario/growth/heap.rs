//! What a request allocates, as a program says that counts it.

use crate::{error::CompareError, growth::Subject};
use clap::{Parser, ValueEnum as _};
use serde::{Deserialize, Serialize};
use std::{
    alloc::System,
    io::{self, Write as _},
    path::PathBuf,
    process::Command,
};

/// The program that counts. It is another one, because counting takes time.
pub(super) const PROGRAM: &str = "punctual-compare-heap";

/// How often is asked.
const ASKED: usize = 5;

/// What one request takes, in bytes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Heap {
    /// All that was allocated, whether it was given back or not. What grows counts with its new size.
    pub(super) allocated: usize,
    /// The most that was there at once, above what is always there.
    pub(super) peak: usize,
}

/// What that program is told.
#[derive(Debug, Parser)]
struct Options {
    subject: Subject,
    size: usize,
}

/// Asks the program that lies beside this one, if it does.
pub(super) fn measure(subject: Subject, size: usize) -> Result<Option<Heap>, CompareError> {
    let Some(program) = program() else {
        return Ok(None);
    };
    let subject = subject.to_possible_value();
    let subject = subject.expect("no subject is hidden");
    let mut command = Command::new(program);
    command.arg(subject.get_name()).arg(size.to_string());
    let failed = |source| CompareError::Command {
        command: PROGRAM.to_owned(),
        source,
    };
    let output = command.output().map_err(failed)?;
    if !output.status.success() {
        return Err(CompareError::CommandFailed {
            command: PROGRAM.to_owned(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let heap = serde_json::from_slice(&output.stdout);
    heap.map(Some).map_err(|_| CompareError::Unreadable {
        what: PROGRAM,
        text: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}

fn program() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok()?.with_file_name(PROGRAM);
    beside.is_file().then_some(beside)
}

/// That program: it has the allocator, and asks for what its arguments say.
///
/// # Errors
/// When the standard output cannot be written to.
pub fn main(allocator: &cap::Cap<System>) -> io::Result<()> {
    let Options { subject, size } = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let heap = runtime.block_on(async {
        let asked = subject.asked(size);
        for _ in 0..3 {
            asked.once().await;
        }
        // The allocator knows only the highest peak of all. With so much beside, that of the next requests is one.
        let beside = allocator.max_allocated() - allocator.allocated();
        let beside: Vec<u8> = Vec::with_capacity(beside);
        let (before, total) = (allocator.allocated(), allocator.total_allocated());
        for _ in 0..ASKED {
            asked.once().await;
        }
        let heap = Heap {
            allocated: (allocator.total_allocated() - total) / ASKED,
            peak: allocator.max_allocated() - before,
        };
        drop(beside);
        heap
    });
    writeln!(io::stdout(), "{}", serde_json::to_string(&heap)?)
}
