//! The first step: the shell with the page in it, as far as it is known at once.

use super::{
    head::{self, HeadSlot, Unfinished},
    hydration::{IslandNews, PageShared},
    late_view::{self, LateChunks},
    no_script::{self, Stream},
    registry::Registry,
    scope::{Contained, Panic, Rendering, Scope},
    scripts::Scripts,
};
use crate::{
    deadline::{Deadline, within},
    erased::erase_with,
    page::{Known, StreamMode},
};
use futures::{FutureExt as _, future::BoxFuture};
use http::Uri;
use hydration_context::SharedContext as _;
use leptos::{
    prelude::AnyView,
    tachys::{
        ssr::{StreamBuilder, StreamChunk},
        view::{Position, RenderHtml as _},
    },
};
use leptos_meta::ServerMetaContextOutput;
use std::{borrow::Cow, collections::VecDeque, sync::Arc};

/// What closes most documents.
const TAIL: &str = "</body></html>";

/// The document around every page.
pub(crate) type ShellFn = Arc<dyn Fn(AnyView) -> AnyView + Send + Sync>;

/// A document whose beginning is known.
pub(crate) struct Shell {
    /// Everything up to the end of the body, with marks for what comes later.
    pub(super) first: String,
    /// What closes the document; held back to the very end.
    pub(super) tail: Cow<'static, str>,
    /// Late views of Leptos.
    pub(super) late: Vec<LateChunks>,
    /// What the browser is told of the islands in it.
    pub(super) islands: IslandNews,
    /// The head of a document that is sent as a whole, which parts may still add to.
    pub(super) head: Option<Unfinished>,
}

impl Shell {
    /// Whether nothing is missing. What `<Resolve>` waits for, the registry knows.
    pub(super) fn is_whole(&self) -> bool {
        self.late.is_empty() && self.islands.loading.is_empty()
    }

    /// Sends visitors without JavaScript, who would never see the parts that come later, to the same page
    /// in order.
    pub(crate) fn without_javascript(&mut self, address: &Uri, stream: &Stream) {
        let first = std::mem::take(&mut self.first);
        self.first = match no_script::redirect(first, address, stream) {
            Ok(first) => first,
            Err(first) => {
                tracing::warn!(
                    target: "punctual",
                    "the shell has no </head>, so visitors without JavaScript do not see the parts that come later"
                );
                first
            }
        };
    }

    /// Writes a script at the end of the head, if there is one.
    pub(crate) fn add_script(&mut self, script: &str, scripts: &Scripts) {
        let mut element = String::new();
        scripts.write(script, &mut element);
        let html = match &mut self.head {
            Some(head) => &mut head.html,
            None => &mut self.first,
        };
        *html = head::insert(std::mem::take(html), &element).unwrap_or_else(|html| html);
    }

    /// The document, without what is missing.
    pub(crate) fn into_html(self, scripts: &Scripts) -> String {
        let mut html = self.first;
        if scripts.are_islands_in(&html) {
            scripts.write_loader(&mut html);
            for call in self.islands.calls {
                scripts.write_call(&call, &mut html);
            }
        }
        html.push_str(&self.tail);
        html
    }

    fn of_chunks(shared: &PageShared, chunks: VecDeque<StreamChunk>) -> Self {
        let (first, late) = late_view::flatten(shared, chunks);
        Self::new(first, late)
    }

    fn new(mut first: String, late: Vec<LateChunks>) -> Self {
        // Mostly nothing else stands there.
        let tail = if first.ends_with(TAIL) {
            first.truncate(first.len() - TAIL.len());
            Cow::Borrowed(TAIL)
        } else {
            let tail = first.rfind("</body>").map(|at| first.split_off(at));
            Cow::Owned(tail.unwrap_or_default())
        };
        Self {
            first,
            tail,
            late,
            islands: IslandNews::default(),
            head: None,
        }
    }
}

/// What rendering needs, apart from the request's owner, which stays with the request.
pub(crate) struct Renderer {
    scope: Scope,
    order: StreamMode,
    registry: Arc<Registry>,
    head: HeadSlot,
    meta: Option<ServerMetaContextOutput>,
    shell: ShellFn,
    /// What earlier documents of this page have shown.
    known: Option<Arc<Known>>,
}

/// A page in its shell.
pub(crate) enum Rendered {
    Shell(Box<Shell>),
    /// It was rendered as one in which nothing of Leptos can be late, and there was something. It has to be made again.
    Again,
}

impl Renderer {
    /// `None` when the request is over already.
    pub(crate) fn new(
        rendering: &mut Rendering,
        shell: ShellFn,
        known: Option<Arc<Known>>,
    ) -> Option<Box<Self>> {
        let scope = rendering.scope()?;
        Some(Box::new(Self {
            scope,
            order: rendering.order(),
            registry: rendering.registry().clone(),
            head: rendering.head().clone(),
            meta: rendering.take_meta(),
            shell,
            known,
        }))
    }

