//! The second step: the rest of the document, as it becomes known, until the deadline.

mod end;

use super::{
    RequestGuard,
    document::Document,
    fill::{self, Filled, Progress},
    head::Unfinished,
    hydration::IslandNews,
    late_view::{self, LateChunks},
    no_script::Stream,
    pipe::{Handover, PipeReader, PipeWriter, pipe},
    registry::Job,
    scope::{Scope, drop_contained},
    shell::Shell,
};
use crate::{
    admission::Admission,
    config::Config,
    deadline::{Deadline, turn},
    record::{LoadOutcome, Outcome},
    user_runtime::UserRuntime,
};
use rustc_hash::FxHashMap;
use std::{borrow::Cow, collections::BTreeMap, time::Duration};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::sleep_until,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// Sends the shell and starts the task that writes the rest. That task owns the request from now on.
pub(crate) fn drive(
    mut guard: RequestGuard,
    shell: Shell,
    handover: Handover,
    config: &Config,
    stream: Option<Stream>,
) -> PipeReader {
    let (writer, reader) = pipe(handover);
    let Some(scope) = guard.rendering().and_then(|rendering| rendering.scope()) else {
        return reader;
    };
    let Shell {
        first,
        tail,
        late,
        islands,
        head,
    } = shell;
    let (order, scripts) = match guard.rendering() {
        Some(rendering) => (rendering.order(), rendering.scripts().clone()),
        None => Default::default(),
    };
    // In a box: a task keeps twice what it is given by value, and a page that waits is to be small.
    let mut driver = Box::new(Driver {
        scope,
        document: Document::new(order, scripts),
        tail,
        head,
        late: FxHashMap::default(),
        shown_late: Vec::new(),
        late_views: BTreeMap::new(),
        parts: FxHashMap::default(),
        views: FxHashMap::default(),
        islands: FxHashMap::default(),
        after_loads: Vec::new(),
        tasks: JoinSet::new(),
        progress: JoinSet::new(),
        unshown: BTreeMap::new(),
        has_left: false,
        stream,
        ending: config.ending.token().clone(),
        user: config.user.clone(),
        admission: config.admission.clone(),
        writer,
        guard,
    });
    driver.begin(first, late, islands);
    let task = tokio::spawn(driver.run(config.drain).in_current_span());
    reader.with_driver(task.abort_handle())
}

/// How many bytes may wait for the visitor to read them when progress is to be shown.
const UNREAD: usize = 64 * 1024;

/// A place whose content is missing.
struct Missing {
    name: &'static str,
    /// What stands there when it is late.
    late: String,
}

impl Missing {
    fn of(job: &mut Job) -> Self {
        Self {
            name: job.name,
            late: std::mem::take(&mut job.late),
        }
    }
}

struct Driver {
    scope: Scope,
    document: Document,
    tail: Cow<'static, str>,
    /// The beginning of a document of which nothing is sent before all is there.
    head: Option<Unfinished>,
    /// Each place whose content is missing.
    late: FxHashMap<u32, Missing>,
    /// The places that were late, and what they are called.
    shown_late: Vec<(u32, &'static str)>,
    /// What late views of Leptos show until they come.
    late_views: BTreeMap<u32, String>,
    /// Which place a task renders.
    parts: FxHashMap<Id, u32>,
    /// The same for late views of Leptos.
    views: FxHashMap<Id, u32>,
    /// Which island a task loads the data of.
    islands: FxHashMap<Id, usize>,
    /// Places for what is known when all loads have ended.
    after_loads: Vec<Job>,
    tasks: JoinSet<Filled>,
    /// What places show until their content is there.
    progress: JoinSet<Option<(Progress, String)>>,
    /// The same, where it could not be shown yet.
    unshown: BTreeMap<u32, String>,
    /// The visitor runs no scripts and takes the page in order instead.
    has_left: bool,
    stream: Option<Stream>,
    /// Cancelled when the document has to end before its deadline, because the site stops.
    ending: CancellationToken,
    /// Where the code of the page runs.
    user: UserRuntime,
    admission: Admission,
    writer: PipeWriter,
    /// Last, so that it is dropped last.
    guard: RequestGuard,
}

impl Driver {
    /// Writes the beginning of the shell.
    fn begin(&mut self, mut first: String, late: Vec<LateChunks>, islands: IslandNews) {
        self.place_late_views(&mut first, late);
        self.document.push(first);
        self.tell(islands);
        self.flush();
    }

