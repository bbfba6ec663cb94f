use super::{LoadKind, LoadOutcome, LoadRecord, Outcome, RequestRecord};
use http::{Method, StatusCode};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Writes the [`RequestRecord`] of one request: an argument of pages and loaders.
///
/// Put [`settled`](Self::settled) into `<Resolve>` to show what the page's loads took.
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    page: &'static str,
    arrived: Instant,
    state: Mutex<State>,
    /// Told whenever no load runs any more, and at the end.
    settled: Notify,
}

struct State {
    record: RequestRecord,
    running: usize,
    /// Nothing more is started; what was asked for has ended or was cancelled.
    closed: bool,
    /// Something of the page was late, or panicked.
    late: bool,
    panicked: bool,
    /// A place shows that its data failed.
    failed: bool,
    /// The loads, by their places in the record, whose tasks are still there.
    #[cfg(feature = "testing")]
    held: std::collections::BTreeSet<usize>,
}

impl Recorder {
    pub(crate) fn new(page: &'static str, method: Method, path: &str, timeout: Duration) -> Self {
        let record = RequestRecord {
            method,
            ..RequestRecord::new(page, path, timeout)
        };
        Self(Arc::new(Inner {
            page,
            arrived: Instant::now(),
            state: Mutex::new(State {
                record,
                running: 0,
                closed: false,
                late: false,
                panicked: false,
                failed: false,
                #[cfg(feature = "testing")]
                held: std::collections::BTreeSet::new(),
            }),
            settled: Notify::new(),
        }))
    }

    /// What has happened so far.
    #[must_use]
    pub fn snapshot(&self) -> RequestRecord {
        self.state().record.clone()
    }

    /// The record as of the time when every load has ended, for `<Resolve data=..>`.
    ///
    /// It is there at the page's deadline at the latest: loads that run then are cancelled and
    /// stand in it as late. Loads whose value no part of the page waits for are cancelled when
    /// everything else is done.
    #[must_use]
    pub fn settled(&self) -> Settled {
        Settled(self.clone())
    }

