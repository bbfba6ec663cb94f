use crate::{
    context::OpenTask,
    tasks::{
        level::{Level, Turn},
        report::{TaskFailure, TaskReport},
        task::Start,
    },
};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};
use tokio::task::AbortHandle;

#[derive(Default)]
pub(super) struct State {
    /// The function has returned: tasks start by themselves.
    pub(super) begun: bool,
    pub(super) closed: bool,
    /// Closed because the loader has no value, whose tasks end with it.
    pub(super) cancelled: bool,
    pub(super) nodes: Vec<Node>,
    /// The sequential tasks that are registered in no other one.
    pub(super) level: Level,
}

/// Where a task is registered that is registered in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tasks) struct Within {
    /// The number of that task.
    pub(in crate::tasks) task: usize,
    /// The item of its list, if it works on one: each has tasks of its own.
    pub(in crate::tasks) item: Option<usize>,
}

pub(super) struct Node {
    pub(super) name: &'static str,
    /// The task in which it was registered.
    pub(super) parent: Option<Within>,
    pub(super) status: Status,
    pub(super) sequential: bool,
    pub(super) failure: Option<TaskFailure>,
    /// The document waits for it.
    pub(super) open: Option<OpenTask>,
    /// It has a result.
    pub(super) is_done: bool,
    /// Its future is gone: the next in line has its turn when what was registered in this one is done, too.
    pub(super) gone: bool,
    /// Something was registered in it.
    pub(super) has_registered: bool,
    /// The sequential tasks that are registered in it, and in each item of its list, as long as there are some that are
    /// not done.
    pub(super) levels: BTreeMap<Option<usize>, Level>,
    /// Where `run` has reported it: in these tasks, or in the function.
    pub(super) reported: Vec<Option<Within>>,
}

pub(super) enum Status {
    Waiting(Arc<dyn Start>),
    /// Without a handle for a moment, when it is about to be spawned.
    Running(Option<AbortHandle>),
    Ended,
}

/// What `run` waits for.
pub(in crate::tasks) struct Batch {
    /// The task that it is called in, if it is called in one.
    pub(super) within: Option<Within>,
    /// How many tasks were registered then. What they register belongs to it, and nothing else that comes later.
    pub(super) count: usize,
}

impl State {
    /// Puts a task at the end of the sequential ones that are registered beside it.
    pub(super) fn append(&mut self, id: usize, parent: Option<Within>) -> Turn {
        let level = match parent {
            Some(Within { task, item }) => self.nodes[task].levels.entry(item).or_default(),
            None => &mut self.level,
        };
        level.append(id)
    }

    /// Gives the turn to the next in line, when a sequential task and what was registered in it are done.
    pub(super) fn pass_on(&mut self, id: usize) {
        let mut next = Some(id);
        while let Some(id) = next {
            let node = &self.nodes[id];
            if !(node.gone && node.levels.is_empty()) {
                return;
            }
            let parent = node.parent;
            if !self.give_up(id, parent) {
                return;
            }
            // The last one of a task that is gone as well: that one's turn is over.
            next = parent.map(|parent| parent.task);
        }
    }

    /// Whether the task had its turn, which is over.
    fn give_up(&mut self, id: usize, parent: Option<Within>) -> bool {
        let Some(Within { task, item }) = parent else {
            return self.level.done(id);
        };
        let Entry::Occupied(mut level) = self.nodes[task].levels.entry(item) else {
            return false;
        };
        let had_it = level.get_mut().done(id);
        if level.get().is_idle() {
            level.remove();
        }
        had_it
    }

    /// Whether something of it has not ended.
    pub(super) fn runs(&self, batch: &Batch) -> bool {
        let mut nodes = self.nodes.iter().enumerate();
        nodes.any(|(id, node)| !node.has_ended() && self.is_in(id, batch))
    }

    /// What became of it, as far as it was not reported there before.
    pub(super) fn report(&mut self, batch: &Batch) -> TaskReport {
        let mut report = TaskReport::default();
        for id in 0..self.nodes.len() {
            if !self.is_in(id, batch) {
                continue;
            }
            let node = &mut self.nodes[id];
            if !node.reported.contains(&batch.within) {
                node.reported.push(batch.within);
                report.add(node.name, node.failure.clone());
            }
        }
        report
    }

    /// Whether a task belongs to what `run` waits for.
    pub(super) fn is_in(&self, id: usize, batch: &Batch) -> bool {
        let above = |id: &usize| Some(self.nodes.get(*id)?.parent?.task);
        let mut lineage = std::iter::successors(Some(id), above);
        // A task is registered after the one that it is registered in: of its line the first one decides. `run` does not
        // wait for the task that it is called in.
        let first = lineage.find(|id| self.nodes[*id].parent == batch.within);
        first.is_some_and(|first| first < batch.count)
    }
}

impl Node {
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.status, Status::Waiting(_))
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.status, Status::Ended)
    }
}
