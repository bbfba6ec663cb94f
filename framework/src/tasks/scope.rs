use super::{
    current::Current,
    report::{TaskFailure, TaskReport},
    task::Start,
};
use crate::{
    after_response::{AfterResponse, AfterResponseError, Work},
    context::{CloseTasks, LoadScope, RequestCore},
    deadline::Deadline,
};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    task::AbortHandle,
};

/// The tasks of one function: a page with its layouts and components, or a loader.
pub(super) struct Scope {
    core: Arc<RequestCore>,
    load: Option<Weak<LoadScope>>,
    after: AfterResponse,
    /// Where tasks run, also those that are started from a thread outside.
    runtime: Option<Handle>,
    state: Mutex<State>,
    /// Told whenever a task has ended.
    ended: Notify,
}

#[derive(Default)]
struct State {
    /// The function has returned: tasks start by themselves.
    begun: bool,
    closed: bool,
    /// Closed because the loader has no value, whose tasks end with it.
    cancelled: bool,
    nodes: Vec<Node>,
    /// The sequential tasks that are registered in no other one.
    chain: Chain,
    /// How many tasks there were when `run` had ended last.
    reported: usize,
}

/// Ends when all sequential tasks have that were started so far.
type Chain = Option<Shared<BoxFuture<'static, ()>>>;

struct Node {
    name: &'static str,
    /// The task in which it was registered.
    parent: Option<usize>,
    status: Status,
    sequential: bool,
    failure: Option<TaskFailure>,
    /// The sequential tasks that are registered in it.
    chain: Chain,
    /// How many tasks there were when `run` in it had ended last.
    reported: usize,
}

/// What `run` waits for.
pub(super) struct Batch {
    /// The task that it is called in, if it is called in one.
    within: Option<usize>,
    started: Vec<usize>,
}

