//! The site over real sockets, in front of a catalog of its own.

#[path = "site/failures.rs"]
mod failures;
#[path = "site/harness.rs"]
mod harness;
#[path = "site/pages.rs"]
mod pages;
#[path = "site/program.rs"]
mod program;
#[path = "site/time.rs"]
mod time;
