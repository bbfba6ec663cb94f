use crate::{error::PageError, page::Called, record::Recorder};
use leptos::prelude::{AnyView, IntoAny as _};
use std::sync::{Arc, Mutex, PoisonError};

const FAILED: &str = "This part could not be loaded.";

/// What the functions of a page and its layouts answer in place of a view. The outermost one counts.
#[derive(Clone)]
pub(super) struct Answers {
    recorder: Recorder,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// How far inside it stands, and what it says.
    error: Option<(usize, PageError)>,
    /// The status is decided: an answer that comes now is too late.
    decided: bool,
}

impl Answers {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self {
            recorder,
            state: Arc::default(),
        }
    }

    /// The view of a function that stands this far inside; nothing where there is none.
    pub(super) fn view(&self, level: usize, called: Called) -> AnyView {
        let error = match called {
            Ok(view) => return view,
            Err(error) => error,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.decided {
            drop(state);
            let (page, sources) = (self.recorder.page(), error.sources());
            tracing::error!(
                target: "punctual",
                page, status = error.status_code().as_u16(), ?sources,
                "the page failed in a part of its layout that came after the first byte"
            );
            self.recorder.note_failed();
            if error.status_code().is_server_error() {
                self.recorder.note_panic();
            }
            return FAILED.into_any();
        }
        if state.error.as_ref().is_none_or(|(other, _)| level < *other) {
            state.error = Some((level, error));
        }
        ().into_any()
    }

    /// Everything has been called that was to be.
    pub(super) fn decide(&self) -> Result<(), PageError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.decided = true;
        match state.error.take() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }
}
