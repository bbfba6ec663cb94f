//! Work for after the response: how much of it a site has, and how long it may take.

use crate::{record::RequestRecord, user_runtime::UserRuntime};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tracing::Instrument as _;

/// How many there are at once, where the site does not say.
pub(crate) const DEFAULT_LIMIT: usize = 1_000;

/// How long each may take, where the site does not say: as long as a site that is stopped waits.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// What runs when a response is over.
pub(crate) type Work = Box<dyn FnOnce(RequestRecord) -> BoxFuture<'static, ()> + Send>;

/// What a site does after its responses: the work of [`Tasks::after_response`](crate::Tasks::after_response), to be watched and
/// awaited. [`Site::after_response`](crate::Site::after_response) gives it.
///
/// It is bounded in number ([`SiteBuilder::after_response_limit`](crate::SiteBuilder::after_response_limit), default: 1,000
/// that wait or run) and in time
/// ([`SiteBuilder::after_response_timeout`](crate::SiteBuilder::after_response_timeout), default: 30 s each).
/// [`Site::serve`](crate::Site::serve) waits for it before it is done, as long as each may take; a service
/// that serves the router itself awaits [`drained`](Self::drained).
///
/// ```
/// # use punctual::{Site, prelude::*};
/// # #[page(async, path = "/")]
/// # fn HomePage() -> impl IntoView {}
/// # async fn serve(router: axum::Router) {}
/// # async fn example() -> Result<(), punctual::BuildError> {
/// let site = Site::builder().pages(pages![HomePage]).build()?;
/// let after = site.after_response();
/// serve(site.into_router()).await; // a server of your own, until it is stopped
/// println!("{} still to be done", after.usage().waiting + after.usage().running);
/// after.drained().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AfterResponse(Arc<Pool>);

struct Pool {
    limit: usize,
    timeout: Duration,
    user: UserRuntime,
    state: Mutex<AfterResponseUsage>,
    idle: Notify,
}

/// What the work after responses does at one moment, and what has become of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AfterResponseUsage {
    /// How many wait for their response to be over.
    pub waiting: usize,
    /// How many run.
    pub running: usize,
    /// How many have ended by themselves.
    pub completed: u64,
    /// How many were stopped at their limit.
    pub late: u64,
    /// How many panicked.
    pub panicked: u64,
    /// How many were not taken, because there were as many as there may be.
    pub refused: u64,
    /// How many were taken and never ran to their end, because the program stopped.
    pub lost: u64,
}

/// Why something cannot run after the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AfterResponseError {
    /// The site has as much of it as it may.
    #[error(
        "{limit} pieces of work wait or run after responses, and there may not be more: do this one now, or raise `after_response_limit`"
    )]
    Full {
        /// How many there may be.
        limit: usize,
    },
    /// The response is over.
    #[error("the response is over: do the work at once")]
    Closed,
}

/// Work with its place among the others.
pub(crate) struct Reserved {
    work: Work,
    place: Place,
}

impl AfterResponse {
    pub(crate) fn new(limit: usize, timeout: Duration, user: UserRuntime) -> Self {
        Self(Arc::new(Pool {
            limit,
            timeout,
            user,
            state: Mutex::default(),
            idle: Notify::new(),
        }))
    }

    /// What it does now.
    #[must_use]
    pub fn usage(&self) -> AfterResponseUsage {
        *self.0.state()
    }

    /// Ends when nothing waits or runs. It has no limit of its own: each piece of work has one, but a response that is not
    /// over keeps what waits for it.
    pub async fn drained(&self) {
        loop {
            let mut told = std::pin::pin!(self.0.idle.notified());
            told.as_mut().enable();
            let usage = self.usage();
            if usage.waiting + usage.running == 0 {
                return;
            }
            told.await;
        }
    }

    /// How long each piece of work may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
    }

    /// Keeps a place for it.
    pub(crate) fn reserve(&self, work: Work) -> Result<Reserved, AfterResponseError> {
        let mut state = self.0.state();
        if state.waiting + state.running >= self.0.limit {
            state.refused += 1;
            let limit = self.0.limit;
            return Err(AfterResponseError::Full { limit });
        }
        state.waiting += 1;
        drop(state);
        let place = Place {
            pool: self.0.clone(),
            runs: false,
            end: End::Lost,
        };
        Ok(Reserved { work, place })
    }
}

impl Default for AfterResponse {
    fn default() -> Self {
        Self::new(DEFAULT_LIMIT, DEFAULT_TIMEOUT, UserRuntime::default())
    }
}

impl Reserved {
    /// The response is over: runs it in a task of its own.
    pub(crate) fn run(self, record: RequestRecord) {
        let Self { work, mut place } = self;
        let page = record.page;
        let Some(runtime) = place.pool.user.handle() else {
            tracing::error!(target: "punctual", page, "work for after the response is lost: the program stops");
            return;
        };
        place.begin();
        let run = async move {
            let timeout = place.pool.timeout;
            let work = AssertUnwindSafe(async move { work(record).await }).catch_unwind();
            let end = match tokio::time::timeout(timeout, work).await {
                Ok(Ok(())) => End::Completed,
                Ok(Err(_)) => {
                    tracing::error!(target: "punctual", page, "work after the response panicked");
                    End::Panicked
                }
                Err(_) => {
                    tracing::warn!(target: "punctual", page, ?timeout, "work after the response was stopped at its limit");
                    End::Late
                }
            };
            place.ended(end);
        };
        runtime.spawn(run.in_current_span());
    }

    /// The response is over already, and somebody is told so.
    pub(crate) fn give_back(mut self) {
        self.place.ended(End::GivenBack);
    }
}

#[derive(Clone, Copy)]
enum End {
    Completed,
    Late,
    Panicked,
    Lost,
    GivenBack,
}

/// One of those that there may be.
struct Place {
    pool: Arc<Pool>,
    runs: bool,
    end: End,
}

impl Place {
    fn begin(&mut self) {
        self.runs = true;
        let mut state = self.pool.state();
        state.waiting -= 1;
        state.running += 1;
    }

    fn ended(&mut self, end: End) {
        self.end = end;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        match self.runs {
            true => state.running -= 1,
            false => state.waiting -= 1,
        }
        match self.end {
            End::Completed => state.completed += 1,
            End::Late => state.late += 1,
            End::Panicked => state.panicked += 1,
            End::Lost => state.lost += 1,
            End::GivenBack => {}
        }
        let idle = state.waiting + state.running == 0;
        drop(state);
        if idle {
            self.pool.idle.notify_waiters();
        }
    }
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, AfterResponseUsage> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AfterResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AfterResponse").field(&self.usage()).finish()
    }
}
