//! The site over real sockets, in front of a catalog of its own.

#[path = "site/document.rs"]
mod document;
#[path = "site/failures.rs"]
mod failures;
#[path = "site/fan_out.rs"]
mod fan_out;
#[path = "site/harness.rs"]
mod harness;
#[path = "site/islands.rs"]
mod islands;
#[path = "site/modes.rs"]
mod modes;
#[path = "site/pages.rs"]
mod pages;
#[path = "site/program.rs"]
mod program;
#[path = "site/progress.rs"]
mod progress;
#[path = "site/stock.rs"]
mod stock;
#[path = "site/stop.rs"]
mod stop;
#[path = "site/synchronous.rs"]
mod synchronous;
#[path = "site/time.rs"]
mod time;