    pub(crate) fn page(&self) -> &'static str {
        self.0.page
    }

    pub(crate) fn arrived(&self) -> Instant {
        self.0.arrived
    }

    pub(crate) fn load_requested(&self, name: &'static str) -> LoadEntry {
        self.enter(name, LoadKind::Loader)
    }

    pub(crate) fn task_registered(&self, name: &'static str) -> LoadEntry {
        self.enter(name, LoadKind::Task)
    }

    fn enter(&self, name: &'static str, kind: LoadKind) -> LoadEntry {
        let requested = self.0.arrived.elapsed();
        let mut state = self.state();
        let index = state.record.loads.len();
        state.running += 1;
        let mut record = LoadRecord::new(name, requested);
        record.kind = kind;
        state.record.loads.push(record);
        #[cfg(feature = "testing")]
        state.held.insert(index);
        LoadEntry {
            recorder: self.clone(),
            index,
        }
    }

    /// Marks every load that runs as ended; later reports of theirs change nothing.
    pub(crate) fn close_loads(&self, outcome: LoadOutcome) {
        let mut state = self.state();
        state.closed = true;
        if state.running > 0 {
            let now = self.0.arrived.elapsed();
            state.running = 0;
            for load in &mut state.record.loads {
                if load.outcome.is_none() {
                    load.ended = Some(now);
                    load.outcome = Some(outcome);
                }
            }
        }
        drop(state);
        self.0.settled.notify_waiters();
    }

    /// The request had its place then.
    pub(crate) fn admitted(&self, at: Instant) {
        let after = at.saturating_duration_since(self.0.arrived);
        self.state().record.admitted = Some(after);
    }

    /// The page function is called now.
    pub(crate) fn called(&self) {
        let now = self.0.arrived.elapsed();
        self.state().record.called.get_or_insert(now);
    }

    pub(crate) fn decided(&self, status: StatusCode) {
        self.state().record.status = Some(status);
    }

    pub(crate) fn first_byte(&self, status: StatusCode) {
        let now = self.0.arrived.elapsed();
        let mut state = self.state();
        state.record.status = Some(status);
        state.record.first_byte.get_or_insert(now);
    }

    /// Notes that a place of the page shows what it shows when it is late.
    pub(crate) fn note_late(&self) {
        self.state().late = true;
    }

    /// Notes that user code of the page panicked.
    pub(crate) fn note_panic(&self) {
        self.state().panicked = true;
    }

    /// Notes that a place of the page shows that its data failed.
    pub(crate) fn note_failed(&self) {
        self.state().failed = true;
    }

    /// How a response ends that the visitor gets as a whole.
    pub(crate) fn outcome(&self) -> Outcome {
        let state = self.state();
        match (state.panicked, state.late) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::TimedOut,
            (false, false) => Outcome::Complete,
        }
    }

    /// Whether something of the page is missing that another visitor may get: a load has no value, a place
    /// was late, or something panicked.
    pub(crate) fn is_impaired(&self) -> bool {
        let state = self.state();
        let missing = |load: &LoadRecord| {
            !matches!(
                load.outcome,
                None | Some(LoadOutcome::Complete | LoadOutcome::Cancelled)
            )
        };
        state.late || state.panicked || state.failed || state.record.loads.iter().any(missing)
    }

    /// Notes the end of the request. Only the first call counts; `false` for the others.
    pub(crate) fn end(&self, outcome: Outcome) -> bool {
        let now = self.0.arrived.elapsed();
        let mut state = self.state();
        if state.record.outcome.is_some() {
            return false;
        }
        // A document that is not sent before all of it is there is sent now.
        if state.record.status.is_some() && outcome != Outcome::Disconnected {
            state.record.first_byte.get_or_insert(now);
        }
        state.record.outcome = Some(outcome);
        state.record.end = Some(now);
        drop(state);
        self.0.settled.notify_waiters();
        true
    }

    /// Whether the page, or a load of it, was late.
    pub(crate) fn was_late(&self) -> bool {
        let state = self.state();
        let is_late = |load: &LoadRecord| load.outcome == Some(LoadOutcome::Late);
        state.record.outcome == Some(Outcome::TimedOut) || state.record.loads.iter().any(is_late)
    }

    /// The loads whose tasks are still there, whatever the record says.
    #[cfg(feature = "testing")]
    pub(crate) fn held(&self) -> Vec<LoadRecord> {
        let state = self.state();
        let loads = &state.record.loads;
        let held = state.held.iter().filter_map(|index| loads.get(*index));
        held.cloned().collect()
    }

    /// Ends when the end of the request is noted.
    #[cfg(feature = "testing")]
    pub(crate) async fn ended(&self) {
        loop {
            let mut told = std::pin::pin!(self.0.settled.notified());
            told.as_mut().enable();
            if self.state().record.outcome.is_some() {
                return;
            }
            told.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_settled(&self) -> bool {
        let state = self.state();
        state.closed || state.running == 0
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recorder")
            .field(&self.state().record)
            .finish()
    }
}

/// The record of a request, once every load has ended. See [`Recorder::settled`].
#[derive(Clone, Debug)]
pub struct Settled(Recorder);

impl Settled {
    pub(crate) async fn wait(self) -> RequestRecord {
        loop {
            let mut told = std::pin::pin!(self.0.0.settled.notified());
            told.as_mut().enable();
            if self.0.is_settled() {
                return self.0.snapshot();
            }
            told.await;
        }
    }
}

/// The line of one load in the record. Dropped before its end was noted, it notes a cancelled or a
/// panicked load.
pub(crate) struct LoadEntry {
    recorder: Recorder,
    index: usize,
}

impl LoadEntry {
    pub(crate) fn rename(&self, name: &'static str) {
        if let Some(load) = self.recorder.state().record.loads.get_mut(self.index) {
            load.name = name;
        }
    }

    /// How it ended, if it has.
    pub(crate) fn outcome(&self) -> Option<LoadOutcome> {
        self.recorder.state().record.loads.get(self.index)?.outcome
    }

    pub(crate) fn started(&self) {
        let now = self.recorder.0.arrived.elapsed();
        if let Some(load) = self.recorder.state().record.loads.get_mut(self.index) {
            load.started.get_or_insert(now);
        }
    }

    pub(crate) fn ended(&self, outcome: LoadOutcome) {
        let now: Duration = self.recorder.0.arrived.elapsed();
        let mut state = self.recorder.state();
        let Some(load) = state.record.loads.get_mut(self.index) else {
            return;
        };
        if load.outcome.is_some() {
            return;
        }
        load.ended = Some(now);
        load.outcome = Some(outcome);
        state.panicked |= outcome == LoadOutcome::Panicked;
        state.running = state.running.saturating_sub(1);
        if state.running == 0 {
            drop(state);
            self.recorder.0.settled.notify_waiters();
        }
    }
}

impl Drop for LoadEntry {
    fn drop(&mut self) {
        let panicked = std::thread::panicking();
        self.ended(if panicked {
            LoadOutcome::Panicked
        } else {
            LoadOutcome::Cancelled
        });
        #[cfg(feature = "testing")]
        self.recorder.state().held.remove(&self.index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder() -> Recorder {
        Recorder::new("Page", Method::GET, "/", Duration::from_secs(1))
    }

    #[tokio::test(start_paused = true)]
    async fn settles_when_the_last_load_has_ended() {
        let recorder = recorder();
        let (first, second) = (recorder.load_requested("a"), recorder.load_requested("b"));
        let waiting = tokio::spawn(recorder.settled().wait());
        tokio::time::sleep(Duration::from_millis(10)).await;
        first.started();
        first.ended(LoadOutcome::Complete);
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(!waiting.is_finished());
        drop(second);
        let record = waiting.await.expect("no panic");
        let ended: Vec<_> = record
            .loads
            .iter()
            .map(|load| (load.ended, load.outcome))
            .collect();
        let ms = |n| Some(Duration::from_millis(n));
        assert_eq!(ended[0], (ms(10), Some(LoadOutcome::Complete)));
        assert_eq!(ended[1], (ms(20), Some(LoadOutcome::Cancelled)));
    }

    #[tokio::test]
    async fn a_closed_record_ignores_late_reports() {
        let recorder = recorder();
        let load = recorder.load_requested("a");
        recorder.close_loads(LoadOutcome::Late);
        load.ended(LoadOutcome::Complete);
        drop(load);
        assert_eq!(
            recorder.snapshot().loads[0].outcome,
            Some(LoadOutcome::Late)
        );
        assert!(recorder.is_settled());
    }

    #[tokio::test]
    async fn ends_once() {
        let recorder = recorder();
        assert!(recorder.end(Outcome::TimedOut));
        assert!(!recorder.end(Outcome::Complete));
        assert_eq!(recorder.snapshot().outcome, Some(Outcome::TimedOut));
    }
}
