use super::{Scope, Within};
use crate::tasks::task::Start;
use std::sync::Arc;

/// A task that was started, until its future is gone. It keeps the scope, which knows whose turn is next.
pub(super) struct Place {
    pub(super) scope: Arc<Scope>,
    pub(super) id: usize,
    pub(super) task: Arc<dyn Start>,
}

impl Drop for Place {
    fn drop(&mut self) {
        // One whose turn has not come tells so.
        self.task.discard();
        let mut state = self.scope.state();
        let Some(node) = state.nodes.get_mut(self.id) else {
            return;
        };
        node.gone = true;
        if node.has_registered {
            // What has not started, because its handle is still held, starts now: it belongs to the turn of this one.
            let is_left = |of: Option<Within>| of.is_some_and(|of| of.task == self.id);
            self.scope.start_where(state, is_left);
            state = self.scope.state();
        }
        state.pass_on(self.id);
    }
}
