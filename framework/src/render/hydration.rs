//! What Leptos notes for the browser while islands are made.
//!
//! Leptos counts whatever an island makes (resources, boundaries), here and in the browser, and finds what was loaded by
//! its number. It counts once for the whole page, so that the numbers depend on what was made before, and on what
//! other threads make at the same time. Here each island counts for itself: the browser finds what belongs to
//! one by a mark in its HTML (`punctual_islands`), and starts counting anew for each.

use super::{
    document::script_string,
    scope::{Contained, Panic, Scope, contain},
};
use crate::deadline::LazyToken;
use futures::FutureExt as _;
use hydration_context::{PinnedFuture, PinnedStream, SerializedDataId, SharedContext};
use leptos::{
    error::{Error, ErrorId},
    prelude::{Owner, provide_context, use_context},
    reactive::owner::IsHydrating,
};
use punctual_islands::__private::IslandScope;
use std::{
    fmt::{self, Write as _},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::task;

/// The number of an island in a document.
type IslandId = usize;

/// How many bits of a number of Leptos' count inside of an island.
const INSIDE: u32 = 20;

/// The island in which code runs: `None` in what an island takes as its children.
#[derive(Clone, Copy)]
struct InIsland(Option<IslandId>);

/// Shared by all that renders one document.
pub(crate) struct PageShared {
    this: Weak<Self>,
    are_unknown: bool,
    /// Numbers of what is in no island.
    outside: AtomicUsize,
    /// What Leptos' chunks of this document are known by: no HTML that the page gets from elsewhere can know it.
    chunks: [u16; 3],
    islands: Mutex<Vec<Island>>,
    boundaries: Mutex<Boundaries>,
    deferred: Mutex<Vec<PinnedFuture<()>>>,
    /// Something has been made that Leptos may be late with.
    can_be_late: AtomicBool,
    /// An island has made something that the browser cannot be told.
    is_warned: AtomicBool,
    /// Cancelled when the request lets go of what Leptos holds.
    pub(super) over: LazyToken,
}

/// What is known of an island.
#[derive(Default)]
struct Island {
    /// The task that makes it.
    maker: Option<task::Id>,
    /// How much it has made so far.
    made: usize,
    /// Whether the mark in its HTML says that data follow.
    is_marked: bool,
    /// Whether its data have been taken.
    is_taken: bool,
    data: Vec<(usize, PinnedFuture<String>)>,
}

/// What error boundaries and suspended views have said.
#[derive(Default)]
struct Boundaries {
    errors: Vec<(SerializedDataId, ErrorId, Error)>,
    sealed: Vec<SerializedDataId>,
    incomplete: Vec<SerializedDataId>,
    /// What of it the browser has not been told.
    said: Vec<Said>,
}

/// That a boundary has an error, or else that what it waits for comes in the browser only.
struct Said {
    by: Option<task::Id>,
    boundary: SerializedDataId,
    error: Option<(ErrorId, Error)>,
}

/// The data of an island, which may still be loading.
struct IslandData {
    island: IslandId,
    data: Vec<(usize, PinnedFuture<String>)>,
}

impl IslandData {
    /// Waits for all of them, and gives the arguments of the call that tells the browser. It polls code of the page.
    async fn load(self) -> String {
        let mut call = format!("{},[", self.island);
        for (number, data) in self.data {
            let json = script_string(&data.await);
            let _ = write!(call, "[{number},{json}],");
        }
        call.push(']');
        call
    }
}

/// What the browser is told of the islands that a task has made: the arguments of a call each.
#[derive(Default)]
pub(super) struct IslandNews {
    pub(super) calls: Vec<String>,
    /// The data that are not there, by the number of the island.
    pub(super) loading: Vec<(usize, LoadingIsland)>,
}

/// What ends with such a call.
pub(super) type LoadingIsland = Pin<Box<Contained<String>>>;

impl Scope {
    /// What there is to tell of islands: of those that this task has made, or of all that were made.
    pub(super) fn island_news(&self, of_all: bool) -> IslandNews {
        let shared = self.shared();
        if lock(&shared.islands).is_empty() {
            return IslandNews::default();
        }
        let maker = task::try_id().filter(|_| !of_all);
        let mut news = IslandNews {
            calls: shared.news(maker),
            loading: Vec::new(),
        };
        for data in shared.take(maker) {
            let island = data.island;
            let mut loading = Box::pin(self.contain(data.load().boxed()));
            // Whoever polls it next is woken: this one asks only for what is there.
            match loading.as_mut().now_or_never() {
                None => news.loading.push((island, loading)),
                Some(Ok(call)) => news.calls.push(call),
                Some(Err(panic)) => lost(&panic),
            }
        }
        news
    }
}

/// Waits for the data of an island.
pub(super) async fn load(loading: LoadingIsland) -> Option<String> {
    loading.await.map_err(|panic| lost(&panic)).ok()
}

fn lost(panic: &Panic) {
    tracing::error!(target: "punctual", %panic, "the data of an island could not be written, so it is not started");
}

impl PageShared {
    /// `are_unknown`: the site has not been told that it has islands.
    pub(super) fn new(chunks: [u16; 3], are_unknown: bool) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            are_unknown,
            outside: AtomicUsize::new(usize::MAX),
            chunks,
            islands: Mutex::default(),
            boundaries: Mutex::default(),
            deferred: Mutex::default(),
            can_be_late: AtomicBool::new(false),
            is_warned: AtomicBool::new(false),
            over: LazyToken::default(),
        })
    }

    /// Something has been made that Leptos may be late with.
    pub(super) fn note_late(&self) {
        self.can_be_late.store(true, Ordering::Relaxed);
    }

    /// Whether something has been made so far that Leptos may be late with: a resource, a boundary, or a future in the view.
    pub(super) fn can_be_late(&self) -> bool {
        self.can_be_late.load(Ordering::Relaxed)
    }

    /// The number of the first chunk in a builder of Leptos.
    pub(super) fn first_chunk(&self) -> Vec<u16> {
        let [a, b, c] = self.chunks;
        vec![a, b, c, 0]
    }

    /// What the marks of Leptos' chunks begin with.
    pub(super) fn chunk_mark(&self) -> String {
        let [a, b, c] = self.chunks;
        format!("<!--s-{a}-{b}-{c}-")
    }

    /// Lets go of what is not sent: it holds owners, and those hold this.
    pub(super) fn clear(&self) {
        let islands = std::mem::take(&mut *lock(&self.islands));
        let boundaries = std::mem::take(&mut *lock(&self.boundaries));
        let deferred = std::mem::take(&mut *lock(&self.deferred));
        // With no lock held: their destructors are code of the page.
        drop((islands, boundaries, deferred));
    }

    /// The data of the islands that this task has made; without one, of all islands that were made.
    fn take(&self, maker: Option<task::Id>) -> Vec<IslandData> {
        let mut islands = lock(&self.islands);
        let mut taken = Vec::new();
        for (island, state) in islands.iter_mut().enumerate() {
            if state.is_taken || (maker.is_some() && state.maker != maker) {
                continue;
            }
            state.is_taken = true;
            let data = std::mem::take(&mut state.data);
            if state.is_marked {
                taken.push(IslandData { island, data });
            } else if !data.is_empty() {
                self.warn();
            }
        }
        taken
    }

    /// What boundaries in islands have said since the last time, in this task or in any: the arguments of a call for each.
    fn news(&self, by: Option<task::Id>) -> Vec<String> {
        let is_new = |said: &Said| by.is_none() || said.by == by;
        let take = |said: &mut Vec<Said>| -> Vec<Said> {
            said.extract_if(.., |said| is_new(said)).collect()
        };
        let said = take(&mut lock(&self.boundaries).said);
        // What an error says is code of the page: no lock is held.
        let call = |said: Said| {
            let (island, number) = inside(&said.boundary)?;
            let Some((id, error)) = said.error else {
                return Some(format!("{island},0,0,[{number}]"));
            };
            let id = SerializedDataId::new(id.to_string().parse().ok()?);
            let (_, id) = inside(&id)?;
            let text = contain(|| error.to_string()).map_err(|panic| {
                tracing::error!(target: "punctual", %panic, "an error in an island could not be written");
            });
            let text = script_string(&text.unwrap_or_default());
            Some(format!("{island},0,[[{number},{id},{text}]]"))
        };
        said.into_iter().filter_map(call).collect()
    }

    /// Called when an island has been made: its number, if the browser will be told something of it.
    fn mark(&self, island: IslandId) -> Option<u32> {
        let mut islands = lock(&self.islands);
        let state = islands.get_mut(island)?;
        state.is_marked = state.made > 0;
        state
            .is_marked
            .then(|| u32::try_from(island).ok())
            .flatten()
    }

    /// Begins an island where code runs now.
    fn enter(&self) {
        // One in the view of another is a part of that one.
        if let Some(InIsland(Some(_))) = use_context() {
            return;
        }
        if self.are_unknown {
            static ONCE: Once = Once::new();
            ONCE.call_once(|| {
                tracing::warn!(
                    target: "punctual",
                    "a page has islands, which are not started: tell the site of them with `Site::builder().islands()`"
                );
            });
        }
        let mut islands = lock(&self.islands);
        let island = islands.len();
        islands.push(Island {
            maker: task::try_id(),
            ..Island::default()
        });
        drop(islands);
        provide_context(InIsland(Some(island)));
        let this = self.this.clone();
        provide_context(IslandScope::new(move || this.upgrade()?.mark(island)));
    }

    fn warn(&self) {
        if !self.is_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "punctual",
                "an island made a resource that the browser is not told of, because it is not marked, or made it when it was shown: \
                 make islands with `#[punctual_islands::island]`, and their resources in the function itself"
            );
        }
    }
}

