//! Measures Punctual beside what one would use instead: the same pages, in one run, on one machine.
//!
//! `cargo run --profile deploy -p punctual-compare -- all` measures everything and prints it as tables in Markdown.

use std::process::ExitCode;

fn main() -> ExitCode {
    punctual_compare::main()
}
