//! Late views of Leptos: `Suspense`, `Transition`, `Await` and the like, whose data is not there when they are rendered.
//!
//! Leptos marks their places with comments, and sends what comes later with a script that looks through the whole
//! document for them. It gives numbers twice where an `ErrorBoundary` stands, and reverses what stands in nested ones.
//! Here each of them becomes a place like that of a `<Resolve>`, with a number of its own.

use super::{
    document::{begin_place, end_place},
    hydration::{IslandNews, PageShared},
    scope::{Panic, Scope},
};
use futures::future::BoxFuture;
use leptos::tachys::ssr::{OooChunk, StreamChunk};
use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    pin::Pin,
};

/// What gives the content of a late view.
pub(super) enum LateChunks {
    /// One with a fallback.
    View(Pin<Box<dyn Future<Output = OooChunk> + Send>>),
    /// One without, for which Leptos would hold back the document: an `ErrorBoundary` around something late.
    Hole(BoxFuture<'static, VecDeque<StreamChunk>>),
}

/// A late view that has its place.
pub(super) struct LateView {
    pub(super) id: u32,
    /// What stands in its place until it comes.
    pub(super) fallback: String,
    chunks: LateChunks,
}

/// What a late view has become.
pub(super) enum Late {
    /// HTML, with the late views in it.
    Comes {
        html: String,
        late: Vec<LateChunks>,
        news: IslandNews,
    },
    /// What stands in its place stays, because it reads something that only the browser has.
    Stays { news: IslandNews },
}

/// Makes places of Leptos' marks. In what Leptos renders, the marks and the late views have the same order.
///
/// `next_id` gives the numbers; when there are none any more, the fallbacks stay.
pub(super) fn places(
    html: &mut String,
    late: Vec<LateChunks>,
    mark: &str,
    mut next_id: impl FnMut() -> Option<u32>,
) -> Vec<LateView> {
    let mut views = Vec::with_capacity(late.len());
    let mut written = String::new();
    let mut rest = html.as_str();
    for chunks in late {
        let Some((before, fallback, behind)) = next_mark(rest, mark) else {
            break;
        };
        rest = behind;
        written.push_str(before);
        let Some(id) = next_id() else {
            written.push_str(fallback);
            continue;
        };
        begin_place(id, &mut written);
        written.push_str(fallback);
        end_place(id, &mut written);
        views.push(LateView {
            id,
            fallback: fallback.to_owned(),
            chunks,
        });
    }
    if rest.len() < html.len() {
        written.push_str(rest);
        *html = written;
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
    /// Waits for it.
    pub(super) async fn resolve(self, scope: Scope) -> Result<Late, Panic> {
        let chunks = match self.chunks {
            LateChunks::View(chunk) => {
                let chunk = scope.contain(chunk).await?;
                if stays(&chunk) {
                    let news = scope.island_news(false);
                    return Ok(Late::Stays { news });
                }
                chunk.take_chunks()
            }
            LateChunks::Hole(chunks) => scope.contain(chunks).await?,
        };
        let (html, late) = flatten(scope.shared(), chunks);
        let news = scope.island_news(false);
        Ok(Late::Comes { html, late, news })
    }
}

/// Whether Leptos leaves the fallback in the place. It says so in a field that only its `Debug` shows, behind the content.
fn stays(chunk: &OooChunk) -> bool {
    /// The end of a text.
    struct End(Vec<u8>);

    impl fmt::Write for End {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            const ENOUGH: usize = 256;
            self.0.extend_from_slice(text.as_bytes());
            if self.0.len() > 2 * ENOUGH {
                self.0.drain(..self.0.len() - ENOUGH);
            }
            Ok(())
        }
    }

    let mut end = End(Vec::new());
    if write!(end, "{chunk:?}").is_err() {
        return false;
    }
    let end = String::from_utf8_lossy(&end.0);
    // In the content a quotation mark stands before `]`, and one in a text of it has a backslash; behind it there is the nonce alone.
    let said = end.rsplit_once("], replace: ").map(|(_, said)| said);
    said.is_some_and(|said| said.starts_with("false"))
}

/// The HTML of what Leptos has rendered, with marks for what comes later, and that.
pub(super) fn flatten(
    shared: &PageShared,
    chunks: VecDeque<StreamChunk>,
) -> (String, Vec<LateChunks>) {
    let (mut html, mut late) = (String::new(), Vec::new());
    for chunk in chunks {
        match chunk {
            // Mostly it is the only one.
            StreamChunk::Sync(chunk) if html.is_empty() => html = chunk,
            StreamChunk::Sync(chunk) => html.push_str(&chunk),
            StreamChunk::OutOfOrder { chunks } => late.push(LateChunks::View(chunks)),
            StreamChunk::Async { chunks } => {
                let (mark, number) = (shared.chunk_mark(), late.len());
                let _ = write!(html, "{mark}h{number}-o-->{mark}h{number}-c-->");
                late.push(LateChunks::Hole(chunks));
            }
        }
    }
    (html, late)
}
