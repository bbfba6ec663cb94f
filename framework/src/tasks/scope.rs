mod place;
mod state;

pub(super) use state::{Batch, Within};

use super::{
    current::Current,
    report::{TaskFailure, TaskReport},
    task::{Start, too_late},
};
use crate::{
    after_response::{AfterResponse, AfterResponseError, Work},
    context::{CloseTasks, LoadScope, RequestCore},
    deadline::Deadline,
    record::LoadOutcome,
};
use futures::{FutureExt as _, future::BoxFuture};
use place::Place;
use state::{Node, State, Status};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use tokio::{runtime::Handle, sync::Notify, task::AbortHandle};

/// The tasks of one function: a page with its layouts and components, or a loader.
///
/// Under its lock no future is spawned, polled or dropped, because that may run code of the user, or come back here.
pub(super) struct Scope {
    core: Arc<RequestCore>,
    load: Option<Weak<LoadScope>>,
    after: AfterResponse,
    /// Where tasks run and are dropped, also when a thread outside starts them, or a connection ends them.
    runtime: Option<Handle>,
    state: Mutex<State>,
    /// Told whenever a task has ended.
    ended: Notify,
}

impl Scope {
    pub(super) fn new(
        core: Arc<RequestCore>,
        load: Option<&Arc<LoadScope>>,
        after: AfterResponse,
    ) -> Arc<Self> {
        let scope = Arc::new(Self {
            core,
            load: load.map(Arc::downgrade),
            after,
            runtime: Handle::try_current().ok(),
            state: Mutex::default(),
            ended: Notify::new(),
        });
        let tasks: Weak<Self> = Arc::downgrade(&scope);
        if !scope.core.close_with(tasks) {
            scope.state().closed = true;
        }
        scope
    }

    pub(super) fn core(&self) -> &Arc<RequestCore> {
        &self.core
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// When a task that starts now ends at the latest.
    fn deadline(&self) -> Deadline {
        // What is left of a loader that has returned has the time of the page.
        let load = match self.state().begun {
            true => None,
            false => self.load.as_ref().and_then(Weak::upgrade),
        };
        let of_load = load.and_then(|load| load.limit());
        of_load.unwrap_or_else(|| self.core.deadline())
    }

    /// Adds a task; `None` when the document is closed.
    pub(super) fn add(
        self: &Arc<Self>,
        name: &'static str,
        task: impl FnOnce(usize) -> Arc<dyn Start>,
    ) -> Option<usize> {
        let parent = self.current();
        let mut state = self.state();
        if state.closed {
            return None;
        }
        let id = state.nodes.len();
        // Those of a loader are a part of the load, which may be one that nobody waits for.
        let is_awaited = self.load.is_none() || state.begun;
        if let Some(Within { task, .. }) = parent {
            state.nodes[task].has_registered = true;
        }
        state.nodes.push(Node {
            name,
            parent,
            status: Status::Waiting(task(id)),
            sequential: false,
            failure: None,
            open: is_awaited.then(|| self.core.open_task()),
            is_done: false,
            gone: false,
            has_registered: false,
            levels: Default::default(),
            reported: Vec::new(),
        });
        Some(id)
    }

    /// The task of this scope that runs here.
    fn current(&self) -> Option<Within> {
        let current = Current::get()?;
        std::ptr::eq(current.scope.as_ptr(), self).then_some(current.within)
    }

    /// The task is one of those that run one after another.
    pub(super) fn make_sequential(&self, id: usize) {
        let mut state = self.state();
        match state.nodes.get_mut(id) {
            Some(node) if node.is_waiting() => node.sequential = true,
            _ => {
                drop(state);
                too_late();
            }
        }
    }

    /// Starts what is registered here and has not started, for `run`: in the function, or in the task that runs here.
    pub(super) fn run(self: &Arc<Self>) -> Batch {
        let within = self.current();
        let state = self.state();
        let count = state.nodes.len();
        self.start_all(state, within);
        Batch { within, count }
    }

    /// Somebody waits for the task. Where tasks do not start by themselves, everything beside it starts now.
    pub(super) fn awaited(self: &Arc<Self>, id: usize) {
        if !self.let_go(id) {
            let state = self.state();
            let parent = state.nodes.get(id).and_then(|node| node.parent);
            self.start_all(state, parent);
        }
    }

    /// Nobody changes the options of the task any more. Says whether that starts it.
    pub(super) fn let_go(self: &Arc<Self>, id: usize) -> bool {
        let state = self.state();
        let Some(node) = state.nodes.get(id) else {
            return true;
        };
        let (parent, sequential) = (node.parent, node.sequential);
        let begun = state.begun || (self.load.is_none() && self.core.has_page_returned());
        if !begun && parent.is_none() {
            return false;
        }
        // Of those that run one after another, those before it come first, although their handles are still held.
        let before = |before: &usize| {
            let node = &state.nodes[*before];
            sequential && node.sequential && node.parent == parent
        };
        let starts: Vec<_> = (0..id).filter(before).chain([id]).collect();
        self.start(state, &starts);
        true
    }

    /// The function has returned: what is left starts.
    pub(super) fn begin(self: &Arc<Self>) {
        let mut state = self.state();
        state.begun = true;
        if !state.closed {
            for node in &mut state.nodes {
                if !node.is_done && node.open.is_none() {
                    node.open = Some(self.core.open_task());
                }
            }
        }
        self.start_all(state, None);
    }

    /// The item of a list has ended: what it has left starts.
    pub(super) fn start_left(self: &Arc<Self>, within: Within) {
        let state = self.state();
        let list = state.nodes.get(within.task);
        if list.is_some_and(|list| list.has_registered) {
            self.start_all(state, Some(within));
        }
    }

    /// Starts what waits among those that are registered in this task, or in none.
    fn start_all(self: &Arc<Self>, state: MutexGuard<'_, State>, parent: Option<Within>) {
        self.start_where(state, |of| of == parent);
    }

    /// Starts what waits among those that are registered there.
    fn start_where(
        self: &Arc<Self>,
        state: MutexGuard<'_, State>,
        is_there: impl Fn(Option<Within>) -> bool,
    ) {
        let waiting = |id: &usize| {
            let node = &state.nodes[*id];
            node.is_waiting() && is_there(node.parent)
        };
        let waiting: Vec<_> = (0..state.nodes.len()).filter(waiting).collect();
        self.start(state, &waiting);
    }

    /// Starts those of these that wait, in this order.
    fn start(self: &Arc<Self>, mut state: MutexGuard<'_, State>, ids: &[usize]) {
        let Some(runtime) = self.runtime() else {
            return;
        };
        let starting: Vec<_> = ids
            .iter()
            .filter_map(|id| Some((*id, self.take_turn(&mut state, *id)?)))
            .collect();
        // A runtime that shuts down drops what it is given at once, which tells this scope.
        drop(state);
        for (id, run) in starting {
            let running = runtime.spawn(run).abort_handle();
            self.core.own(running.clone());
            let mut state = self.state();
            if state.cancelled {
                running.abort();
            }
            if let Some(Status::Running(handle)) =
                state.nodes.get_mut(id).map(|node| &mut node.status)
            {
                *handle = Some(running);
            }
        }
    }

    /// Gives the future of a task that waits, with its place among the sequential ones.
    fn take_turn(self: &Arc<Self>, state: &mut State, id: usize) -> Option<BoxFuture<'static, ()>> {
        let node = state.nodes.get_mut(id)?;
        if !node.is_waiting() {
            return None;
        }
        let (sequential, parent) = (node.sequential, node.parent);
        let Status::Waiting(task) = std::mem::replace(&mut node.status, Status::Running(None))
        else {
            return None;
        };
        let turn = sequential.then(|| state.append(id, parent));
        let place = Place {
            scope: self.clone(),
            id,
            task,
        };
        let current = Current {
            scope: Arc::downgrade(self),
            within: Within {
                task: id,
                item: None,
            },
        };
        let run = async move {
            // Dropped last, also when the task is aborted: the next in line has its turn then.
            let place = place;
            let begins = match turn {
                Some(turn) => turn.await.is_ok(),
                None => true,
            };
            let deadline = place.scope.deadline();
            if begins {
                place.task.run(current, deadline).await;
            }
        };
        Some(run.boxed())
    }

