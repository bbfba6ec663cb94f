use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

/// Whether a site takes visitors: what its `/readyz` says.
///
/// It does from the beginning until it is told to stop. [`Site::serve`](crate::Site::serve) tells it; who serves the router with another server
/// calls [`drain`](Self::drain) before that server stops. A clone is the same.
///
/// ```
/// # use punctual::{BuildError, Site};
/// # fn example(site: Site) {
/// let readiness = site.readiness();
/// assert!(readiness.is_ready());
/// readiness.drain();
/// assert!(!readiness.is_ready());
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Whether visitors should be sent here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.0.load(SeqCst)
    }

    /// From now on `/readyz` is answered with 503, and [`Site::serve`](crate::Site::serve) says `Connection: close` with each response of
    /// HTTP/1.1, so that visitors ask somebody else. It cannot be taken back, and it stops nothing.
    pub fn drain(&self) {
        self.0.store(true, SeqCst);
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness")
            .field("is_ready", &self.is_ready())
            .finish()
    }
}
