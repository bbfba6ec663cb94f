use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// What a response says to the connection that it is written to.
///
/// While a reader stalls, hyper does not poll the body at all, so the body cannot end the
/// connection. The socket can: it looks here while a write waits.
#[derive(Debug, Default)]
pub(crate) struct ConnectionControl(Mutex<Option<Instant>>);

impl ConnectionControl {
    /// The connection is cut at this time, whatever is still to be written.
    pub(crate) fn arm(&self, at: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    pub(crate) fn disarm(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// When the connection is cut, if a response said so.
    pub(crate) fn cut_at(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
