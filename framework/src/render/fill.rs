//! What the driver's tasks do: each renders one missing piece of the document and ends. Ending is
//! how it tells the driver, so that user code that blocks afterwards cannot hold the driver up.

use super::{
    hydration::{self, IslandNews, LoadingIsland},
    late_view::{self, Late, LateChunks, LateView},
    registry::{Answer, Job},
    resolve::{Place, ViewFn, Views},
    scope::{Panic, Scope},
};
use futures::StreamExt as _;
use leptos::tachys::{
    ssr::{StreamBuilder, StreamChunk},
    view::Position,
};
use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// What a task has made.
pub(super) enum Filled {
    /// The content of a place. Views of Leptos in it may be missing in turn.
    Part {
        id: u32,
        html: String,
        late: Vec<LateChunks>,
        failed: bool,
        panicked: bool,
        news: IslandNews,
    },
    /// The data of a place is late.
    Late { id: u32 },
    /// What a late view of Leptos shows until it comes stays where it is.
    Stays {
        id: u32,
        panicked: bool,
        news: IslandNews,
    },
    /// The data of an island: the arguments of the call that tells the browser.
    Island { call: Option<String> },
}

/// Renders a place when its data is there.
pub(super) async fn part(job: Box<Job>) -> Filled {
    let Job {
        id,
        scope,
        place,
        data,
        on_panic,
        ..
    } = *job;
    let answer = scope.contain(data).await;
    let failed = matches!(answer, Ok(Answer::Failed(_)));
    let chunks = match answer {
        Ok(Answer::View(view) | Answer::Failed(view)) => render(&scope, place.clone(), view),
        Ok(Answer::Late) => return Filled::Late { id },
        Err(panic) => Err(panic),
    };
    let (chunks, panicked) = match chunks {
        Ok(chunks) => (chunks, false),
        Err(panic) => {
            tracing::error!(target: "punctual", part = id, %panic, "a view panicked");
            (render(&scope, place, on_panic).unwrap_or_default(), true)
        }
    };
    let (html, late) = late_view::flatten(scope.shared(), chunks);
    Filled::Part {
        id,
        html,
        late,
        failed,
        panicked,
        news: scope.island_news(false),
    }
}

fn render(scope: &Scope, place: Place, view: ViewFn) -> Result<VecDeque<StreamChunk>, Panic> {
    scope.run(|| {
        let mut builder = StreamBuilder::new(Some(scope.shared().first_chunk()));
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

/// Waits for a late view of Leptos.
pub(super) async fn late_view(scope: Scope, view: LateView) -> Filled {
    let id = view.id;
    match view.resolve(scope.clone()).await {
        Ok(Late::Comes { html, late, news }) => Filled::Part {
            id,
            html,
            late,
            failed: false,
            panicked: false,
            news,
        },
        Ok(Late::Stays { news }) => Filled::Stays {
            id,
            panicked: false,
            news,
        },
        Err(panic) => {
            tracing::error!(target: "punctual", %panic, "a view panicked");
            Filled::Stays {
                id,
                panicked: true,
                news: scope.island_news(false),
            }
        }
    }
}

/// Waits for the data of an island.
pub(super) async fn island(loading: LoadingIsland) -> Filled {
    Filled::Island {
        call: hydration::load(loading).await,
    }
}
