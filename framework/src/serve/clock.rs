use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Wakes the task that polls it at a point in time.
///
/// When that point moves to a later one, which it does with every request, the timer stays where it is; it
/// fires too early then, and is set anew. So a connection in use sets a timer now and then, and
/// not twice a request.
#[derive(Default)]
pub(super) struct Clock(Option<Pin<Box<Sleep>>>);

impl Clock {
    /// Whether it is that late. If not, the task is woken then, or before.
    pub(super) fn has_come(&mut self, at: Instant, cx: &mut Context<'_>) -> bool {
        // One that is set for that time, or before, tells when it comes.
        let is_set = self.0.as_ref().is_some_and(|sleep| sleep.deadline() <= at);
        if !is_set && at <= Instant::now() {
            return true;
        }
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() > at {
            sleep.as_mut().reset(at);
        }
        match sleep.as_mut().poll(cx) {
            Poll::Pending => false,
            Poll::Ready(()) if sleep.deadline() < at => {
                sleep.as_mut().reset(at);
                sleep.as_mut().poll(cx).is_ready()
            }
            Poll::Ready(()) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::poll_fn, time::Duration};

    #[tokio::test(start_paused = true)]
    async fn wakes_at_a_time_that_has_moved_in_either_direction() {
        let second = Duration::from_secs(1);
        let start = Instant::now();
        let mut clock = Clock::default();
        let look = |clock: &mut Clock, at| {
            futures::FutureExt::now_or_never(poll_fn(|cx| match clock.has_come(at, cx) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }))
        };
        assert!(look(&mut clock, start + second * 2).is_none());
        for at in [start + second, start + second * 4] {
            poll_fn(|cx| match clock.has_come(at, cx) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
            assert_eq!(Instant::now(), at);
        }
    }
}
