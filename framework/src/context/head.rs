use http::request::Parts;
use std::sync::{Mutex, PoisonError};

/// The head of the request that the extractors of one function have in common, as those of a handler have in Axum: what one of them
/// puts into its extensions, the next one finds there.
#[derive(Default)]
pub(crate) struct OwnHead(Mutex<Option<Box<Parts>>>);

impl OwnHead {
    /// Takes it, to be put back.
    pub(crate) fn take(&self, new: impl FnOnce() -> Parts) -> Box<Parts> {
        self.of().take().unwrap_or_else(|| Box::new(new()))
    }

    pub(crate) fn put(&self, parts: Box<Parts>) {
        *self.of() = Some(parts);
    }

    /// All extractors are done.
    pub(crate) fn clear(&self) {
        drop(self.of().take());
    }

    fn of(&self) -> std::sync::MutexGuard<'_, Option<Box<Parts>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