enum Status {
    Waiting(Arc<dyn Start>),
    /// Without a handle for a moment, when it is about to be spawned.
    Running(Option<AbortHandle>),
    Ended,
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
        state.nodes.push(Node {
            name,
            parent,
            status: Status::Waiting(task(id)),
            sequential: false,
            failure: None,
            chain: None,
            reported: 0,
        });
        Some(id)
    }

    /// The task of this scope that runs here.
    fn current(&self) -> Option<usize> {
        let current = Current::get()?;
        std::ptr::eq(current.scope.as_ptr(), self).then_some(current.id)
    }

    /// The task is one of those that run one after another.
    pub(super) fn make_sequential(&self, id: usize) {
        if let Some(node) = self.state().nodes.get_mut(id) {
            node.sequential = true;
        }
    }

    /// Starts everything that has not started, for `run`.
    pub(super) fn run(self: &Arc<Self>) -> Batch {
        Batch {
            within: self.current(),
            started: self.start_all(),
        }
    }

    /// Starts everything that has not started. Gives their numbers.
    fn start_all(self: &Arc<Self>) -> Vec<usize> {
        let state = self.state();
        let waiting = |(id, node): (usize, &Node)| node.is_waiting().then_some(id);
        let waiting: Vec<_> = state.nodes.iter().enumerate().filter_map(waiting).collect();
        self.start(state, &waiting);
        waiting
    }

    /// Somebody waits for the task. Where tasks do not start by themselves, everything starts now.
    pub(super) fn awaited(self: &Arc<Self>, id: usize) {
        if !self.let_go(id) {
            self.start_all();
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

    /// The function has returned.
    pub(super) fn begin(self: &Arc<Self>) {
        self.state().begun = true;
        self.start_all();
    }

    /// Starts those of these that wait, in this order.
    fn start(self: &Arc<Self>, mut state: MutexGuard<'_, State>, ids: &[usize]) {
        let Some(runtime) = self.runtime.clone().or_else(|| Handle::try_current().ok()) else {
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
        let (sequential, parent) = (node.sequential, node.parent);
        let Status::Waiting(_) = &node.status else {
            return None;
        };
        let Status::Waiting(task) = std::mem::replace(&mut node.status, Status::Running(None))
        else {
            return None;
        };
        let (ends, ended) = oneshot::channel::<()>();
        let chain = match parent {
            Some(parent) => &mut state.nodes[parent].chain,
            None => &mut state.chain,
        };
        let before = match sequential {
            true => {
                let before = chain.take();
                *chain = Some(self.after(before.clone(), ended, id));
                before
            }
            false => None,
        };
        let current = Current {
            scope: Arc::downgrade(self),
            id,
        };
        let scope = Arc::downgrade(self);
        let limit = move || scope.upgrade().map(|scope| scope.deadline());
        let run = task.run(current, Box::new(limit), ends);
        let turn = async move {
            if let Some(before) = before {
                before.await;
            }
            run.await;
        };
        Some(turn.boxed())
    }

    /// Ends when the task and those before it have ended, and the sequential ones that it has registered.
    fn after(
        self: &Arc<Self>,
        before: Chain,
        ended: oneshot::Receiver<()>,
        id: usize,
    ) -> Shared<BoxFuture<'static, ()>> {
        let scope = Arc::downgrade(self);
        let after = async move {
            if let Some(before) = before {
                before.await;
            }
            let _ = ended.await;
            let children = scope
                .upgrade()
                .and_then(|scope| scope.state().nodes.get(id)?.chain.clone());
            if let Some(children) = children {
                children.await;
            }
        };
        after.boxed().shared()
    }

    /// The task has ended.
    pub(super) fn end(&self, id: usize, failure: Option<TaskFailure>) {
        if let Some(node) = self.state().nodes.get_mut(id) {
            node.status = Status::Ended;
            node.failure = failure;
        }
        self.ended.notify_waiters();
    }

    /// Waits until these tasks and what they register have ended.
    pub(super) async fn ended(&self, batch: &Batch) {
        loop {
            let mut told = std::pin::pin!(self.ended.notified());
            told.as_mut().enable();
            if !self.runs(batch) {
                return;
            }
            told.await;
        }
    }

    fn runs(&self, batch: &Batch) -> bool {
        let state = self.state();
        let mut nodes = state.nodes.iter().enumerate();
        nodes.any(|(id, node)| !matches!(node.status, Status::Ended) && state.is_in(id, batch))
    }

    /// What became of these tasks, as far as it was not reported there before.
    pub(super) fn report(&self, batch: &Batch) -> TaskReport {
        let mut state = self.state();
        let count = state.nodes.len();
        let before = match batch.within.and_then(|id| state.nodes.get_mut(id)) {
            Some(node) => std::mem::replace(&mut node.reported, count),
            None => std::mem::replace(&mut state.reported, count),
        };
        let mut report = TaskReport::default();
        for (id, node) in state.nodes.iter().enumerate().skip(before) {
            if state.is_in(id, batch) {
                report.add(node.name, node.failure.clone());
            }
        }
        report
    }

    pub(super) fn after_response(&self, work: Work) -> Result<(), AfterResponseError> {
        let reserved = self.after.reserve(work)?;
        let kept = self.core.after_response(reserved);
        kept.map_err(|work| {
            work.discard();
            AfterResponseError::Closed
        })
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
        let (mut waiting, mut running) = (Vec::new(), Vec::new());
        {
            let mut state = self.state();
            state.closed = true;
            for node in &mut state.nodes {
                match &node.status {
                    Status::Waiting(_) => {
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
        self.ended.notify_waiters();
        if !waiting.is_empty() {
            // Futures and handlers are user code, which nobody who closes a document should wait for.
            let drop_all = move || waiting.iter().for_each(|task| task.discard());
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(async move { drop_all() })),
                Err(_) => drop_all(),
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

impl State {
    /// Whether a task is one of these, or was registered in one.
    fn is_in(&self, id: usize, batch: &Batch) -> bool {
        let Some(within) = batch.within else {
            return true;
        };
        let mut ancestors = std::iter::successors(Some(id), |id| self.nodes.get(*id)?.parent);
        ancestors.any(|ancestor| {
            batch.started.contains(&ancestor) || (ancestor == within && id != within)
        })
    }
}

impl Node {
    fn is_waiting(&self) -> bool {
        matches!(self.status, Status::Waiting(_))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let names = state.nodes.iter().map(|node| node.name);
        f.debug_list().entries(names).finish()
    }
}
