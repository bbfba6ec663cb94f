use crate::record::Recorder;
use http::request::Parts;
use std::{
    any::Any,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

/// What a test sees of the requests that one visit has made. The test kit puts it into the extensions of
/// a request.
///
/// Mostly it is one request. A file and a plain route make none; a handler in front of a page that takes a
/// [`RequestContext`](super::RequestContext) makes one more.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Vec<Arc<Watched>>>>);

/// What a test sees of one request.
pub(crate) struct Watched {
    recorder: Recorder,
    parts: Mutex<Vec<(Part, Weak<dyn Any + Send + Sync>)>>,
}

/// Something of a request that is gone when the request is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What everything of the request hangs on, or its state.
    Context,
    /// What Leptos holds for it. Only pages and their error pages have one.
    Owner,
}

/// A context of Leptos that lives as long as the owner it is given to.
pub(crate) struct OwnerLives;

impl Watch {
    /// A request begins.
    pub(super) fn begin(parts: &Parts, recorder: &Recorder) -> Option<Arc<Watched>> {
        let watch = parts.extensions.get::<Self>()?;
        let watched = Arc::new(Watched {
            recorder: recorder.clone(),
            parts: Mutex::default(),
        });
        watch.lock().push(watched.clone());
        Some(watched)
    }

    /// The request that these parts are of.
    pub(crate) fn of(parts: &Parts) -> Option<Arc<Watched>> {
        parts.extensions.get::<Self>()?.last()
    }

    /// The request that began last: the page's, where there is another in front of it.
    pub(crate) fn last(&self) -> Option<Arc<Watched>> {
        self.lock().last().cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Watched>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    /// This has to be gone when the request is over.
    pub(crate) fn watch<T: Any + Send + Sync>(&self, part: Part, thing: &Arc<T>) {
        let thing: Weak<T> = Arc::downgrade(thing);
        self.lock().push((part, thing));
    }

    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Whether it is answered by a page, or in place of one.
    pub(crate) fn is_of_page(&self) -> bool {
        self.lock().iter().any(|(part, _)| *part == Part::Owner)
    }

    /// What is still there of it.
    pub(crate) fn left(&self) -> Vec<Part> {
        let parts = self.lock();
        let left = parts
            .iter()
            .filter(|(_, thing)| thing.strong_count() > 0)
            .map(|(part, _)| *part);
        left.collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Part, Weak<dyn Any + Send + Sync>)>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