/// The island that a number of Leptos' belongs to, and the number in there.
fn inside(id: &SerializedDataId) -> Option<(usize, usize)> {
    let id = id.clone().into_inner();
    let island = (id >> INSIDE).checked_sub(1)?;
    // Numbers outside of islands count down from the largest.
    (island < (1 << INSIDE)).then_some((island, id & ((1 << INSIDE) - 1)))
}

impl SharedContext for PageShared {
    fn is_browser(&self) -> bool {
        false
    }

    /// Resources and boundaries are given a number, and so is what stands on them.
    fn next_id(&self) -> SerializedDataId {
        self.note_late();
        if self.get_is_hydrating()
            && let Some(InIsland(Some(island))) = use_context()
            && let Some(state) = lock(&self.islands).get_mut(island)
        {
            let number = state.made;
            state.made += 1;
            return SerializedDataId::new(((island + 1) << INSIDE) | number);
        }
        SerializedDataId::new(self.outside.fetch_sub(1, Ordering::Relaxed))
    }

    fn write_async(&self, id: SerializedDataId, data: PinnedFuture<String>) {
        let mut islands = lock(&self.islands);
        let state =
            inside(&id).and_then(|(island, number)| Some((islands.get_mut(island)?, number)));
        match state {
            Some((state, number)) if !state.is_taken => state.data.push((number, data)),
            _ => {
                drop(islands);
                self.warn();
            }
        }
    }

