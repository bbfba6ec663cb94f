use crate::{
    context::OpenTask,
    tasks::{
        level::Level,
        report::{TaskFailure, TaskReport},
        task::Start,
    },
};
use std::sync::Arc;
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

pub(super) struct Node {
    pub(super) name: &'static str,
    /// The task in which it was registered.
    pub(super) parent: Option<usize>,
    pub(super) status: Status,
    pub(super) sequential: bool,
    pub(super) failure: Option<TaskFailure>,
    /// The document waits for it.
    pub(super) open: Option<OpenTask>,
    /// It has a result.
    pub(super) is_done: bool,
    /// Its future is gone: the next in line has its turn when what was registered in this one is done, too.
    pub(super) gone: bool,
    /// The sequential tasks that are registered in it.
    pub(super) level: Level,
    /// Where `run` has reported it: in these tasks, or in the function.
    pub(super) reported: Vec<Option<usize>>,
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
    pub(super) within: Option<usize>,
    /// How many tasks were registered then. What they register belongs to it, and nothing else that comes later.
    pub(super) count: usize,
}

impl State {
    /// The sequential tasks that are registered in this task, or in none.
    pub(super) fn level(&mut self, parent: Option<usize>) -> &mut Level {
        match parent {
            Some(parent) => &mut self.nodes[parent].level,
            None => &mut self.level,
        }
    }

    /// Gives the turn to the next in line, when a sequential task and what was registered in it are done.
    pub(super) fn pass_on(&mut self, id: usize) {
        let mut next = Some(id);
        while let Some(id) = next {
            let node = &self.nodes[id];
            if !(node.sequential && node.gone && node.level.is_idle()) {
                return;
            }
            let parent = node.parent;
            let level = self.level(parent);
            level.done();
            // The last one of a task that is gone as well: that one's turn is over.
            next = parent.filter(|_| level.is_idle());
        }
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
        let lineage = || std::iter::successors(Some(id), |id| self.nodes.get(*id)?.parent);
        match batch.within {
            // It does not wait for the task that it is called in.
            Some(within) => {
                let mut inside = lineage().take_while(|id| *id != within);
                let is_inside = id != within && lineage().any(|id| id == within);
                is_inside && inside.any(|id| id < batch.count)
            }
            None => lineage().any(|id| id < batch.count),
        }
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
