//! How many pages are in flight, and who waits for a place.
//!
//! A site that takes all that comes is slow for everybody when more comes than it can do, and in the end for
//! nobody fast enough. So a page begins when there is a place for it, waits for one for a while, or is refused at once: 503, and
//! `Retry-After`. [`Admission`] says what the rules are.

mod drain;
mod gate;
mod machine;
mod pace;
mod standing;
mod turned_away;

pub(crate) use gate::Refused;
pub(crate) use machine::default_in_flight;
pub(crate) use pace::DEFAULT_DELAY;

use crate::{
    deadline::Deadline,
    heartbeat::{Look, PERIOD},
    seldom::Seldom,
};
use futures::future::BoxFuture;
use gate::{Arrival, Gate};
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

/// When a task has waited for its turn for so long, the runtime is busy.
const BUSY: Duration = PERIOD;

/// How long a page waits for its place at the longest, where the site does not say: after three seconds half of the visitors are
/// gone (DoubleClick by Google, "The need for mobile speed", 2016).
pub(crate) const DEFAULT_LONGEST_WAIT: Duration = Duration::from_secs(3);

/// The places of a site for pages in flight, and the line of those who wait for one.
///
/// **Who needs a place.** Every request for a page, and for an error page that the site renders. It keeps it until the body of its
/// response has ended. Files, plain routes, redirects to other spellings of an address and the health checks need none. A page is as much as its
/// `weight` (`#[page(weight = 4)]`, default 1) of the [limit](crate::SiteBuilder::max_in_flight).
///
/// **Who waits.** When there is no place, a request waits in line; the time that it waits is a part of the page's. It is refused at once when
/// the line is [full](crate::SiteBuilder::max_waiting), or when at the rate at which pages begin at present its turn would not come in time: before the
/// page's deadline, and before the [longest wait](crate::SiteBuilder::longest_wait). Who has left, or whose deadline has passed, is not started.
///
/// **The order** is that of arrival, as long as the line is that of a burst: it may be as long as can be worked off within the longest wait,
/// counted from when it began. A page of great weight holds up those behind it then, until there is room for it. A line that has stood for longer is no burst but overload: more comes than can be served, however long
/// it waits. (CoDel, [RFC 8289](https://www.rfc-editor.org/rfc/rfc8289), tells a burst from a standing queue in this way.) Then the newest is first, as [Facebook](https://queue.acm.org/detail.cfm?id=2839461)
/// does it, and nobody waits for longer than 50 ms (or until two places have become free, where that takes longer): the line is just long enough that no place stays
/// empty. So those who are admitted have their page about as fast as ever, and the others know in that time. It is over when
/// there has mostly been no line for half of the longest wait.
///
/// **The machine.** Pages that wait for others cost memory, which the limit bounds, and hardly anything else. Pages that compute
/// cost time of the processors, and no number says beforehand how many are too many. So the site measures how late its runtime is
/// with what is ready to run. When that is more than the [permitted delay](crate::SiteBuilder::scheduling_delay) for a tenth of a second, pages begin
/// at half the rate, and then at the rate at which the delay stays about there. (All deadlines are late by as much: who needs them to hold in overload, too, permits less.)
/// (Envoy's [adaptive concurrency](https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/adaptive_concurrency_filter)
/// and Netflix's [concurrency-limits](https://github.com/Netflix/concurrency-limits) take the time of a request as the measure. A page
/// whose catalog is slow today would have them refuse visitors that cost nothing.)
///
/// A plain Axum handler of [`SiteBuilder::routes`](crate::SiteBuilder::routes) takes it as an extractor, for example to report
/// its usage:
///
/// ```
/// use punctual::Admission;
///
/// async fn metrics(admission: Admission) -> String {
///     let usage = admission.usage();
///     format!("pages_in_flight {}\npages_waiting {}\npages_refused_total {}\n", usage.in_flight, usage.waiting, usage.refused)
/// }
/// # let _: axum::Router = axum::Router::new().route("/metrics", axum::routing::get(metrics));
/// ```
#[derive(Clone)]
pub struct Admission(Arc<Shared>);

struct Shared {
    gate: Mutex<Gate>,
    /// What the last look at the runtime has said.
    is_busy: AtomicBool,
    refused: Seldom,
}

/// What a site's admission is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The weight of the pages in flight.
    pub(crate) in_flight: usize,
    /// The number of those who wait.
    pub(crate) waiting: usize,
    pub(crate) longest_wait: Duration,
    /// How late the runtime may be before pages begin more slowly.
    pub(crate) delay: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        let in_flight = default_in_flight();
        Self {
            in_flight,
            waiting: in_flight,
            longest_wait: DEFAULT_LONGEST_WAIT,
            delay: Some(DEFAULT_DELAY),
        }
    }
}

/// How full a site is at one moment. See [`Admission`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdmissionUsage {
    /// The weight of pages that may be in flight.
    pub max_in_flight: usize,
    /// The weight of those that are.
    pub in_flight: usize,
    /// How many requests wait for their turn.
    pub waiting: usize,
    /// How many were admitted since the site began.
    pub admitted: u64,
    /// How many were refused since the site began.
    pub refused: u64,
    /// How late the runtime was when it was looked at last. Zero while no page is in flight, and on a runtime with one thread.
    pub delay: Duration,
    /// How many pages may begin in a second, while they begin more slowly because the runtime is late.
    pub paced: Option<u32>,
}

