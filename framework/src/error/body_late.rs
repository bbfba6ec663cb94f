use std::{error::Error as StdError, time::Duration};

/// The body of a request whose visitor paused for too long.
#[derive(Debug, thiserror::Error)]
#[error("the next piece of the request's body did not come within {0:?}")]
pub(crate) struct BodyLate(Duration);

impl BodyLate {
    pub(crate) fn after(pause: Duration) -> Self {
        Self(pause)
    }

    /// Whether it is what stands behind this error.
    pub(crate) fn is_behind(error: &(dyn StdError + 'static)) -> bool {
        let mut source = Some(error);
        while let Some(error) = source {
            if error.is::<Self>() {
                return true;
            }
            source = error.source();
        }
        false
    }
}