    async fn run(mut self: Box<Self>, drain: Duration) {
        let deadline = self.guard.core().deadline();
        let deadline = self.fill(deadline).await;
        self.finish_head(deadline).await;
        self.finish();

        // What the request holds goes now, not when the visitor has read it all.
        let Self {
            writer,
            mut guard,
            scope,
            tasks,
            progress,
            has_left,
            ..
        } = *self;
        drop_contained((scope, tasks, progress));
        guard.release(LoadOutcome::Cancelled);
        let outcome = match has_left {
            true => Outcome::Disconnected,
            false => guard.core().recorder().outcome(),
        };
        Box::pin(end::drained(writer, guard, outcome, deadline, drain)).await;
    }

    /// Writes what comes until nothing is missing or the deadline is there. Gives the deadline, which is an
    /// earlier one when the site has to stop.
    async fn fill(&mut self, deadline: Deadline) -> Deadline {
        let mut clock = std::pin::pin!(sleep_until(deadline.instant()));
        let open_tasks = self.guard.core().open_tasks().clone();
        let token = self.stream.as_ref().map(Stream::token).unwrap_or_default();
        let mut leaves = std::pin::pin!(token.cancelled());
        let ending = self.ending.clone();
        let mut ends = std::pin::pin!(ending.cancelled());
        let mut deadline = deadline;
        loop {
            self.take_jobs();
            // Asked before it counts: what ends in between is not waited for.
            let waits = !open_tasks.is_empty();
            if self.nothing_can_come() {
                if self.after_loads.is_empty() {
                    return deadline;
                }
                // Only the record is left to be shown: loads that nobody waits for end now.
                self.guard.core().close(LoadOutcome::Cancelled);
                self.spawn_after_loads();
            }
            self.show_unshown();
            self.flush();
            let is_behind = !self.unshown.is_empty() && self.writer.waiting() >= UNREAD;
            tokio::select! {
                biased;
                () = &mut clock => break,
                () = &mut ends => {
                    deadline = deadline.min(Deadline::after(Duration::ZERO));
                    break;
                }
                () = &mut leaves => {
                    self.has_left = true;
                    return deadline;
                }
                Some(done) = self.tasks.join_next_with_id() => {
                    self.take(done);
                    // Parts often come together. Whatever else is ready now goes first, so that they go out together, too; but
                    // not where it takes long until all who are ready have had their turn.
                    if !self.tasks.is_empty() && !self.admission.is_busy() {
                        turn().await;
                    }
                }
                Some(Ok(shown)) = self.progress.join_next() => self.show(shown),
                () = open_tasks.ended(), if waits => {}
                () = self.writer.caught_up(UNREAD), if is_behind => {}
            }
            self.take_done();
        }
        self.at_deadline(deadline).await;
        deadline
    }

    /// Whether no task of the page runs, and all that ours could bring has no place in the document: a part or a late view whose place is
    /// neither written nor in what another task renders, because the view that it stood in
    /// panicked; data of an island in a view that is not shown.
    fn nothing_can_come(&self) -> bool {
        let unplaced = |id: &&u32| !self.document.is_placed(**id);
        let unseen = |island: &&usize| !self.document.has_island(**island);
        let places = self.parts.values().chain(self.views.values());
        let for_nobody =
            places.filter(unplaced).count() + self.islands.values().filter(unseen).count();
        self.tasks.len() == for_nobody && !self.guard.core().has_open_tasks()
    }

    fn take_jobs(&mut self) {
        let jobs = match self.guard.rendering() {
            Some(rendering) => rendering.registry().take(),
            None => return,
        };
        self.late.reserve(jobs.len());
        self.parts.reserve(jobs.len());
        for mut job in jobs {
            self.late.insert(job.id, Missing::of(&mut job));
            if job.after_loads {
                self.after_loads.push(job);
            } else {
                self.spawn_part(job);
            }
        }
    }

    fn spawn_after_loads(&mut self) {
        for job in std::mem::take(&mut self.after_loads) {
            self.spawn_part(job);
        }
    }

    fn spawn_part(&mut self, mut job: Job) {
        let id = job.id;
        if let Some(progress) = Progress::of(&mut job) {
            self.spawn_progress(progress);
        }
        let part = fill::part(Box::new(job)).in_current_span();
        let task = self.user.spawn_in(&mut self.tasks, part);
        self.parts.insert(task.id(), id);
    }