    fn read_data(&self, _: &SerializedDataId) -> Option<String> {
        None
    }

    fn await_data(&self, _: &SerializedDataId) -> Option<String> {
        None
    }

    /// A context says it, so that parts that are rendered at the same time do not see each other's answer.
    fn get_is_hydrating(&self) -> bool {
        use_context::<IsHydrating>().is_some_and(|hydrating| hydrating.0)
    }

    /// Leptos says so with that context as well.
    fn set_is_hydrating(&self, hydrating: bool) {
        if hydrating {
            self.enter();
        } else if Owner::current().is_some() {
            provide_context(InIsland(None));
        }
    }

    fn errors(&self, boundary: &SerializedDataId) -> Vec<(ErrorId, Error)> {
        let boundaries = lock(&self.boundaries);
        let errors = boundaries.errors.iter().filter(|(of, ..)| of == boundary);
        errors
            .map(|(_, id, error)| (id.clone(), error.clone()))
            .collect()
    }

    fn register_error(&self, boundary: SerializedDataId, id: ErrorId, error: Error) {
        let mut boundaries = lock(&self.boundaries);
        if boundaries.sealed.contains(&boundary) {
            return;
        }
        boundaries.said.push(Said {
            by: task::try_id(),
            boundary: boundary.clone(),
            error: Some((id.clone(), error.clone())),
        });
        boundaries.errors.push((boundary, id, error));
    }

    fn take_errors(&self) -> Vec<(SerializedDataId, ErrorId, Error)> {
        std::mem::take(&mut lock(&self.boundaries).errors)
    }

    fn seal_errors(&self, boundary: &SerializedDataId) {
        lock(&self.boundaries).sealed.push(boundary.clone());
    }

    /// The driver writes the data of each island when they are there.
    fn pending_data(&self) -> Option<PinnedStream<String>> {
        None
    }

    fn during_hydration(&self) -> bool {
        false
    }

    fn hydration_complete(&self) {}

    fn defer_stream(&self, wait_for: PinnedFuture<()>) {
        lock(&self.deferred).push(wait_for);
    }

    fn await_deferred(&self) -> Option<PinnedFuture<()>> {
        let deferred = std::mem::take(&mut *lock(&self.deferred));
        if deferred.is_empty() {
            return None;
        }
        Some(Box::pin(async move {
            futures::future::join_all(deferred).await;
        }))
    }

    fn set_incomplete_chunk(&self, id: SerializedDataId) {
        let mut boundaries = lock(&self.boundaries);
        boundaries.said.push(Said {
            by: task::try_id(),
            boundary: id.clone(),
            error: None,
        });
        boundaries.incomplete.push(id);
    }

    fn get_incomplete_chunk(&self, id: &SerializedDataId) -> bool {
        lock(&self.boundaries).incomplete.contains(id)
    }
}

impl fmt::Debug for PageShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageShared").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
