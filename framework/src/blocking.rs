//! Code that blocks: the threads for it, and the way from it to code that is `async`.

mod block_on;
mod run;
mod threads;

pub(crate) use block_on::TimeIsOver;
pub use block_on::block_on;

use crate::{
    deadline::{Deadline, within},
    seldom::Seldom,
};
use block_on::Limit;
use run::{Run, Waiter};
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use threads::Threads;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
};
use tokio_util::sync::CancellationToken;

/// How many pieces of work that block run at once, where the site does not say: as many as
/// ASP.NET's thread pool has for each processor.
pub(crate) const DEFAULT_THREADS: usize = 25;

/// The threads of a site on which synchronous pages and blocking loaders run.
///
/// They are the site's own: neither Tokio's blocking threads nor work that a service gives to those
/// can use them up. Their number is bounded ([`SiteBuilder::blocking_threads`], default 25); who comes
/// when all are busy waits in line, until the page's deadline at the longest. A thread is started when it
/// is needed and ends after ten seconds without work.
///
/// A thread that blocks cannot be stopped. So a page whose time is over is answered although its
/// thread still runs; the thread keeps its place until it returns, and until then it is counted as
/// [lost](BlockingUsage::lost).
///
/// A plain Axum handler of [`SiteBuilder::routes`] takes it as an extractor, for example to report
/// its usage:
///
/// ```
/// use punctual::BlockingPool;
///
/// async fn metrics(pool: BlockingPool) -> String {
///     let usage = pool.usage();
///     format!("blocking_threads_busy {}\nblocking_threads_lost {}\n", usage.busy, usage.lost)
/// }
/// # let _: axum::Router = axum::Router::new().route("/metrics", axum::routing::get(metrics));
/// ```
///
/// [`SiteBuilder::blocking_threads`]: crate::SiteBuilder::blocking_threads
/// [`SiteBuilder::routes`]: crate::SiteBuilder::routes
#[derive(Clone)]
pub struct BlockingPool(Arc<Pool>);

struct Pool {
    size: usize,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    busy: AtomicUsize,
    lost: Arc<AtomicUsize>,
    refused: Seldom,
    threads: Threads,
}

/// What the threads of a [`BlockingPool`] do at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockingUsage {
    /// How many pieces of work can run at once.
    pub threads: usize,
    /// How many run, lost ones among them.
    pub busy: usize,
    /// How many wait for their turn.
    pub waiting: usize,
    /// How many run for a request that has been answered without them.
    pub lost: usize,
}

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum BlockingError {
    /// Its turn did not come before the deadline.
    NoTurn,
    /// It asked for something that did not come in time.
    Late,
    Panicked,
}

/// For whom something runs, and until when.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) deadline: Deadline,
    /// Cancelled when nobody wants the result any more.
    pub(crate) token: CancellationToken,
}

impl BlockingPool {
    pub(crate) fn new(size: usize) -> Self {
        Self(Arc::new(Pool {
            size,
            turns: Arc::new(Semaphore::new(size.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
            lost: Arc::default(),
            refused: Seldom::default(),
            threads: Threads::default(),
        }))
    }

    /// What the threads do now.
    #[must_use]
    pub fn usage(&self) -> BlockingUsage {
        let pool = &self.0;
        BlockingUsage {
            threads: pool.size,
            busy: pool.busy.load(SeqCst),
            waiting: pool.waiting.load(SeqCst),
            lost: pool.lost.load(SeqCst),
        }
    }

    /// Says in the log that there are too few threads, at most once a second.
    fn refused(&self, work: &'static str) {
        let Some(count) = self.0.refused.say() else {
            return;
        };
        let usage = self.usage();
        tracing::warn!(
            target: "punctual",
            work, count, threads = usage.threads, waiting = usage.waiting, lost = usage.lost,
            "no blocking thread was free in time"
        );
    }

    /// Runs code that may block. Dropping the future gives up the result; code that runs already goes
    /// on, and keeps its place.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: Work,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, BlockingError> {
        let Work {
            name,
            deadline,
            token,
        } = work;
        if deadline.has_passed() {
            return Err(BlockingError::Late);
        }
        let permit = {
            let _waiting = Counted::new(self.0.clone(), |pool| &pool.waiting);
            within(deadline, self.0.turns.clone().acquire_owned()).await
        };
        // One that comes when the time is over is for the next in line.
        let permit = permit.and_then(Result::ok);
        let Some(permit) = permit.filter(|_| !deadline.has_passed()) else {
            self.refused(name);
            return Err(BlockingError::NoTurn);
        };
        let place = Place {
            _busy: Counted::new(self.0.clone(), |pool| &pool.busy),
            _permit: permit,
        };
        let run = Run::new(name, self.0.lost.clone());
        let (sender, receiver) = oneshot::channel();
        let (runtime, span, limit) = (
            Handle::current(),
            tracing::Span::current(),
            Limit {
                deadline,
                token,
                run: run.clone(),
            },
        );
        let mine = run.clone();
        let job = move || {
            // Given back last of all.
            let _place = place;
            let _runtime = runtime.enter();
            // What nobody waits for any more is not begun, but dropped.
            let work = AssertUnwindSafe(|| {
                mine.begins()
                    .then_some(f)
                    .map(|f| span.in_scope(|| limit.during(f)))
            });
            let result = catch_unwind(work);
            mine.ended();
            // A result that nobody takes is a value of the user's, whose destructor may panic.
            let result = result.and_then(|value| value.ok_or_else(|| Box::new(TimeIsOver) as _));
            let _ = catch_unwind(AssertUnwindSafe(|| drop(sender.send(result))));
        };
        if let Err(error) = self.0.threads.run(Box::new(job)) {
            tracing::error!(target: "punctual", work = name, %error, "no thread could be started");
            return Err(BlockingError::NoTurn);
        }
        let _lost_if_dropped = Waiter(run);
        match receiver.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(payload)) if payload.is::<TimeIsOver>() => Err(BlockingError::Late),
            Ok(Err(payload)) => resume_unwind(payload),
            Err(_) => Err(BlockingError::Panicked),
        }
    }
}

impl fmt::Debug for BlockingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.usage().fmt(f)
    }
}

/// What a piece of work holds while it runs.
struct Place {
    _busy: Counted,
    _permit: OwnedSemaphorePermit,
}

/// Counts itself while it is there.
struct Counted {
    pool: Arc<Pool>,
    counter: fn(&Pool) -> &AtomicUsize,
}

impl Counted {
    fn new(pool: Arc<Pool>, counter: fn(&Pool) -> &AtomicUsize) -> Self {
        counter(&pool).fetch_add(1, SeqCst);
        Self { pool, counter }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.counter)(&self.pool).fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn work(timeout: Duration) -> Work {
        Work {
            name: "Page",
            deadline: Deadline::after(timeout),
            token: CancellationToken::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_comes_when_the_time_is_over_is_none() {
        let second = Duration::from_secs(1);
        let pool = BlockingPool::new(1);
        let turns = pool.0.turns.clone();
        let taken = turns.acquire_owned().await.expect("it is open");
        tokio::spawn(async move {
            tokio::time::sleep(second).await;
            drop(taken);
        });
        let result = pool.run(work(second), || ()).await;
        assert!(matches!(result, Err(BlockingError::NoTurn)), "{result:?}");
        assert_eq!(pool.usage().waiting, 0);
        assert_eq!(pool.0.turns.available_permits(), 1);
        // One whose time is over before it waits is late, and no thread is missing.
        let result = pool.run(work(Duration::ZERO), || ()).await;
        assert!(matches!(result, Err(BlockingError::Late)), "{result:?}");
    }
}
