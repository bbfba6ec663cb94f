//! Keeps Tokio's clock going while user code blocks a worker thread.
//!
//! One worker of a runtime waits for timers and sockets, the others wait for that one to wake them. A
//! worker that a timer has woken for a single task wakes nobody: if that task blocks its thread, no
//! timer fires until it returns, although other workers have nothing to do. A thread outside the
//! runtime looks now and then whether a worker is busy, and hands the runtime an empty task then. That wakes one of the others,
//! which then waits for timers and sockets in its place. (Tokio's own remedy, an eager hand-over, is unstable.)

use crate::{deadline::turn, user_runtime::UserRuntime};
use std::{
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor, RuntimeMetrics},
    sync::Notify,
};

/// How often the runtime is asked how late it is. Where a worker is awake, the thread looks at half of it as well.
pub(crate) const PERIOD: Duration = Duration::from_millis(10);

/// How long it looks away when no worker has been awake since the last look: to look is most of what a site costs that waits. Then one that is
/// awake is looked at again after a quarter of a period. So who blocks a worker is seen within less than the grace of a response, which
/// is what that may add to its end.
const AWAY: Duration = Duration::from_millis(15);

/// For how many beats it goes on when nothing is in flight. To wake the thread costs more than some beats, and on a site with
/// short pages there are many moments without any.
const AWAKE: u32 = 100;

/// With at least so many requests in a beat, the runtime keeps a timer that is near.
const MANY: usize = 4;

/// The thread of one site; it sleeps when no request has been in flight for a second.
#[derive(Default)]
pub(crate) struct Heartbeat {
    in_flight: InFlight,
    thread: OnceLock<Option<JoinHandle<()>>>,
    listener: Option<Listener>,
    user: UserRuntime,
}

/// Is told at each beat; `None` when nothing has been in flight since the last one.
type Listener = Arc<dyn Fn(Option<Look>) + Send + Sync>;

/// How late the runtime is with what is ready to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// A task has waited for its turn for that long.
    pub(crate) delay: Duration,
    /// It has had its turn; else it still waits.
    pub(crate) had_turn: bool,
}

impl Look {
    /// Of a runtime whose workers have all had nothing to do just now.
    const IDLE: Self = Self {
        delay: Duration::ZERO,
        had_turn: true,
    };
}

/// How many requests of a site are in flight.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Count>);

#[derive(Default)]
struct Count {
    requests: AtomicUsize,
    none: Notify,
    /// How many there have been since the last beat.
    begun: AtomicUsize,
    /// The thread sleeps until it is woken.
    sleeps: AtomicBool,
}

/// Keeps it beating. See [`Heartbeat::enter`].
pub(crate) struct Beat(InFlight);

impl InFlight {
    /// How many there are.
    pub(crate) fn requests(&self) -> usize {
        self.0.requests.load(Ordering::SeqCst)
    }

    /// Ends when there is none.
    pub(crate) async fn none(&self) {
        loop {
            let mut told = std::pin::pin!(self.0.none.notified());
            told.as_mut().enable();
            if self.0.requests.load(Ordering::SeqCst) == 0 {
                return;
            }
            told.await;
        }
    }
}

impl Heartbeat {
    /// One for this runtime, that tells at each beat how late it is with what is ready to run.
    pub(crate) fn telling(
        user: UserRuntime,
        listener: impl Fn(Option<Look>) + Send + Sync + 'static,
    ) -> Self {
        let mut heartbeat = Self::default();
        heartbeat.user = user;
        heartbeat.listener = Some(Arc::new(listener));
        heartbeat
    }

    /// A request has begun; it ends when the `Beat` is dropped.
    pub(crate) fn enter(&self) -> Beat {
        let before = self.in_flight.0.requests.fetch_add(1, Ordering::SeqCst);
        self.in_flight.0.begun.fetch_add(1, Ordering::Relaxed);
        let thread = self.thread.get_or_init(|| {
            start(
                &self.user,
                Arc::downgrade(&self.in_flight.0),
                self.listener.clone(),
            )
        });
        if before == 0
            && self.in_flight.0.sleeps.load(Ordering::SeqCst)
            && let Some(thread) = thread
        {
            thread.thread().unpark();
        }
        Beat(self.in_flight.clone())
    }

    pub(crate) fn in_flight(&self) -> InFlight {
        self.in_flight.clone()
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        let Self(InFlight(count)) = self;
        if count.requests.fetch_sub(1, Ordering::SeqCst) == 1 {
            count.none.notify_waiters();
        }
    }
}