    /// Runs a page function that is `async` where its view will be rendered.
    pub(crate) fn contain<T>(&self, future: BoxFuture<'static, T>) -> Contained<T> {
        self.scope.contain(future)
    }

    /// Renders the page in its shell. It may block as long as user code does.
    ///
    /// Leptos' asynchronous form costs half as much again as its synchronous one, so a page in which nothing of Leptos
    /// has been late so far, and nothing is now, is rendered in that; `is_bound` says that the page must not be
    /// made again, so that it cannot be tried. What is made while it is rendered may turn out to be late all the same.
    pub(crate) fn render(
        &self,
        page: impl FnOnce() -> AnyView,
        is_bound: impl Fn() -> bool,
    ) -> Result<Rendered, Panic> {
        let known = self.known.as_deref();
        self.scope.run(|| {
            let shared = self.scope.shared();
            let page = erase_with(page(), self.head.clone());
            let document = self.head.in_shell(|| (self.shell)(page));
            if known.is_some_and(Known::is_never_late) && !shared.can_be_late() && !is_bound() {
                let mut html = String::with_capacity(known.map_or(0, Known::capacity));
                write_now(document, &mut html);
                if shared.can_be_late() {
                    known.inspect(|known| known.note(html.len(), true));
                    return Rendered::Again;
                }
                known.inspect(|known| known.note(html.len(), false));
                let shell = Shell::new(html, Vec::new());
                return Rendered::Shell(Box::new(shell));
            }
            let capacity = known.map_or(1024, Known::capacity);
            let builder = StreamBuilder::with_capacity(capacity, Some(shared.first_chunk()));
            // Whatever the order: a late view gets a place, and the document stops at it if it has to. What Leptos
            // renders in order has no fallback to be shown at the deadline.
            let builder = write(document, builder);
            let shell = Shell::of_chunks(shared, builder.finish().take_chunks());
            let can_be_late = !shell.late.is_empty() || shared.can_be_late();
            known.inspect(|known| known.note(shell.first.len(), can_be_late));
            Rendered::Shell(Box::new(shell))
        })
    }

    /// Waits for what blocks the document in Leptos' own way, and completes the head.
    pub(crate) async fn finish(
        self: Box<Self>,
        mut shell: Box<Shell>,
        deadline: Deadline,
    ) -> Result<Box<Shell>, Panic> {
        while let Some(blocking) = self.scope.shared().await_deferred() {
            // In a box: it is seldom there.
            let blocking = Box::pin(within(deadline, self.scope.contain(blocking)));
            if !matches!(blocking.await, Some(Ok(()))) {
                break;
            }
        }
        shell.islands = self.scope.island_news(true);
        let Self {
            scope,
            order,
            registry,
            head,
            meta,
            ..
        } = *self;
        let first = std::mem::take(&mut shell.first);
        let mut head = Unfinished::new(&scope, head, meta, first)?;
        let is_whole = shell.is_whole() && registry.is_empty();
        if order == StreamMode::Off && !is_whole {
            shell.first = head.split_body();
            shell.head = Some(head);
        } else {
            shell.first = scope.contain(head.finish().boxed()).await?;
        }
        Ok(shell)
    }
}

fn write_now(document: AnyView, html: &mut String) {
    document.to_html_with_buf(html, &mut Position::FirstChild, true, false, Vec::new());
}

fn write(document: AnyView, mut builder: StreamBuilder) -> StreamBuilder {
    document.to_html_async_with_buf::<true>(
        &mut builder,
        &mut Position::FirstChild,
        true,
        false,
        Vec::new(),
    );
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_tail_back() {
        let chunks = VecDeque::from([
            StreamChunk::Sync("<html><body><p>".to_owned()),
            StreamChunk::Sync("</p></body></html>".to_owned()),
        ]);
        let shell = Shell::of_chunks(&PageShared::new([1, 2, 3], true), chunks);
        assert_eq!(
            (shell.first.as_str(), &*shell.tail),
            ("<html><body><p></p>", "</body></html>")
        );
        assert!(shell.is_whole());
        assert_eq!(
            shell.into_html(&Scripts::default()),
            "<html><body><p></p></body></html>"
        );
    }

    #[test]
    fn keeps_what_stands_behind_a_hole() {
        let hole = StreamChunk::Async {
            chunks: Box::pin(std::future::pending()),
        };
        let chunks = VecDeque::from([
            StreamChunk::Sync("<body>".to_owned()),
            hole,
            StreamChunk::Sync("end</body>".to_owned()),
        ]);
        let shell = Shell::of_chunks(&PageShared::new([1, 2, 3], true), chunks);
        assert!(!shell.is_whole());
        assert_eq!(shell.tail, "</body>");
        assert_eq!(
            shell.first,
            "<body><!--s-1-2-3-h0-o--><!--s-1-2-3-h0-c-->end"
        );
    }
}
