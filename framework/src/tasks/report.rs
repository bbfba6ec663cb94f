use super::FanOutFailed;
use crate::{
    error::{TimeIsUp, chain},
    record::LoadOutcome,
};
use std::{error::Error as StdError, fmt, sync::Arc};

/// How many errors of a list are in the log.
const ITEMS: usize = 10;

/// What became of the tasks that [`Tasks::run`](crate::Tasks::run) has run.
///
/// ```
/// use punctual::Tasks;
/// use std::{io, time::Duration};
///
/// # punctual::testing::run(async {
/// let tasks = Tasks::detached(Duration::from_secs(1));
/// drop(tasks.register("good", async { Ok::<_, io::Error>(()) }));
/// drop(tasks.register("bad", async { Err::<(), _>(io::Error::other("no disk")) }));
/// let report = tasks.run().await;
/// assert_eq!(report.tasks(), ["good", "bad"]);
/// assert_eq!(report.failures()[0].name(), "bad");
/// let error = report.into_result().unwrap_err();
/// assert_eq!(error.to_string(), "1 of 2 tasks failed: `bad` failed: no disk");
/// # });
/// ```
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

    /// Those that have no value, in the same order: failed, late without a handler, or panicked.
    #[must_use]
    pub fn failures(&self) -> &[TaskFailure] {
        &self.failures
    }

    /// For `?`: an error that names every failure. The answer of a page with it is 500, and 504 when the first of them was late.
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

    /// Why: failed, late, panicked, or cancelled because the request has ended.
    #[must_use]
    pub fn outcome(&self) -> LoadOutcome {
        self.outcome
    }

    /// The task's own error, if it failed with one; of a list, a [`FanOutFailed`](crate::FanOutFailed).
    #[must_use]
    pub fn error(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.error.as_deref()
    }

    /// Tells whoever runs the site. That something was late stands in the record, and is told with it.
    pub(super) fn log(&self, page: &'static str) {
        let is_told = matches!(self.outcome, LoadOutcome::Late | LoadOutcome::Cancelled);
        if is_told && self.error.is_none() {
            return;
        }
        let (task, outcome) = (self.name, self.outcome.as_str());
        let error: Option<&(dyn StdError + 'static)> =
            self.error.as_deref().map(|error| error as _);
        let Some(list) = error.and_then(|error| error.downcast_ref::<FanOutFailed>()) else {
            let sources = chain(error);
            tracing::warn!(target: "punctual", page, task, outcome, ?sources, "a task failed");
            return;
        };
        let items: Vec<_> = list
            .errors()
            .take(ITEMS)
            .map(|(index, error)| format!("{index}: {}", chain(Some(error)).join(": ")))
            .collect();
        tracing::warn!(target: "punctual", page, task, outcome, %list, ?items, "items of a list failed");
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
        match (&self.error, self.outcome) {
            (Some(error), _) => Some(&**error),
            (None, LoadOutcome::Late) => Some(&TimeIsUp),
            (None, _) => None,
        }
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
        self.failures.first()?.source()
    }
}
