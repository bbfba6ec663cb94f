use std::collections::VecDeque;
use tokio::sync::oneshot;

/// The sequential tasks that are registered in one place: in the function, or in a task. One of them has its turn.
#[derive(Default)]
pub(super) struct Level {
    busy: bool,
    waiting: VecDeque<oneshot::Sender<()>>,
}

/// What a task waits for.
pub(super) type Turn = oneshot::Receiver<()>;

impl Level {
    /// Puts a task at the end.
    pub(super) fn append(&mut self) -> Turn {
        let (sender, turn) = oneshot::channel();
        self.waiting.push_back(sender);
        self.advance();
        turn
    }

    /// The task that had its turn is done, and what was registered in it.
    pub(super) fn done(&mut self) {
        self.busy = false;
        self.advance();
    }

    pub(super) fn is_idle(&self) -> bool {
        !self.busy
    }

    fn advance(&mut self) {
        while !self.busy
            && let Some(next) = self.waiting.pop_front()
        {
            // One that is gone is for the next.
            self.busy = next.send(()).is_ok();
        }
    }
}
