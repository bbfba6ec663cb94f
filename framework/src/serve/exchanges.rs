use super::limits::Times;
use crate::{deadline::Deadline, render::ConnectionControl};
use http::Version;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// The requests and responses of one connection, as far as its time depends on them.
///
/// The [`Socket`](super::socket::Socket) looks here for what it waits for and how long it may, while nothing comes or nothing goes.
pub(super) struct Exchanges {
    state: Mutex<State>,
    times: Times,
    /// Told when it is at rest, and when it is no longer.
    changed: Notify,
}

struct State {
    open: Vec<Open>,
    /// Tasks of HTTP/2: of its requests, and of what they have been upgraded to.
    tasks: usize,
    rest: Rest,
    /// Whether several exchanges may be open at once, and end in tasks of their own.
    is_shared: bool,
    /// The connection is about to be closed, if nothing is in progress.
    is_closing: bool,
    /// The task of the connection, to be woken when the last exchange ends.
    waker: Option<Waker>,
}

struct Open {
    control: Arc<ConnectionControl>,
    /// The body is gone; what is left of the response waits to be written.
    is_handed_over: bool,
}

/// What happens while no exchange is open.
#[derive(Clone, Copy)]
enum Rest {
    /// The head of a request comes, since then.
    Head(Instant),
    /// Nothing, since then.
    Idle(Instant),
    /// It is no longer HTTP, and somebody else's affair.
    Upgraded,
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Overdue {
    #[error("the head of a request did not come in time")]
    Head,
    #[error("no request came in time")]
    Idle,
    #[error("the visitor did not read the response in time")]
    Read,
}

impl Exchanges {
    /// Of a new connection: its time runs.
    pub(super) fn new(times: Times) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                open: Vec::new(),
                tasks: 0,
                rest: Rest::Head(Instant::now()),
                is_shared: false,
                is_closing: false,
                waker: None,
            }),
            times,
            changed: Notify::new(),
        })
    }

    /// The head of a request is there.
    pub(super) fn begin(self: &Arc<Self>, version: Version) -> Exchange {
        let control = Arc::<ConnectionControl>::default();
        let is_shared = version == Version::HTTP_2;
        let mut state = self.state();
        state.is_shared = is_shared;
        state.open.push(Open {
            control: control.clone(),
            is_handed_over: false,
        });
        drop(state);
        self.changed.notify_waiters();
        Exchange {
            exchanges: self.clone(),
            control,
            is_shared,
        }
    }

    /// A task of HTTP/2 begins, and ends when this is dropped.
    pub(super) fn begin_task(self: &Arc<Self>) -> Task {
        self.state().tasks += 1;
        Task(self.clone())
    }

    /// Whether it is to be expected that a request comes: its head has begun, or the connection is new.
    pub(super) fn expects_head(&self) -> bool {
        let state = self.state();
        state.is_at_rest() && matches!(state.rest, Rest::Head(_))
    }

    /// Ends when a request is in progress.
    pub(super) async fn in_use(&self) {
        self.rests(false).await;
    }

    /// Ends when none is.
    pub(super) async fn at_rest(&self) {
        self.rests(true).await;
    }

    async fn rests(&self, wanted: bool) {
        loop {
            let mut told = std::pin::pin!(self.changed.notified());
            told.as_mut().enable();
            if self.state().is_at_rest() == wanted {
                return;
            }
            told.await;
        }
    }

    /// Whether several requests may be in progress at once, which is so over HTTP/2.
    pub(super) fn is_shared(&self) -> bool {
        self.state().is_shared
    }

    /// From now on it counts what has come from the visitor although nobody has said so yet.
    pub(super) fn look_closely(&self) {
        self.state().is_closing = true;
    }

    /// Whether [`look_closely`](Self::look_closely) was called.
    pub(super) fn looks_closely(&self) -> bool {
        self.state().is_closing
    }

    /// Something has come from the visitor.
    pub(super) fn received(&self) {
        let mut state = self.state();
        // Over HTTP/2 there is more than requests, such as pings.
        if !state.is_shared && state.is_at_rest() && matches!(state.rest, Rest::Idle(_)) {
            state.rest = Rest::Head(Instant::now());
        }
    }

    /// The visitor's system has taken something.
    pub(super) fn sent(&self) {
        let state = self.state();
        if !state.is_shared {
            state.open.iter().for_each(|open| open.control.progress());
        }
    }

    /// It has taken everything there was.
    pub(super) fn flushed(&self) {
        let mut state = self.state();
        let before = state.open.len();
        state.open.retain(|open| !open.is_handed_over);
        if before > 0 && state.is_at_rest() {
            // The task of the connection is the one that flushes: nobody has to wake it.
            let _ = state.rest_if_idle();
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// Until when the connection may stay as it is: while nothing comes, and, if it is `blocked`, while the visitor takes
    /// nothing since then. The waker is that of its task.
    pub(super) fn limit(
        &self,
        blocked: Option<Instant>,
        waker: &Waker,
    ) -> Option<(Instant, Overdue)> {
        let mut state = self.state();
        let reading = if state.is_at_rest() {
            state.waker = None;
            match state.rest {
                Rest::Head(since) => Some((after(since, self.times.header), Overdue::Head)),
                Rest::Idle(since) => Some((after(since, self.times.idle), Overdue::Idle)),
                Rest::Upgraded => return None,
            }
        } else {
            let is_known = |known: &Waker| known.will_wake(waker);
            if state.is_shared && !state.waker.as_ref().is_some_and(is_known) {
                state.waker = Some(waker.clone());
            }
            None
        };
        // One visitor who reads nothing does not end the responses of others.
        let writing = blocked.map(|since| {
            let controls = state.open.iter().map(|open| &open.control);
            let cut = controls.map(|control| control.cut_at(since, self.times.write));
            let at = cut.max().unwrap_or_else(|| after(since, self.times.write));
            (at, Overdue::Read)
        });
        match (reading, writing) {
            (Some(reading), Some(writing)) => Some(if reading.0 < writing.0 {
                reading
            } else {
                writing
            }),
            (reading, writing) => reading.or(writing),
        }
    }

    pub(super) fn times(&self) -> &Times {
        &self.times
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_at_rest(&self) -> bool {
        self.open.is_empty() && self.tasks == 0
    }

    /// The last exchange has ended: the time for the next one begins. Gives the task that has to know.
    fn rest_if_idle(&mut self) -> Option<Waker> {
        if !self.is_at_rest() {
            return None;
        }
        if !matches!(self.rest, Rest::Upgraded) {
            self.rest = Rest::Idle(Instant::now());
        }
        self.waker.take()
    }
}

fn after(since: Instant, time: Duration) -> Instant {
    Deadline::since(since, time).instant()
}

/// A request and its response, until the body of that is gone.
pub(super) struct Exchange {
    exchanges: Arc<Exchanges>,
    control: Arc<ConnectionControl>,
    is_shared: bool,
}

impl Exchange {
    pub(super) fn control(&self) -> &Arc<ConnectionControl> {
        &self.control
    }

    /// Whether the connection has others at the same time.
    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// From now on the connection is no longer one of HTTP.
    pub(super) fn upgrade(&self) {
        if !self.is_shared {
            self.exchanges.state().rest = Rest::Upgraded;
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.exchanges.state();
            let is_this = |open: &Open| Arc::ptr_eq(&open.control, &self.control);
            if self.is_shared {
                state.open.retain(|open| !is_this(open));
                state.rest_if_idle()
            } else {
                if let Some(open) = state.open.iter_mut().find(|open| is_this(open)) {
                    open.is_handed_over = true;
                }
                None
            }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// See [`Exchanges::begin_task`].
pub(super) struct Task(Arc<Exchanges>);

impl Drop for Task {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.0.state();
            state.tasks -= 1;
            state.rest_if_idle()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    const SECOND: Duration = Duration::from_secs(1);

    fn exchanges() -> Arc<Exchanges> {
        Exchanges::new(Times {
            header: SECOND,
            idle: SECOND * 5,
            body: SECOND,
            write: SECOND * 2,
        })
    }

    fn limit(exchanges: &Exchanges, blocked: Option<Instant>) -> Option<(Instant, Overdue)> {
        exchanges.limit(blocked, Waker::noop())
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_has_time_from_the_beginning_and_later_ones_from_their_first_byte() {
        let exchanges = exchanges();
        let start = Instant::now();
        assert_eq!(
            limit(&exchanges, None),
            Some((start + SECOND, Overdue::Head))
        );
        let exchange = exchanges.begin(Version::HTTP_11);
        assert_eq!(limit(&exchanges, None), None);
        drop(exchange);
        exchanges.flushed();
        assert_eq!(
            limit(&exchanges, None),
            Some((start + SECOND * 5, Overdue::Idle))
        );
        tokio::time::advance(SECOND * 3).await;
        exchanges.received();
        assert_eq!(
            limit(&exchanges, None),
            Some((start + SECOND * 4, Overdue::Head))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_handed_over_is_over_when_it_is_flushed() {
        let exchanges = exchanges();
        let start = Instant::now();
        drop(exchanges.begin(Version::HTTP_11));
        assert_eq!(limit(&exchanges, None), None);
        assert_eq!(
            limit(&exchanges, Some(start)),
            Some((start + SECOND * 2, Overdue::Read))
        );
        exchanges.flushed();
        assert!(matches!(limit(&exchanges, None), Some((_, Overdue::Idle))));
    }

    #[tokio::test(start_paused = true)]
    async fn pings_do_not_begin_a_request() {
        let exchanges = exchanges();
        drop(exchanges.begin(Version::HTTP_2));
        exchanges.received();
        assert!(matches!(limit(&exchanges, None), Some((_, Overdue::Idle))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_no_longer_http_has_all_the_time() {
        let exchanges = exchanges();
        let exchange = exchanges.begin(Version::HTTP_11);
        exchange.upgrade();
        drop(exchange);
        exchanges.flushed();
        assert_eq!(limit(&exchanges, Some(Instant::now())), None);
    }
}