impl Drop for Heartbeat {
    /// Wakes the thread, so that it sees that the site is gone.
    fn drop(&mut self) {
        // The count is dropped before, else the thread would find it and sleep again.
        self.in_flight = InFlight::default();
        if let Some(Some(thread)) = self.thread.get() {
            thread.thread().unpark();
        }
    }
}

/// Starts the thread, at the first request. On a runtime with one thread nobody could step in.
fn start(
    user: &UserRuntime,
    in_flight: Weak<Count>,
    listener: Option<Listener>,
) -> Option<JoinHandle<()>> {
    let runtime = user.handle()?;
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return None;
    }
    let mut probe = Probe::default();
    let mut workers = Workers::of(&runtime);
    let beat = move || {
        let mut idle = 0_u32;
        // For how long nothing has been told, and whether it has looked away.
        let (mut untold, mut was_away) = (Duration::ZERO, false);
        while let Some(count) = in_flight.upgrade() {
            // On a site with short pages there may be none at this moment.
            let begun = count.begun.swap(0, Ordering::Relaxed);
            let is_busy = workers.are_busy();
            let look = if begun > 0 || count.requests.load(Ordering::SeqCst) > 0 {
                idle = 0;
                Some(match is_busy || probe.waits() {
                    true => probe.beat(&runtime),
                    false => {
                        probe.clear();
                        Look::IDLE
                    }
                })
            } else {
                idle = idle.saturating_add(1);
                None
            };
            if let Some(listener) = &listener {
                // Where it has looked away, there was nothing to see.
                while untold >= PERIOD * 2 {
                    listener(look.map(|_| Look::IDLE));
                    untold -= PERIOD;
                }
                listener(look);
                untold = untold.saturating_sub(PERIOD);
            }
            if begun >= MANY {
                keep_a_timer_near(&runtime);
            }
            if idle < AWAKE {
                drop(count);
                // To wake this thread is most of what it costs.
                if workers.are_asleep() {
                    was_away = workers.have_rested;
                    let pause = if was_away { AWAY } else { PERIOD };
                    untold += pause;
                    std::thread::sleep(pause);
                    continue;
                }
                let soon = if std::mem::take(&mut was_away) { 4 } else { 2 };
                untold += PERIOD;
                std::thread::sleep(PERIOD / soon);
                if workers.are_busy() {
                    runtime.spawn(std::future::ready(()));
                }
                std::thread::sleep(PERIOD - PERIOD / soon);
                continue;
            }
            // Who comes between these two lines sees that it sleeps, or is seen.
            count.sleeps.store(true, Ordering::SeqCst);
            let is_idle = count.requests.load(Ordering::SeqCst) == 0;
            drop(count);
            if is_idle {
                // With a limit, because the last request may end after the site.
                std::thread::park_timeout(Duration::from_secs(1));
            }
            if let Some(count) = in_flight.upgrade() {
                count.sleeps.store(false, Ordering::SeqCst);
            }
        }
    };
    match std::thread::Builder::new()
        .name("punctual-heartbeat".to_owned())
        .spawn(beat)
    {
        Ok(thread) => Some(thread),
        Err(error) => {
            tracing::error!(target: "punctual", %error, "no thread for the heartbeat: a page that blocks a thread may hold up others");
            None
        }
    }
}

/// A timer that is earlier than all others wakes the thread that waits for timers. Each request has one, for its deadline; with this
/// one before it, it is never the first. (That this one fires costs a wake as well, so it has to be for several.)
fn keep_a_timer_near(runtime: &Handle) {
    // It is made in there, because outside it finds no clock.
    runtime.spawn(async { tokio::time::sleep(PERIOD * 2).await });
}

/// Sees whether the workers of a runtime are busy.
struct Workers {
    metrics: RuntimeMetrics,
    /// How often each had gone to sleep and been woken, at the last look.
    seen: Vec<Option<u64>>,
    /// Between the last two looks all of them have slept.
    have_rested: bool,
}

impl Workers {
    fn of(runtime: &Handle) -> Self {
        let metrics = runtime.metrics();
        let seen = vec![None; metrics.num_workers()];
        Self {
            metrics,
            seen,
            have_rested: false,
        }
    }

    /// Whether all of them slept at the last look.
    fn are_asleep(&self) -> bool {
        // It is odd while one sleeps.
        let mut seen = self.seen.iter();
        seen.all(|seen| seen.is_some_and(|seen| seen % 2 == 1))
    }

