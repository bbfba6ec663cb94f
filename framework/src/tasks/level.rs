use std::collections::VecDeque;
use tokio::sync::oneshot;

/// The sequential tasks that are registered in one place: in the function, in a task, or in an item of a list. One of
/// them has its turn.
#[derive(Default)]
pub(super) struct Level {
    /// The task that has its turn.
    turn_of: Option<usize>,
    waiting: VecDeque<(usize, oneshot::Sender<()>)>,
}

/// What a task waits for.
pub(super) type Turn = oneshot::Receiver<()>;

impl Level {
    /// Puts a task at the end.
    pub(super) fn append(&mut self, id: usize) -> Turn {
        let (sender, turn) = oneshot::channel();
        self.waiting.push_back((id, sender));
        self.advance();
        turn
    }

    /// The task is done, and what was registered in it. Says whether it had its turn, which goes to the next one.
    pub(super) fn done(&mut self, id: usize) -> bool {
        let had_it = self.turn_of == Some(id);
        if had_it {
            self.turn_of = None;
            self.advance();
        }
        had_it
    }

    /// Whether nobody has the turn, and nobody waits for it.
    pub(super) fn is_idle(&self) -> bool {
        self.turn_of.is_none()
    }

    fn advance(&mut self) {
        while self.turn_of.is_none()
            && let Some((id, next)) = self.waiting.pop_front()
        {
            // One that is gone is for the next.
            self.turn_of = next.send(()).is_ok().then_some(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_given_up_once_and_only_by_whose_it_is() {
        let mut level = Level::default();
        let mut turns: Vec<_> = (0..4).map(|id| level.append(id)).collect();
        let mut has_turn = |id: usize| turns[id].try_recv().is_ok();
        assert!(has_turn(0) && !has_turn(1));
        assert!(!level.done(2), "its turn has not come");
        assert!(level.done(0) && has_turn(1));
        assert!(!level.done(0), "it has given it up");
        assert!(!has_turn(2) && !level.is_idle());
        // One that is gone when its turn comes is left out.
        drop(turns.remove(2));
        assert!(level.done(1) && turns[2].try_recv().is_ok());
        assert!(level.done(3) && level.is_idle());
    }
}
