use super::{Loader, stub};
use crate::{config::Stubs, context::Cx, error::PageError};
use futures::future::BoxFuture;
use rustc_hash::FxHashSet;
use std::{any::TypeId, fmt, sync::Arc};

type Run<S> = fn(&Cx<S>) -> BoxFuture<'static, Result<(), PageError>>;

/// The guards of a page: its own, those of its layouts, and those that their loaders need.
///
/// They are found without starting anything, and run before anything else of the page starts.
pub struct Guards<S> {
    seen: FxHashSet<(TypeId, bool)>,
    found: Vec<Guard<S>>,
    /// Whether what is looked at is asked for as a `LoadResult`, whose failure somebody handles.
    handled: bool,
    /// What of a test stands in for loaders needs nothing.
    stubs: Arc<Stubs>,
}

struct Guard<S> {
    loader: TypeId,
    run: Run<S>,
    /// Whether its failure is handled by all who ask for it.
    handled: bool,
}

impl<S> Guards<S> {
    pub(crate) fn new(stubs: Arc<Stubs>) -> Self {
        Self {
            stubs,
            seen: FxHashSet::default(),
            found: Vec::new(),
            handled: false,
        }
    }
}

impl<S: Send + Sync + 'static> Guards<S> {
    /// Looks at a loader and its dependencies, which come first.
    pub(crate) fn visit<L: Loader<S>>(&mut self) {
        if !L::GUARDED || !self.seen.insert((TypeId::of::<L>(), self.handled)) {
            return;
        }
        if !stub::replaces::<L>(&self.stubs) {
            L::guards(self);
        }
        if !L::GUARD {
            return;
        }
        let loader = TypeId::of::<L>();
        let handled = self.handled;
        match self.found.iter_mut().find(|guard| guard.loader == loader) {
            Some(guard) => guard.handled &= handled,
            None => self.found.push(Guard {
                loader,
                run: run::<S, L>,
                handled,
            }),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The same for one whose failure is handled by who asks for it.
    pub(crate) fn visit_handled<L: Loader<S>>(&mut self) {
        let before = std::mem::replace(&mut self.handled, true);
        self.visit::<L>();
        self.handled = before;
    }

    /// Runs all of them at once, also where loads wait for their turn. The first failure in their order counts.
    pub(crate) async fn run(self, cx: &Cx<S>) -> Result<(), PageError> {
        let cx = cx.without_queue();
        let started = self.found.iter().map(|guard| (guard.run)(&cx));
        let started: Vec<_> = started.collect();
        for (guard, result) in self.found.iter().zip(started) {
            let result = result.await;
            if !guard.handled {
                result?;
            }
        }
        Ok(())
    }
}

fn run<S, L>(cx: &Cx<S>) -> BoxFuture<'static, Result<(), PageError>>
where
    S: Send + Sync + 'static,
    L: Loader<S>,
{
    let load = cx.begin::<L>();
    Box::pin(async move {
        match load.result().await {
            Ok(_) => Ok(()),
            Err(error) => Err(PageError::of_load(&error, L::page_error)),
        }
    })
}

impl<S> fmt::Debug for Guards<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guards")
            .field("found", &self.found.len())
            .finish_non_exhaustive()
    }
}
