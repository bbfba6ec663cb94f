//! How a document ends: at the deadline or before, and after it.

use super::{Driver, Missing};
use crate::{
    config::GRACE,
    deadline::{Deadline, turn},
    record::{LoadOutcome, Outcome},
    render::{
        RequestGuard,
        pipe::{Drained, PipeWriter},
        registry::Job,
        scope::{AbortOnDrop, drop_contained},
    },
};
use futures::FutureExt as _;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::{sleep_until, timeout_at};
use tracing::Instrument as _;

impl Driver {
    /// A result that is there at the deadline counts: the others get a turn, then the results are
    /// looked at, and what is not there by then is late. All loads end now, so that their places and
    /// the record can be rendered, for which there is a little time.
    pub(super) async fn at_deadline(&mut self, deadline: Deadline) {
        turn().await;
        self.take_done();
        let was_open = self.guard.core().has_open_tasks();
        self.guard.core().close(LoadOutcome::Late);
        self.take_jobs();
        self.spawn_after_loads();
        let mut grace = std::pin::pin!(sleep_until(deadline.plus(GRACE).instant()));
        while !self.parts.is_empty() {
            tokio::select! {
                biased;
                Some(done) = self.tasks.join_next_with_id() => self.take(done),
                () = &mut grace => break,
            }
        }
        if !self.tasks.is_empty() || was_open {
            self.guard.core().recorder().note_late();
        }
    }

    /// Writes the head of a document that is sent as a whole, with what its parts have said. Code of the
    /// page runs to do so: it has a little time.
    pub(super) async fn finish_head(&mut self, deadline: Deadline) {
        let Some(head) = self.head.take() else {
            return;
        };
        let simple = head.with_title();
        let limit = deadline
            .max(Deadline::after(Duration::ZERO))
            .plus(GRACE / 2);
        let head = self.scope.contain(head.finish().boxed());
        let mut task = AbortOnDrop(self.user.spawn(head.in_current_span()));
        let html = match timeout_at(limit.instant(), &mut task.0).await {
            Ok(Ok(Ok(html))) => html,
            Ok(Ok(Err(panic))) => {
                tracing::error!(target: "punctual", %panic, "the head of a page panicked");
                self.note_panic(true);
                simple
            }
            Ok(Err(_)) | Err(_) => {
                self.guard.core().recorder().note_late();
                simple
            }
        };
        self.writer.push(html.into());
    }

    /// Writes the end of the document: what stands behind the holes, the text of each late place,
    /// and the tail.
    pub(super) fn finish(&mut self) {
        self.tasks.abort_all();
        self.progress.abort_all();
        let mut left = self.close_registry();
        self.late
            .extend(left.iter_mut().map(|job| (job.id, Missing::of(job))));
        // What the page has put into them is the user's: it goes in a task.
        drop(self.user.spawn(async move { drop_contained(left) }));
        // Who has left sees none of them.
        if self.has_left {
            self.late.clear();
        }
        let mut late: Vec<_> = self.late.keys().copied().collect();
        late.sort_unstable();
        for id in late {
            self.write_late(id);
        }
        let late_views = std::mem::take(&mut self.late_views);
        self.log_late(&late_views);
        // A late view of Leptos shows already what it shows, unless the document has stopped at it.
        for (id, html) in late_views {
            if self.document.is_held(id) {
                self.document.part(id, html);
            }
        }
        self.document.finish(&std::mem::take(&mut self.tail));
        // One whose place does not stand in the document is shown to nobody.
        if self
            .shown_late
            .iter()
            .any(|(id, _)| self.document.is_placed(*id))
        {
            self.guard.core().recorder().note_late();
        }
        self.flush();
        self.writer.end();
    }

    /// Names the places that were late: those of ours by their data, those of Leptos by what they show.
    fn log_late(&self, late_views: &BTreeMap<u32, String>) {
        if self.has_left {
            return;
        }
        let page = self.guard.core().recorder().page();
        for (id, place) in &self.shown_late {
            tracing::warn!(target: "punctual", page, part = id, place, "a place was late");
        }
        for (id, fallback) in late_views {
            let shows = beginning(fallback);
            tracing::warn!(
                target: "punctual",
                page, part = id, place = "a late view of Leptos, such as <Suspense>", shows,
                "a place was late"
            );
        }
        for island in self.islands.values() {
            if let Some(name) = self.document.island_name(*island) {
                tracing::warn!(
                    target: "punctual",
                    page, island = name, place = "the data of an island",
                    "a place was late"
                );
            }
        }
    }

    fn close_registry(&mut self) -> Vec<Job> {
        match self.guard.rendering() {
            Some(rendering) => rendering.registry().close(),
            None => Vec::new(),
        }
    }
}

/// As much of a text as is good for a line in the log.
fn beginning(text: &str) -> &str {
    const LENGTH: usize = 100;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// Waits for the reader to take what is left. The request is over when the drain time after the
/// deadline has passed; who still reads then is left with the text alone.
pub(super) async fn drained(
    writer: PipeWriter,
    mut guard: RequestGuard,
    whole: Outcome,
    deadline: Deadline,
    drain: Duration,
) {
    let over = timeout_at(deadline.plus(drain).instant(), writer.drained()).await;
    match over {
        Ok(Drained::Whole) => guard.set_outcome(whole),
        Ok(Drained::Gone) => {}
        Err(_) if writer.is_read(drain) => {
            guard.set_outcome(whole);
            drop(guard);
            writer.drain(deadline, drain).await;
        }
        Err(_) => {}
    }
}