/// What comes of asking for a place.
pub(crate) enum Entering {
    Now(Result<Permit, Refused>),
    /// There is a line. Dropping the future leaves it.
    Waits(BoxFuture<'static, Result<Permit, Refused>>),
}

/// A page's place, given back when it is dropped.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    weight: usize,
    since: Instant,
}

impl Admission {
    pub(crate) fn new(limits: Limits) -> Self {
        Self(Arc::new(Shared {
            gate: Mutex::new(Gate::new(limits)),
            is_busy: AtomicBool::new(false),
            refused: Seldom::default(),
        }))
    }

    /// How full the site is now.
    #[must_use]
    pub fn usage(&self) -> AdmissionUsage {
        self.0.gate().usage()
    }

    /// Asks for a place.
    pub(crate) fn enter(
        &self,
        page: &'static str,
        weight: usize,
        deadline: Deadline,
        now: Instant,
    ) -> Entering {
        let arrival = self.0.gate().arrive(weight, deadline.instant(), now);
        match arrival {
            Arrival::Admitted => Entering::Now(Ok(Permit::new(&self.0, weight, now))),
            Arrival::Refused(refused) => Entering::Now(Err(self.refuse(page, refused))),
            Arrival::Waits {
                ticket,
                until,
                turn,
            } => {
                let place = InLine {
                    shared: self.0.clone(),
                    ticket,
                };
                let admission = self.clone();
                Entering::Waits(Box::pin(async move {
                    match admission.wait(place, until, turn).await {
                        Some(permit) => Ok(permit),
                        None => {
                            let refused = admission.0.gate().refuse(weight, Instant::now());
                            Err(admission.refuse(page, refused))
                        }
                    }
                }))
            }
        }
    }

    /// Tells the log of a page that finds no place. One that is late already is none.
    fn refuse(&self, page: &'static str, refused: Refused) -> Refused {
        if let Refused::Full { .. } = refused
            && let Some(count) = self.0.refused.say()
        {
            self.log(page, count);
        }
        refused
    }

    /// Tells the log how often pages were refused since it was told last, the last of them this one.
    fn log(&self, page: &'static str, count: usize) {
        let usage = self.usage();
        tracing::warn!(
            target: "punctual",
            last = page, count, in_flight = usage.in_flight, waiting = usage.waiting, delay = ?usage.delay,
            "the site is full: pages were refused"
        );
    }

    /// Waits in line; `None` when the time is over.
    async fn wait(
        &self,
        place: InLine,
        until: Instant,
        mut turn: oneshot::Receiver<Permit>,
    ) -> Option<Permit> {
        // In overload the newest is first, and may fit where the one before it did not.
        self.0.admit();
        let came = timeout_at(until, &mut turn).await;
        drop(place);
        let permit = match came {
            Ok(permit) => permit.ok(),
            // It may have come in this very moment.
            Err(_) => turn.try_recv().ok(),
        };
        // One that comes when the time is over is for the next in line.
        permit.filter(|_| Instant::now() < until)
    }

    /// Whether what is ready to run has to wait for its turn. Then others who have come are looked at before a page is made: else
    /// pages that compute would come and go one by one, and those who have to be refused would wait in the runtime, where
    /// nobody sees them.
    pub(crate) fn is_busy(&self) -> bool {
        self.0.is_busy.load(Relaxed)
    }

    /// When to come again, for who is refused for another reason.
    pub(crate) fn retry_after(&self) -> u32 {
        self.0.gate().retry_after(Instant::now())
    }

    /// Tells how late the runtime is, at each beat of the heartbeat; `None` when nothing was in flight.
    pub(crate) fn tick(&self, look: Option<Look>) {
        let is_busy = look.is_some_and(|look| look.delay >= BUSY);
        self.0.is_busy.store(is_busy, Relaxed);
        self.0.gate().tick(look);
        self.0.admit();
        // Those who were refused since the log was told, if nobody else is.
        if let Some(count) = self.0.refused.rest() {
            self.log("", count);
        }
    }
}

impl Shared {
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives places to those whose turn it is.
    fn admit(self: &Arc<Self>) {
        loop {
            let now = Instant::now();
            let next = self.gate().next(now);
            let Some((weight, turn)) = next else {
                return;
            };
            // Who has just left gives it back, so it is sent while the gate is not locked.
            let _ = turn.send(Permit::new(self, weight, now));
        }
    }
}

impl Permit {
    fn new(shared: &Arc<Shared>, weight: usize, now: Instant) -> Self {
        Self {
            shared: shared.clone(),
            weight,
            since: now,
        }
    }

    /// When it was given.
    pub(crate) fn since(&self) -> Instant {
        self.since
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = Instant::now();
        self.shared
            .gate()
            .release(self.weight, now.saturating_duration_since(self.since), now);
        self.shared.admit();
    }
}

/// A place in the line, which ends when this is dropped.
struct InLine {
    shared: Arc<Shared>,
    ticket: u64,
}

impl Drop for InLine {
    fn drop(&mut self) {
        let was_waiting = self.shared.gate().leave(self.ticket, Instant::now());
        // Who stood behind may fit where this one did not.
        if was_waiting {
            self.shared.admit();
        }
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.usage().fmt(f)
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("weight", &self.weight)
            .finish_non_exhaustive()
    }
}
