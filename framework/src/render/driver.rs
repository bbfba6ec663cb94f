//! The second step: the rest of the document, as it becomes known, until the deadline.

use super::{
    RequestGuard,
    document::Document,
    fill::{self, Filled, LeptosChunk},
    pipe::{Drained, Handover, PipeReader, PipeWriter, pipe},
    registry::{Job, Ready},
    scope::Scope,
    shell::{Segment, Shell},
};
use crate::{
    config::GRACE,
    deadline::Deadline,
    record::{LoadOutcome, Outcome},
};
use leptos::tachys::ssr::StreamChunk;
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::sleep_until,
};
use tracing::Instrument as _;

/// Whether something is missing in the document after its shell.
pub(crate) fn is_whole(guard: &mut RequestGuard, shell: &Shell) -> bool {
    shell.is_whole()
        && guard
            .rendering()
            .is_none_or(|rendering| rendering.registry().is_empty())
}

/// Sends the shell and starts the task that writes the rest. That task owns the request from now on.
pub(crate) fn drive(
    mut guard: RequestGuard,
    shell: Shell,
    handover: Handover,
    drain: Duration,
) -> PipeReader {
    let (writer, reader) = pipe(handover);
    let Some(scope) = guard.rendering().and_then(|rendering| rendering.scope()) else {
        return reader;
    };
    let Shell {
        first,
        rest,
        tail,
        late,
    } = shell;
    let mut driver = Driver {
        scope,
        document: Document::default(),
        segments: rest,
        hole: false,
        tail,
        open: BTreeMap::new(),
        parts: HashMap::new(),
        tasks: JoinSet::new(),
        timed_out: false,
        panicked: false,
        writer,
        guard,
    };
    driver.document.push(&first);
    driver.flush();
    let task = tokio::spawn(driver.run(late, drain).in_current_span());
    reader.with_driver(task.abort_handle())
}

/// A place whose content is missing.
struct Open {
    late: String,
    ready: Ready,
    after_loads: bool,
}

struct Driver {
    scope: Scope,
    document: Document,
    /// What stands in the shell behind a hole.
    segments: VecDeque<Segment>,
    /// Whether a task waits for the hole before them.
    hole: bool,
    tail: String,
    open: BTreeMap<u32, Open>,
    /// Which place a task renders.
    parts: HashMap<Id, u32>,
    tasks: JoinSet<Filled>,
    timed_out: bool,
    panicked: bool,
    writer: PipeWriter,
    /// Last, so that it is dropped last.
    guard: RequestGuard,
}

impl Driver {
    async fn run(mut self, late: Vec<StreamChunk>, drain: Duration) {
        let deadline = self.guard.core().deadline();
        self.spawn_leptos(late);
        self.advance();
        self.fill(deadline).await;
        self.finish();

        // What Leptos holds goes now, not when the visitor has read it all.
        let Self {
            writer,
            mut guard,
            panicked,
            timed_out,
            scope,
            tasks,
            ..
        } = self;
        drop((scope, tasks));
        guard.release(LoadOutcome::Cancelled);

        // What is left is the reader's to take, for a bounded time.
        if writer.drain(deadline, drain).await == Drained::Whole {
            guard.set_outcome(match (panicked, timed_out) {
                (true, _) => Outcome::Failed,
                (false, true) => Outcome::TimedOut,
                (false, false) => Outcome::Complete,
            });
        }
    }

    /// Writes what comes until nothing is missing or the deadline is there.
    async fn fill(&mut self, deadline: Deadline) {
        let mut clock = std::pin::pin!(sleep_until(deadline.instant()));
        loop {
            self.take_jobs();
            if self.tasks.is_empty() {
                return;
            }
            self.flush();
            // Only the record is left to be shown: loads that nobody waits for end now.
            if self.open.values().filter(|open| open.after_loads).count() == self.tasks.len() {
                self.guard.core().close(LoadOutcome::Cancelled);
            }
            tokio::select! {
                biased;
                () = &mut clock => break,
                Some(done) = self.tasks.join_next_with_id() => self.take(done),
            }
            self.take_done();
        }
        self.at_deadline(deadline).await;
    }

    /// A result that is there at the deadline counts: the others get a turn, then the results are
    /// looked at, and what is not there by then is late.
    async fn at_deadline(&mut self, deadline: Deadline) {
        tokio::task::yield_now().await;
        self.take_done();
        self.timed_out |=
            self.tasks.len() > self.open.values().filter(|open| open.after_loads).count();
        self.guard.core().close(LoadOutcome::Late);
        tokio::task::yield_now().await;
        self.take_done();
        let mut grace = std::pin::pin!(sleep_until(deadline.plus(GRACE).instant()));
        while !self.tasks.is_empty()
            && self
                .open
                .values()
                .any(|open| open.after_loads || open.ready.get())
        {
            tokio::select! {
                biased;
                () = &mut grace => break,
                Some(done) = self.tasks.join_next_with_id() => self.take(done),
            }
        }
        self.log_late();
    }

