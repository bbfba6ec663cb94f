use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tokio::sync::Notify;

/// How many tasks of a request have not ended: the document waits for them.
#[derive(Clone, Default)]
pub(crate) struct OpenTasks(Arc<Count>);

#[derive(Default)]
struct Count {
    tasks: AtomicUsize,
    none: Notify,
}

/// One of them, until it is dropped.
pub(crate) struct OpenTask(OpenTasks);

impl OpenTasks {
    pub(crate) fn open(&self) -> OpenTask {
        self.0.tasks.fetch_add(1, SeqCst);
        OpenTask(self.clone())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.tasks.load(SeqCst) == 0
    }

    /// Ends when there is none.
    pub(crate) async fn ended(&self) {
        let mut told = std::pin::pin!(self.0.none.notified());
        told.as_mut().enable();
        if !self.is_empty() {
            told.await;
        }
    }
}

impl Drop for OpenTask {
    fn drop(&mut self) {
        let Self(OpenTasks(count)) = self;
        if count.tasks.fetch_sub(1, SeqCst) == 1 {
            count.none.notify_waiters();
        }
    }
}
