use super::RequestState;
use rustc_hash::FxHashMap;
use std::{
    any::{Any, TypeId},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The loads of a request so far, by the type of the loader. What stands here for each, loaders know.
#[derive(Default)]
pub(crate) struct Memo(Mutex<Loads>);

type Loads = FxHashMap<TypeId, Box<dyn Any + Send + Sync>>;

impl Memo {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Loads> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request, whatever the state of its site is.
pub(crate) trait AnyRequest: Any + Send + Sync {
    /// `None` where nothing is loaded.
    fn memo(&self) -> Option<&Memo>;
}

impl<S: Send + Sync + 'static> AnyRequest for RequestState<S> {
    fn memo(&self) -> Option<&Memo> {
        Some(&self.memo)
    }
}

/// That of an error page.
impl AnyRequest for () {
    fn memo(&self) -> Option<&Memo> {
        None
    }
}
