//! What the site says about itself.

use super::live::Live;
use crate::{limits, usage::Usage};
use axum::{Json, extract::State};
use punctual::{Admission, AfterResponse, BlockingPool, Site};
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;

/// What is known only when the site is built, which is after its state is.
#[derive(Clone, Default)]
pub(super) struct Watched(Arc<OnceLock<Parts>>);

struct Parts {
    blocking: BlockingPool,
    after_response: AfterResponse,
    admission: Admission,
}

impl Watched {
    pub(super) fn set(&self, site: &Site) {
        let parts = Parts {
            blocking: site.blocking_pool(),
            after_response: site.after_response(),
            admission: site.admission(),
        };
        // There is one site in a process.
        let _ = self.0.set(parts);
    }
}

/// What the site holds now.
pub(super) async fn usage(State(live): State<Live>, State(watched): State<Watched>) -> Json<Usage> {
    let mut usage = Usage {
        requests: live.requests(),
        loads: live.loads(),
        owners: live.owners(),
        tasks: Handle::current().metrics().num_alive_tasks(),
        ..Usage::default()
    };
    if let Some(parts) = watched.0.get() {
        let blocking = parts.blocking.usage();
        usage.blocking = blocking.busy + blocking.waiting + blocking.lost;
        let after = parts.after_response.usage();
        usage.after_response = after.waiting + after.running;
        usage.admission = limits::usage(&parts.admission);
    }
    Json(usage)
}
