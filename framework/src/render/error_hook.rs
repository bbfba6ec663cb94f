//! Where errors go that are thrown in views.
//!
//! Leptos keeps the `ErrorBoundary` that takes them in a thread-local value, also across an `.await`: it stays on the thread,
//! where the work of another visitor would find it. So each piece of user code brings its own, and takes it with it.

use leptos::error::{Error, ErrorHook, ErrorId, get_error_hook, set_error_hook};
use std::sync::{Arc, LazyLock};

/// What takes errors where no boundary stands around.
struct Nobody;

impl ErrorHook for Nobody {
    fn throw(&self, _: Error) -> ErrorId {
        ErrorId::default()
    }

    fn clear(&self, _: &ErrorId) {}
}

static NOBODY: LazyLock<Arc<dyn ErrorHook>> = LazyLock::new(|| Arc::new(Nobody));

/// Who takes the errors of a piece of work, from one time that it runs to the next.
#[derive(Default)]
pub(super) struct OwnHook(Option<Arc<dyn ErrorHook>>);

impl OwnHook {
    /// Runs it. It must not panic.
    pub(super) fn run<T>(&mut self, f: impl FnOnce() -> T) -> T {
        let outer = set_error_hook(self.0.take().unwrap_or_else(|| NOBODY.clone()));
        let output = f();
        self.0 = get_error_hook();
        drop(outer);
        output
    }
}
