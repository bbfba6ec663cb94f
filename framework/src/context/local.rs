use std::{any::Any, sync::OnceLock};

/// A value that a module above this one keeps here.
#[derive(Default)]
pub(crate) struct Local(OnceLock<Box<dyn Any + Send + Sync>>);

impl Local {
    pub(crate) fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.0.get()?.downcast_ref::<T>().cloned()
    }

    pub(crate) fn get_or_init<T>(&self, new: impl Fn() -> T) -> T
    where
        T: Clone + Send + Sync + 'static,
    {
        let value = self.0.get_or_init(|| Box::new(new()));
        value.downcast_ref::<T>().cloned().unwrap_or_else(new)
    }
}
