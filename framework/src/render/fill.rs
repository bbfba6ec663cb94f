//! What the driver's tasks do: each renders one missing piece of the document and ends. Ending is
//! how it tells the driver, so that user code that blocks afterwards cannot hold the driver up.

use super::{
    registry::{Answer, Job},
    resolve::{Place, ViewFn, Views},
    scope::{Panic, Scope},
    shell::Segment,
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture};
use leptos::tachys::{
    ssr::{StreamBuilder, StreamChunk},
    view::Position,
};
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// What a task has made.
pub(super) enum Filled {
    /// The content of a place. Views of Leptos in it may be missing in turn.
    Part {
        id: u32,
        html: String,
        late: Vec<StreamChunk>,
        failed: bool,
        panicked: bool,
    },
    /// The data of a place is late.
    Late { id: u32 },
    /// HTML that a late view of Leptos brings with its own script, and what there is left of it.
    Leptos {
        html: String,
        rest: Option<LeptosChunk>,
    },
    /// What a view of Leptos that held back the document has become.
    Hole {
        segments: VecDeque<Segment>,
        late: Vec<StreamChunk>,
        panicked: bool,
    },
    /// A late view of Leptos panicked; its fallback stays.
    Nothing,
}

/// Where the chunk numbers of parts begin, which those of the shell do not reach.
const PARTS: u16 = u16::MAX;

/// Renders a place when its data is there.
pub(super) async fn part(job: Job) -> Filled {
    let Job {
        id,
        scope,
        place,
        data,
        on_panic,
        ..
    } = job;
    let answer = scope.contain(data).await;
    let failed = matches!(answer, Ok(Answer::Failed(_)));
    let chunks = match answer {
        Ok(Answer::View(view) | Answer::Failed(view)) => render(&scope, place.clone(), id, view),
        Ok(Answer::Late) => return Filled::Late { id },
        Err(panic) => Err(panic),
    };
    let (chunks, panicked) = match chunks {
        Ok(chunks) => (chunks, false),
        Err(panic) => {
            tracing::error!(target: "punctual", part = id, %panic, "a view panicked");
            (
                render(&scope, place, id, on_panic).unwrap_or_default(),
                true,
            )
        }
    };
    let (html, late, lost) = flatten(&scope, chunks).await;
    let panicked = panicked || lost;
    Filled::Part {
        id,
        html,
        late,
        failed,
        panicked,
    }
}

fn render(
    scope: &Scope,
    place: Place,
    id: u32,
    view: ViewFn,
) -> Result<VecDeque<StreamChunk>, Panic> {
    scope.run(|| {
        // Chunks of Leptos are known by numbers: each part has a range of its own.
        let number = u16::try_from(id).unwrap_or(u16::MAX);
        let mut builder = StreamBuilder::new(Some(vec![PARTS, number, 0]));
        place.render(view(), &mut builder, &mut Position::FirstChild);
        builder.finish().take_chunks()
    })
}

/// How long what is shown in a place stands at least, before something else is shown that is not its content.
const SHOWN: Duration = Duration::from_millis(100);

/// What a place shows while its content is being made, and what shows the next.
pub(super) struct Progress {
    pub(super) id: u32,
    scope: Scope,
    place: Place,
    views: Views,
    /// When something was shown last.
    shown: Option<Instant>,
}

impl Progress {
    pub(super) fn of(job: &mut Job) -> Option<Self> {
        Some(Self {
            id: job.id,
            scope: job.scope.clone(),
            place: job.place.clone(),
            views: job.progress.take()?,
            shown: None,
        })
    }

    /// Waits for what is to be shown next; `None` when nothing comes any more.
    pub(super) async fn next(mut self) -> Option<(Self, String)> {
        if let Some(shown) = self.shown {
            tokio::time::sleep_until(shown + SHOWN).await;
        }
        let view = self.views.next().await?;
        let (scope, place) = (self.scope.clone(), self.place.clone());
        match scope.run(|| place.html(view())) {
            Ok(html) => {
                self.shown = Some(Instant::now());
                Some((self, html))
            }
            Err(panic) => {
                tracing::error!(target: "punctual", part = self.id, %panic, "the view of a progress panicked");
                None
            }
        }
    }
}

/// Waits for the views of Leptos that hold back the part that they stand in.
///
/// Gives the HTML, the views that come later still, and whether something panicked.
async fn flatten(
    scope: &Scope,
    mut chunks: VecDeque<StreamChunk>,
) -> (String, Vec<StreamChunk>, bool) {
    let (mut html, mut late, mut panicked) = (String::new(), Vec::new(), false);
    while let Some(chunk) = chunks.pop_front() {
        match chunk {
            StreamChunk::Sync(chunk) => html.push_str(&chunk),
            StreamChunk::Async { chunks: more } => match scope.contain(more).await {
                Ok(more) => more
                    .into_iter()
                    .rev()
                    .for_each(|chunk| chunks.push_front(chunk)),
                Err(panic) => {
                    panicked = true;
                    tracing::error!(target: "punctual", %panic, "a view panicked");
                }
            },
            chunk @ StreamChunk::OutOfOrder { .. } => late.push(chunk),
        }
    }
    (html, late, panicked)
}

/// Waits for a view of Leptos that holds back the document.
pub(super) async fn hole(scope: Scope, hole: BoxFuture<'static, VecDeque<StreamChunk>>) -> Filled {
    match scope.contain(hole).await {
        Ok(chunks) => Filled::of_hole(chunks),
        Err(panic) => {
            tracing::error!(target: "punctual", %panic, "a view panicked");
            Filled::Hole {
                segments: VecDeque::new(),
                late: Vec::new(),
                panicked: true,
            }
        }
    }
}

/// A late view of Leptos. Each has a builder of its own: a panic while one is polled loses all
/// that its builder holds.
pub(super) struct LeptosChunk(Arc<Mutex<StreamBuilder>>);

impl LeptosChunk {
    pub(super) fn new(chunk: StreamChunk) -> Self {
        let mut builder = StreamBuilder::new(None);
        builder.push_async(std::future::ready(VecDeque::from([chunk])));
        Self(Arc::new(Mutex::new(builder.finish())))
    }

    /// Waits for the next piece of it.
    pub(super) async fn fill(self, scope: Scope) -> Filled {
        let builder = self.0.clone();
        let next = std::future::poll_fn(move |cx| {
            let mut builder = builder.lock().unwrap_or_else(PoisonError::into_inner);
            Pin::new(&mut *builder).poll_next_unpin(cx)
        });
        match scope.contain(next.boxed()).await {
            Ok(Some(html)) => Filled::Leptos {
                html,
                rest: Some(self),
            },
            Ok(None) => Filled::Leptos {
                html: String::new(),
                rest: None,
            },
            Err(panic) => {
                tracing::error!(target: "punctual", %panic, "a view panicked");
                Filled::Nothing
            }
        }
    }
}