    /// The task has a result, which is told next: the document need not wait for it any more.
    pub(super) fn release(&self, id: usize) {
        if let Some(node) = self.state().nodes.get_mut(id) {
            node.is_done = true;
            node.open = None;
        }
    }

    /// The task has ended.
    pub(super) fn end(&self, id: usize, failure: Option<TaskFailure>) {
        if let Some(node) = self.state().nodes.get_mut(id) {
            node.status = Status::Ended;
            node.failure = failure;
            node.open = None;
        }
        self.ended.notify_waiters();
    }

    /// Waits until these tasks and what they register have ended.
    pub(super) async fn ended(&self, batch: &Batch) {
        loop {
            let mut told = std::pin::pin!(self.ended.notified());
            told.as_mut().enable();
            if !self.state().runs(batch) {
                return;
            }
            told.await;
        }
    }

    /// What became of these tasks, as far as it was not reported there before.
    pub(super) fn report(&self, batch: &Batch) -> TaskReport {
        self.state().report(batch)
    }

    pub(super) fn after_response(&self, work: Work) -> Result<(), AfterResponseError> {
        let reserved = self.after.reserve(work)?;
        let kept = self.core.after_response(reserved);
        kept.map_err(|work| {
            work.give_back();
            AfterResponseError::Closed
        })
    }

    fn runtime(&self) -> Option<Handle> {
        self.runtime.clone().or_else(|| Handle::try_current().ok())
    }

    /// Ends what runs, and drops what has not started.
    pub(super) fn cancel(&self) {
        self.state().cancelled = true;
        for running in self.shut() {
            running.abort();
        }
    }

    /// Takes no more tasks, and drops those that have not started; gives those that run.
    fn shut(&self) -> Vec<AbortHandle> {
        let (mut waiting, mut running, mut open) = (Vec::new(), Vec::new(), Vec::new());
        {
            let mut state = self.state();
            state.closed = true;
            for node in &mut state.nodes {
                open.extend(node.open.take());
                match &node.status {
                    Status::Waiting(_) => {
                        node.failure =
                            Some(TaskFailure::new(node.name, LoadOutcome::Cancelled, None));
                        if let Status::Waiting(task) =
                            std::mem::replace(&mut node.status, Status::Ended)
                        {
                            waiting.push(task);
                        }
                    }
                    Status::Running(task) => running.extend(task.clone()),
                    Status::Ended => {}
                }
            }
        }
        drop(open);
        self.ended.notify_waiters();
        if !waiting.is_empty() {
            // Futures and handlers are user code, which nobody who closes a document should wait for.
            let drop_all = move || waiting.iter().for_each(|task| task.discard());
            match self.runtime() {
                Some(runtime) => drop(runtime.spawn(async move { drop_all() })),
                None => drop_all(),
            }
        }
        running
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What runs is aborted by the request, which owns it.
impl CloseTasks for Scope {
    fn close(&self) {
        self.shut();
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let names = state.nodes.iter().map(|node| node.name);
        f.debug_list().entries(names).finish()
    }
}