    /// Whether one of them has been awake all the time since the last look. One that has slept had nothing to do then, and there was
    /// nothing that it could have taken from others.
    fn are_busy(&mut self) -> bool {
        let (mut are_busy, mut have_rested) = (false, true);
        for (worker, seen) in self.seen.iter_mut().enumerate() {
            let now = changes(&self.metrics, worker);
            // It is odd while one sleeps.
            let is_awake = now.is_none_or(|now| now % 2 == 0);
            let is_as_before = now.is_none() || *seen == now;
            are_busy |= is_awake && is_as_before;
            have_rested &= !is_awake && is_as_before;
            *seen = now;
        }
        self.have_rested = have_rested;
        are_busy
    }
}

/// How often a worker has gone to sleep and been woken, where Tokio counts that.
#[cfg(target_has_atomic = "64")]
fn changes(metrics: &RuntimeMetrics, worker: usize) -> Option<u64> {
    Some(metrics.worker_park_unpark_count(worker))
}

#[cfg(not(target_has_atomic = "64"))]
fn changes(_: &RuntimeMetrics, _: usize) -> Option<u64> {
    None
}

/// Finds out how long a task that is ready to run waits for its turn.
#[derive(Default)]
struct Probe {
    /// Since when one waits.
    sent: Option<Instant>,
    /// In nanoseconds, and one more, how long it has waited; zero while it does.
    waited: Arc<AtomicU64>,
    delay: Duration,
}

/// Says how long a task has waited, when that is dropped.
struct HadTurn {
    sent: Instant,
    waited: Arc<AtomicU64>,
}

impl Drop for HadTurn {
    fn drop(&mut self) {
        let nanoseconds = u64::try_from(self.sent.elapsed().as_nanos()).unwrap_or(u64::MAX - 1);
        self.waited.store(nanoseconds + 1, Ordering::Release);
    }
}

impl Probe {
    /// Whether a task has not had its turn yet.
    fn waits(&self) -> bool {
        self.sent.is_some() && self.waited.load(Ordering::Acquire) == 0
    }

    /// What it has found out is over.
    fn clear(&mut self) {
        self.sent = None;
        self.waited.store(0, Ordering::Release);
    }

    /// Gives the runtime a task, and says how long the last one has waited, or waits until now.
    fn beat(&mut self, runtime: &Handle) -> Look {
        let now = Instant::now();
        let waited = self.waited.load(Ordering::Acquire);
        if let Some(sent) = self.sent.filter(|_| waited == 0) {
            self.delay = self.delay.max(now - sent);
            runtime.spawn(std::future::ready(()));
            return Look {
                delay: self.delay,
                had_turn: false,
            };
        }
        self.delay = Duration::from_nanos(waited.saturating_sub(1));
        self.waited.store(0, Ordering::Release);
        self.sent = Some(now);
        // If the runtime is gone, nothing waits there.
        let had_turn = HadTurn {
            sent: now,
            waited: self.waited.clone(),
        };
        runtime.spawn(async move {
            // What comes from outside is run first. Behind all others of its worker it sees how long their line is.
            turn().await;
            drop(had_turn);
        });
        Look {
            delay: self.delay,
            had_turn: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn timers_fire_while_a_worker_is_blocked() {
        let heartbeat = Heartbeat::default();
        let beat = heartbeat.enter();
        let task = tokio::spawn(async {
            let start = std::time::Instant::now();
            // Both workers are idle until the timer wakes one of them for the task that blocks.
            let blocks = tokio::spawn(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                std::thread::sleep(Duration::from_secs(2));
            });
            tokio::time::sleep(Duration::from_millis(200)).await;
            drop(blocks);
            start.elapsed()
        });
        assert!(task.await.expect("no panic") < Duration::from_millis(1500));
        drop(beat);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_worker_is_busy_that_has_not_slept() {
        let runtime = Handle::current();
        let seen = std::thread::spawn(move || {
            let mut workers = Workers::of(&runtime);
            let mut look = || {
                std::thread::sleep(Duration::from_millis(50));
                workers.are_busy()
            };
            look();
            let idle = look();
            runtime.spawn(async { std::thread::sleep(Duration::from_millis(500)) });
            look();
            let busy = look();
            (idle, busy, workers.have_rested)
        });
        let seen = tokio::task::spawn_blocking(|| seen.join());
        let seen = seen.await.ok().and_then(Result::ok);
        assert_eq!(seen, Some((false, true, false)));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_thread_ends_with_the_site() {
        let mut heartbeat = Heartbeat::default();
        drop(heartbeat.enter());
        let thread = heartbeat.thread.take().flatten().expect("it beats");
        heartbeat.thread.set(None).expect("it was taken");
        thread.thread().unpark();
        drop(heartbeat);
        let ended = tokio::task::spawn_blocking(|| thread.join());
        let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
        assert!(ended.is_ok_and(|joined| joined.is_ok_and(|ended| ended.is_ok())));
    }
}
