use crate::record::LoadOutcome;
use std::{error::Error as StdError, fmt, sync::Arc};

/// What became of the tasks that [`Tasks::run`](crate::Tasks::run) has run.
#[derive(Clone, Debug, Default)]
pub struct TaskReport {
    tasks: Vec<&'static str>,
    failures: Vec<TaskFailure>,
}

impl TaskReport {
    pub(super) fn add(&mut self, name: &'static str, failure: Option<TaskFailure>) {
        self.tasks.push(name);
        self.failures.extend(failure);
    }

    /// The names of the tasks, in the order in which they were registered.
    #[must_use]
    pub fn tasks(&self) -> &[&'static str] {
        &self.tasks
    }

    /// Those that have no value, in the same order.
    #[must_use]
    pub fn failures(&self) -> &[TaskFailure] {
        &self.failures
    }

    /// For `?`: an error that names every failure.
    ///
    /// # Errors
    /// [`TasksFailed`] when a task has no value.
    pub fn into_result(self) -> Result<(), TasksFailed> {
        match self.failures.is_empty() {
            true => Ok(()),
            false => Err(TasksFailed {
                of: self.tasks.len(),
                failures: self.failures,
            }),
        }
    }
}

/// A task without a value.
#[derive(Clone, Debug)]
pub struct TaskFailure {
    name: &'static str,
    outcome: LoadOutcome,
    error: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TaskFailure {
    pub(super) fn new(
        name: &'static str,
        outcome: LoadOutcome,
        error: Option<Arc<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            name,
            outcome,
            error,
        }
    }

    /// The name that it was registered with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Why: failed, late, or panicked.
    #[must_use]
    pub fn outcome(&self) -> LoadOutcome {
        self.outcome
    }

    /// The task's own error, if it failed with one.
    #[must_use]
    pub fn error(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.error.as_deref()
    }

    /// Tells whoever runs the site. That something was late stands in the record, and is told with it.
    pub(super) fn log(&self, page: &'static str) {
        if self.outcome == LoadOutcome::Late && self.error.is_none() {
            return;
        }
        let (task, outcome) = (self.name, self.outcome.as_str());
        let sources = crate::error::chain(self.error.as_deref().map(|error| error as _));
        tracing::warn!(target: "punctual", page, task, outcome, ?sources, "a task failed");
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            Some(error) => write!(f, "`{}` failed: {error}", self.name),
            None => write!(f, "`{}`: {}", self.name, self.outcome),
        }
    }
}

impl StdError for TaskFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.as_deref().map(|error| error as _)
    }
}

/// Some of the tasks that were run have no value. It names all of them; its source is the first.
#[derive(Clone, Debug)]
pub struct TasksFailed {
    of: usize,
    failures: Vec<TaskFailure>,
}

impl TasksFailed {
    /// The tasks without a value, in the order in which they were registered.
    #[must_use]
    pub fn failures(&self) -> &[TaskFailure] {
        &self.failures
    }
}

impl fmt::Display for TasksFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} tasks failed: ", self.failures.len(), self.of)?;
        for (index, failure) in self.failures.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{failure}")?;
        }
        Ok(())
    }
}

impl StdError for TasksFailed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let first = self.failures.first()?;
        first.error.as_deref().map(|error| error as _)
    }
}
