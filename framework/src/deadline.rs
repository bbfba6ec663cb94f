//! Time: the absolute [`Deadline`] of a request, and [`Cancel`], the token that says it is over.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};

use futures::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Stands for "no limit" where a duration is too long to add to the clock.
const FAR_AWAY: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// A point in time by which something ends.
///
/// Every request has one: its arrival plus the page's `timeout`. As an argument of a loader it is
/// the loader's own: the page's, or an earlier one when the loader has a `timeout`. Hand what
/// [remains](Self::remaining) to an upstream service that takes a budget.
///
/// A `Deadline` among the extensions of a request, put there by a middleware, shortens the time of
/// the page (a caller that waits no longer than it said); it never lengthens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The point in time `timeout` from now.
    #[must_use]
    pub fn after(timeout: Duration) -> Self {
        Self::since(Instant::now(), timeout)
    }

    pub(crate) fn since(start: Instant, timeout: Duration) -> Self {
        Self(
            start
                .checked_add(timeout)
                .unwrap_or_else(|| start + FAR_AWAY),
        )
    }

    /// How much time is left; zero when it has passed.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }

    /// The same point on the clock of Tokio, for `tokio::time::timeout_at` and the like.
    #[must_use]
    pub fn instant(&self) -> Instant {
        self.0
    }

    /// The point in time `grace` later.
    pub(crate) fn plus(self, grace: Duration) -> Self {
        Self::since(self.0, grace)
    }
}

/// Waits for a future until the deadline.
///
/// A result that is there at the deadline counts. When both come in the same turn of the runtime,
/// the others get one turn more, then the result is looked at once more, and only then the clock.
pub(crate) async fn within<F: Future>(deadline: Deadline, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    // What is there at once needs no clock.
    if let Poll::Ready(output) = futures::poll!(future.as_mut()) {
        return Some(output);
    }
    let mut clock = pin!(tokio::time::sleep_until(deadline.instant()));
    let mut was_looked_at = true;
    let output = poll_fn(|cx| {
        if !std::mem::take(&mut was_looked_at)
            && let Poll::Ready(output) = future.as_mut().poll(cx)
        {
            return Poll::Ready(Some(output));
        }
        clock.as_mut().poll(cx).map(|()| None)
    });
    if let Some(output) = output.await {
        return Some(output);
    }
    turn().await;
    future.now_or_never()
}

/// Lets others go first.
///
/// Tokio's `yield_now` wakes its task only when the worker has nothing else to do. When that worker then runs code that
/// blocks, the task waits with it, and no other worker can take it.
pub(crate) async fn turn() {
    let mut is_over = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut is_over, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A token that is made when somebody asks for it: most requests are over before that.
#[derive(Default)]
pub(crate) struct LazyToken(Mutex<Lazy>);

#[derive(Default)]
struct Lazy {
    token: Option<CancellationToken>,
    is_cancelled: bool,
}

impl LazyToken {
    pub(crate) fn token(&self) -> CancellationToken {
        let mut lazy = self.lazy();
        let is_cancelled = lazy.is_cancelled;
        let token = lazy.token.get_or_insert_default();
        if is_cancelled {
            token.cancel();
        }
        token.clone()
    }

    pub(crate) fn cancel(&self) {
        let token = {
            let mut lazy = self.lazy();
            lazy.is_cancelled = true;
            lazy.token.take()
        };
        if let Some(token) = token {
            token.cancel();
        }
    }

    fn lazy(&self) -> MutexGuard<'_, Lazy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says whether the work of a request is still wanted: an argument of loaders and pages.
///
/// A loader need not look at it: when it is late, or the visitor has left, its future is dropped at
/// its next `.await` anyway. The token is for work handed elsewhere, such as a spawned task or a
/// thread, which dropping a future does not reach.
///
/// ```
/// # use punctual::Cancel;
/// # async fn example(cancel: Cancel) {
/// tokio::spawn(async move {
///     tokio::select! {
///         () = cancel.cancelled() => { /* tell the printer to stop */ }
///         () = async { /* the work */ } => {}
///     }
/// });
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Cancel(CancellationToken);

impl Cancel {
    /// A token that is never cancelled, for unit tests of loaders.
    #[must_use]
    pub fn never() -> Self {
        Self(CancellationToken::new())
    }

    /// Whether the work is no longer wanted.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Ends when the work is no longer wanted. It borrows nothing, so it can be moved into a task.
    pub async fn cancelled(&self) {
        self.0.cancelled().await;
    }

    /// The token itself, for code that takes one from `tokio_util`.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.0.clone()
    }
}

/// For unit tests of loaders: cancel the token that you keep.
impl From<CancellationToken> for Cancel {
    fn from(token: CancellationToken) -> Self {
        Self(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_asked_for_late_is_cancelled() {
        let lazy = LazyToken::default();
        let early = lazy.token();
        assert!(!early.is_cancelled());
        lazy.cancel();
        assert!(early.is_cancelled() && lazy.token().is_cancelled());
        let lazy = LazyToken::default();
        lazy.cancel();
        assert!(lazy.token().is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_at_the_deadline_counts() {
        let second = Duration::from_secs(1);
        let deadline = Deadline::after(second);
        let done = within(deadline, async {
            tokio::time::sleep(second).await;
            7
        });
        assert_eq!(done.await, Some(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_handed_over_at_the_deadline_counts() {
        let second = Duration::from_secs(1);
        let deadline = Deadline::after(second);
        let task = tokio::spawn(async move {
            tokio::time::sleep(second).await;
            7
        });
        assert_eq!(within(deadline, task).await.map(Result::ok), Some(Some(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn ends_at_the_deadline() {
        let start = Instant::now();
        let deadline = Deadline::after(Duration::from_secs(1));
        assert_eq!(within(deadline, std::future::pending::<()>()).await, None);
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        assert!(deadline.has_passed());
    }

    #[tokio::test]
    async fn a_time_beyond_the_clock_is_far_away() {
        let deadline = Deadline::after(Duration::MAX);
        assert!(deadline.remaining() > Duration::from_secs(60 * 60 * 24 * 365));
    }
}
