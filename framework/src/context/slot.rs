use leptos::prelude::{AnyView, IntoAny as _};
use std::sync::{Mutex, PoisonError};

/// What makes the view in it, once.
pub(crate) type MakeView = Box<dyn FnOnce() -> AnyView + Send>;

/// The place in a layout for what it stands around: a page, or another layout.
#[derive(Default)]
pub(crate) struct Slot(Mutex<Option<MakeView>>);

impl Slot {
    pub(crate) fn fill(&self, view: MakeView) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
    }

    /// Makes the view. Outside a request, as in a unit test, there is none.
    pub(crate) fn render(&self) -> AnyView {
        let view = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        view.map_or_else(|| ().into_any(), |view| view())
    }
}
