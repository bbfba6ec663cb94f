//! Late views of Leptos: `Suspense`, `Transition`, `Await` and the like, whose data is not there when they are rendered.
//!
//! Leptos marks their places with comments, and sends what comes later with a script that looks through the whole
//! document for them. It gives numbers twice where an `ErrorBoundary` stands, and reverses what stands in nested ones.
//! Here each of them becomes a place like that of a `<Resolve>`, with a number of its own.

use super::{
    hydration::IslandNews,
    scope::{Panic, Scope},
};
use leptos::tachys::ssr::{OooChunk, StreamChunk};
use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    pin::Pin,
};

/// What gives the content of a late view.
pub(super) type LateChunks = Pin<Box<dyn Future<Output = OooChunk> + Send>>;

/// A late view that has its place.
pub(super) struct LateView {
    pub(super) id: u32,
    /// What stands in its place until it comes.
    pub(super) fallback: String,
    chunks: LateChunks,
}

/// What a late view has become: HTML, with the late views in it.
pub(super) struct Late {
    pub(super) html: String,
    pub(super) late: Vec<LateChunks>,
    pub(super) panicked: bool,
    pub(super) news: IslandNews,
}

/// Makes places of Leptos' marks. In what Leptos renders, the marks and the late views have the same order.
///
/// `next_id` gives the numbers; when there are none any more, the fallbacks stay.
pub(super) fn places<'a>(
    texts: impl Iterator<Item = &'a mut String>,
    late: Vec<LateChunks>,
    mark: &str,
    mut next_id: impl FnMut() -> Option<u32>,
) -> Vec<LateView> {
    let mut views = Vec::with_capacity(late.len());
    let mut late = late.into_iter();
    if late.len() == 0 {
        return views;
    }
    for text in texts {
        let mut written = String::new();
        let mut rest = text.as_str();
        while let Some((before, fallback, behind)) = next_mark(rest, mark) {
            let Some(chunks) = late.next() else {
                break;
            };
            written.push_str(before);
            if let Some(id) = next_id() {
                let _ = write!(
                    written,
                    "<template id=\"p:{id}\"></template>{fallback}<!--/p:{id}-->"
                );
                let fallback = fallback.to_owned();
                views.push(LateView {
                    id,
                    fallback,
                    chunks,
                });
            } else {
                written.push_str(fallback);
            }
            rest = behind;
        }
        if rest.len() < text.len() {
            written.push_str(rest);
            *text = written;
        }
    }
    views
}

/// What stands before the next place, what stands in it, and what follows it.
fn next_mark<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (before, rest) = text.split_once(mark)?;
    let (number, rest) = rest.split_once("o-->")?;
    let (fallback, behind) = rest.split_once(&format!("{mark}{number}c-->"))?;
    Some((before, fallback, behind))
}

impl LateView {
    /// Waits for it. `None`: what stands in its place stays, because it reads something that only the browser has.
    pub(super) async fn resolve(self, scope: Scope) -> Result<Option<Late>, Panic> {
        let chunk = scope.contain(self.chunks).await?;
        if stays(&chunk) {
            return Ok(None);
        }
        let (html, late, panicked) = flatten(&scope, chunk.take_chunks()).await;
        let news = scope.island_news(false);
        Ok(Some(Late {
            html,
            late,
            panicked,
            news,
        }))
    }
}

/// Whether Leptos leaves the fallback in the place. It says so in a field that only its `Debug` shows, and the chunk is
/// an empty view then.
fn stays(chunk: &OooChunk) -> bool {
    /// As much of a text as is needed.
    struct Beginning(String);

    impl fmt::Write for Beginning {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.push_str(text);
            if self.0.len() > 256 {
                Err(fmt::Error)
            } else {
                Ok(())
            }
        }
    }

    let mut text = Beginning(String::new());
    write!(text, "{chunk:?}").is_ok() && text.0.contains("replace: false")
}

/// Waits for the views of Leptos that hold back the part that they stand in.
///
/// Gives the HTML, the views that come later still, and whether something panicked.
pub(super) async fn flatten(
    scope: &Scope,
    mut chunks: VecDeque<StreamChunk>,
) -> (String, Vec<LateChunks>, bool) {
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
                    tracing::error!(target: "punctual", %panic, "a view panicked");
                    panicked = true;
                }
            },
            StreamChunk::OutOfOrder { chunks } => late.push(chunks),
        }
    }
    (html, late, panicked)
}
