//! Loads a site of Punctual, and says whether it keeps its promises.
//!
//! Each scenario is one command, such as `cargo run --release -p punctual-load -- waiting`. It starts a site and a
//! catalog of its own as child processes, so that their memory and processor time are their own; prints what it has
//! measured as Markdown; and ends with code 1 when a promise was not kept.

use std::process::ExitCode;

fn main() -> ExitCode {
    punctual_load::main()
}