    /// Writes the end of the document: what stands behind the holes, the text of each late place,
    /// and the tail.
    fn finish(&mut self) {
        self.tasks.abort_all();
        let left = self
            .guard
            .rendering()
            .map(|rendering| rendering.registry().close())
            .unwrap_or_default();
        for segment in std::mem::take(&mut self.segments) {
            if let Segment::Html(html) = segment {
                self.document.push(&html);
            }
        }
        self.open
            .extend(left.iter().map(|job| (job.id, Open::of(job))));
        for (id, open) in std::mem::take(&mut self.open) {
            self.document.part(id, open.late);
        }
        self.document.push(&std::mem::take(&mut self.tail));
        self.flush();
        self.writer.end();
    }

    fn take_jobs(&mut self) {
        let jobs = self
            .guard
            .rendering()
            .map(|rendering| rendering.registry().take())
            .unwrap_or_default();
        for job in jobs {
            let id = job.id;
            self.open.insert(id, Open::of(&job));
            let task = self.tasks.spawn(fill::part(job).in_current_span());
            self.parts.insert(task.id(), id);
        }
    }

    fn take_done(&mut self) {
        while let Some(done) = self.tasks.try_join_next_with_id() {
            self.take(done);
        }
    }

    fn take(&mut self, done: Result<(Id, Filled), JoinError>) {
        match done {
            Ok((task, filled)) => {
                self.parts.remove(&task);
                self.write(filled);
            }
            // Its panics are contained, so what ends a task this way is a panic in a destructor.
            Err(error) => {
                self.panicked = true;
                if let Some(id) = self.parts.remove(&error.id()) {
                    self.write_late(id);
                }
            }
        }
        if let Some(title) = self
            .guard
            .rendering()
            .and_then(|rendering| rendering.head().take_late_title())
        {
            self.document.title(&title);
        }
    }

    fn write(&mut self, filled: Filled) {
        match filled {
            Filled::Part {
                id,
                html,
                late,
                panicked,
            } => {
                self.open.remove(&id);
                self.document.part(id, html);
                self.panicked |= panicked;
                self.spawn_leptos(late);
            }
            Filled::Late { id } => {
                self.timed_out = true;
                self.write_late(id);
            }
            Filled::Leptos { html, rest } => {
                self.document.push(&html);
                if let Some(rest) = rest {
                    self.tasks
                        .spawn(rest.fill(self.scope.clone()).in_current_span());
                }
            }
            Filled::Hole {
                segments,
                late,
                panicked,
            } => {
                self.panicked |= panicked;
                for segment in segments.into_iter().rev() {
                    self.segments.push_front(segment);
                }
                self.hole = false;
                self.spawn_leptos(late);
                self.advance();
            }
            Filled::Nothing => self.panicked = true,
        }
    }

    fn write_late(&mut self, id: u32) {
        if let Some(open) = self.open.remove(&id) {
            self.document.part(id, open.late);
        }
    }

    /// Writes the shell up to the next hole.
    fn advance(&mut self) {
        while !self.hole {
            match self.segments.pop_front() {
                Some(Segment::Html(html)) => self.document.push(&html),
                Some(Segment::Hole(hole)) => {
                    self.hole = true;
                    self.tasks
                        .spawn(fill::hole(self.scope.clone(), hole).in_current_span());
                }
                None => return,
            }
        }
    }

    fn spawn_leptos(&mut self, late: Vec<StreamChunk>) {
        for chunk in late {
            let fill = LeptosChunk::new(chunk).fill(self.scope.clone());
            self.tasks.spawn(fill.in_current_span());
        }
    }

    fn flush(&mut self) {
        if let Some(chunk) = self.document.take() {
            self.writer.push(chunk);
        }
    }

    fn log_late(&self) {
        let missing = self.tasks.len();
        if missing > 0 {
            let record = self.guard.core().recorder().snapshot();
            let loads: Vec<_> = record
                .loads
                .iter()
                .filter(|load| load.outcome == Some(LoadOutcome::Late))
                .map(|load| load.name)
                .collect();
            tracing::warn!(
                target: "punctual",
                page = record.page, path = record.path, missing, late = ?loads,
                "parts of the page were late"
            );
        }
    }
}

impl Open {
    fn of(job: &Job) -> Self {
        Self {
            late: job.late.clone(),
            ready: job.ready.clone(),
            after_loads: job.after_loads,
        }
    }
}