    /// Takes what a place has to say before its content is there.
    fn show(&mut self, shown: Option<(Progress, String)>) {
        let Some((progress, html)) = shown else {
            return;
        };
        // Its content is there, or its text for being late. The views are the user's: they go in a task.
        if !self.late.contains_key(&progress.id) {
            let gone = async move {
                drop(progress);
                None
            };
            self.user.spawn_in(&mut self.progress, gone);
            return;
        }
        self.unshown.insert(progress.id, html);
        self.spawn_progress(progress);
    }

    fn spawn_progress(&mut self, progress: Progress) {
        let next = progress.next().in_current_span();
        self.user.spawn_in(&mut self.progress, next);
    }

    /// Shows what could not be shown, because its place was not written, or because nobody read.
    fn show_unshown(&mut self) {
        if self.unshown.is_empty() || self.writer.waiting() >= UNREAD {
            return;
        }
        let (late, document) = (&self.late, &mut self.document);
        self.unshown
            .retain(|id, html| late.contains_key(id) && !document.progress(*id, html));
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
                self.views.remove(&task);
                self.islands.remove(&task);
                self.write(filled);
            }
            // Its panics are contained, so what ends a task this way is a panic in a destructor.
            Err(error) => {
                self.note_panic(true);
                self.views.remove(&error.id());
                self.islands.remove(&error.id());
                if let Some(id) = self.parts.remove(&error.id()) {
                    self.write_late(id);
                }
            }
        }
        let title = self
            .guard
            .rendering()
            .and_then(|rendering| rendering.take_late_title());
        if let Some(title) = title {
            self.document.title(&title);
        }
    }

    fn write(&mut self, filled: Filled) {
        match filled {
            Filled::Part {
                id,
                mut html,
                late,
                failed,
                panicked,
                news,
            } => {
                if failed {
                    self.guard.core().recorder().note_failed();
                }
                self.late.remove(&id);
                self.late_views.remove(&id);
                self.tell(news);
                self.place_late_views(&mut html, late);
                self.document.part(id, html);
                self.note_panic(panicked);
            }
            Filled::Late { id } => self.write_late(id),
            Filled::Stays { id, panicked, news } => {
                self.tell(news);
                if let Some(html) = self.late_views.remove(&id) {
                    self.document.part(id, html);
                }
                self.note_panic(panicked);
            }
            Filled::Island { call } => {
                if let Some(call) = call {
                    self.document.island(&call);
                }
            }
        }
    }

    /// Writes the text of a place whose content does not come.
    fn write_late(&mut self, id: u32) {
        if let Some(missing) = self.late.remove(&id) {
            self.shown_late.push((id, missing.name));
            self.document.part(id, missing.late);
        }
    }

    fn note_panic(&self, panicked: bool) {
        if panicked {
            self.guard.core().recorder().note_panic();
        }
    }

    /// Makes places of the marks of Leptos' late views, and waits for what stands in them.
    fn place_late_views(&mut self, html: &mut String, late: Vec<LateChunks>) {
        if late.is_empty() {
            return;
        }
        let registry = match self.guard.rendering() {
            Some(rendering) => rendering.registry().clone(),
            None => return,
        };
        let mark = self.scope.shared().chunk_mark();
        for view in late_view::places(html, late, &mark, || registry.next_id()) {
            self.late_views.insert(view.id, view.fallback.clone());
            let id = view.id;
            let view = fill::late_view(self.scope.clone(), view).in_current_span();
            let task = self.user.spawn_in(&mut self.tasks, view);
            self.views.insert(task.id(), id);
        }
    }

    /// Tells the browser of islands, before it gets them.
    fn tell(&mut self, news: IslandNews) {
        for call in news.calls {
            self.document.island(&call);
        }
        for (island, loading) in news.loading {
            let data = fill::island(loading).in_current_span();
            let task = self.user.spawn_in(&mut self.tasks, data);
            self.islands.insert(task.id(), island);
        }
    }

    fn flush(&mut self) {
        for element in self.document.take_unfit() {
            let page = self.guard.core().recorder().page();
            tracing::warn!(
                target: "punctual",
                page, element,
                "a <Resolve>, or a late view of Leptos, stands in an element whose content is not HTML, so the document waits there: put it around the element"
            );
        }
        if self.head.is_some() {
            return;
        }
        if let Some(chunk) = self.document.take() {
            self.writer.push(chunk);
        }
    }
}
