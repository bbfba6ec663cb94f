//! What the site and the catalog say about themselves: written by their processes, read by the harness.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where the site reports.
pub(crate) const USAGE_PATH: &str = "/usage";
/// Where the catalog reports.
pub const STATS_PATH: &str = "/stats";
/// Where the catalog lists the numbers that it was called with.
pub(crate) const NUMBERS_PATH: &str = "/numbers";

/// What the site holds at one moment. The request that asks for it does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// Requests of which anything is still there.
    pub(crate) requests: usize,
    /// Bodies of loaders that run.
    pub(crate) loads: usize,
    /// Leptos owners of pages.
    pub(crate) owners: usize,
    /// Tasks of the runtime, those of connections among them.
    pub(crate) tasks: usize,
    /// Blocking threads that are busy or lost, and work that waits for one.
    pub(crate) blocking: usize,
    /// Work after responses that waits or runs.
    pub(crate) after_response: usize,
    /// What the admission says.
    pub(crate) admission: AdmissionUsage,
}

/// What the admission of the site says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AdmissionUsage {
    pub(crate) in_flight: usize,
    pub(crate) waiting: usize,
    pub(crate) admitted: u64,
    pub(crate) refused: u64,
    /// Pages begin more slowly, because the runtime is late.
    pub(crate) paced: bool,
    /// How late it is.
    pub(crate) delay: Duration,
}

impl AdmissionUsage {
    /// Pages that have a place, or wait for one.
    pub(crate) fn held(&self) -> usize {
        self.in_flight + self.waiting
    }
}

impl Usage {
    /// What is held for requests, tasks apart.
    pub(crate) fn held(&self) -> usize {
        self.requests
            + self.loads
            + self.owners
            + self.blocking
            + self.after_response
            + self.admission.held()
    }
}

/// What the catalog has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Calls that arrived.
    pub requests: u64,
    /// Calls that wait for their answer.
    pub in_flight: u64,
    /// Calls whose caller hung up.
    pub cancelled: u64,
}
