//! What a page says about its own document while it is rendered: the title, and what `leptos_meta`
//! collects for the head.

use super::{
    executor::AtOnce,
    scope::{Panic, Scope, contain_here},
};
use crate::erased::Before;
use futures::StreamExt as _;
use leptos_meta::ServerMetaContextOutput;
use memchr::{
    memchr,
    memmem::{self, Finder},
};
use std::{
    future::ready,
    ops::Range,
    pin::pin,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

pub(super) type TitleFormatter = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// The title of a document, as its parts set it.
///
/// A formatter is user code: it runs where the component that sets a title runs, and never under
/// the lock.
#[derive(Clone, Default)]
pub(crate) struct HeadSlot(Arc<Mutex<Head>>);

#[derive(Default)]
struct Head {
    /// The shell is a function around the page and runs after it, but what the page says counts.
    in_shell: bool,
    /// The head has been sent: a title that comes now is set by a script.
    sent: bool,
    page_title: Option<String>,
    shell_title: Option<String>,
    formatter: Option<TitleFormatter>,
    /// The title that follows from these, where it has been written in front of the page.
    written: Option<String>,
    /// One that was written there and is another by now.
    outdated: Option<String>,
    /// Formatted already.
    late_title: Option<String>,
}

impl Head {
    fn outdate(&mut self) {
        if let Some(title) = self.written.take() {
            self.outdated = Some(title);
        }
    }
}

impl HeadSlot {
    /// Marks what `f` says as the shell's.
    pub(super) fn in_shell<T>(&self, f: impl FnOnce() -> T) -> T {
        self.head().in_shell = true;
        let output = f();
        self.head().in_shell = false;
        output
    }

    pub(super) fn set_title(&self, title: String) {
        let mut head = self.head();
        head.outdate();
        if head.in_shell {
            head.shell_title = Some(title);
        } else if !head.sent {
            head.page_title = Some(title);
        } else {
            let formatter = head.formatter.clone();
            drop(head);
            let title = format(formatter, title);
            self.head().late_title = Some(title);
        }
    }

    pub(super) fn set_formatter(&self, formatter: TitleFormatter) {
        let mut head = self.head();
        // As with the text, the innermost says what counts.
        let said = head.in_shell && head.formatter.is_some();
        if !head.sent && !said {
            head.outdate();
            head.formatter = Some(formatter);
        }
    }

    /// The title for the head, which is sent now, and what has been written of titles. It runs the formatter.
    fn send(&self) -> (Option<String>, Option<String>) {
        let mut head = self.head();
        head.sent = true;
        if let Some(title) = head.written.take() {
            return (Some(title.clone()), Some(title));
        }
        let outdated = head.outdated.take();
        drop(head);
        (self.title(), outdated)
    }

    /// The title as it is now. It runs the formatter.
    fn title(&self) -> Option<String> {
        let head = self.head();
        let Some(title) = head.page_title.clone() else {
            // The shell's own text is the title of pages without one, as it stands.
            return head.shell_title.clone();
        };
        let formatter = head.formatter.clone();
        drop(head);
        Some(format(formatter, title))
    }

    fn late_title(&self) -> Option<String> {
        self.head().late_title.clone()
    }

    /// A title that was set since the head was sent.
    pub(super) fn take_late_title(&self) -> Option<String> {
        self.head().late_title.take()
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In front of the page: mostly the title is known when the shell comes to it, and all that would have to move for it is the head.
impl Before for HeadSlot {
    fn before(&self, html: &mut String) {
        if end(html).is_none() || self.head().sent {
            return;
        }
        // One that panics does so again when the answers of the page have been looked at, which count before it.
        if let Ok(Some(title)) = contain_here(|| self.title()) {
            write_title(html, &title);
            self.head().written = Some(title);
        }
    }
}

fn format(formatter: Option<TitleFormatter>, title: String) -> String {
    match formatter {
        Some(format) => format(&title),
        None => title,
    }
}

/// The beginning of a document, and what it still gets of what the page said: the title, and the elements and
/// attributes of `leptos_meta`.
pub(super) struct Unfinished {
    pub(super) html: String,
    title: Option<String>,
    /// The title that was written into it in front of the page.
    written: Option<String>,
    slot: HeadSlot,
    meta: Option<ServerMetaContextOutput>,
}

impl Unfinished {
    /// From here on, a title comes late. It runs the formatter.
    pub(super) fn new(
        scope: &Scope,
        slot: HeadSlot,
        meta: Option<ServerMetaContextOutput>,
        html: String,
    ) -> Result<Self, Panic> {
        let (title, written) = scope.run(|| slot.send())?;
        Ok(Self {
            html,
            title,
            written,
            slot,
            meta,
        })
    }

    /// Keeps the head and the tag of the body, and gives what stands behind them.
    pub(super) fn split_body(&mut self) -> String {
        match end(&self.html).is_some() {
            true => self.html.split_off(end_of_head(&self.html)),
            false => std::mem::take(&mut self.html),
        }
    }

    /// Only the title, which is there already: for when there is no time to run anything of the page.
    pub(super) fn with_title(&self) -> String {
        let title = self.slot.late_title().or_else(|| self.title.clone());
        let mut html = self.html.clone();
        if end(&html).is_some() {
            write_last_title(&mut html, title.as_deref(), self.written.as_deref());
        }
        html
    }

    /// Writes it into the document. `leptos_meta` runs code of the page to do so, such as the closure of
    /// its own title.
    pub(super) async fn finish(self) -> String {
        let title = self.slot.take_late_title().or(self.title);
        let html = self.html;
        // `leptos_meta` panics on a document without a head.
        if end(&html).is_none() {
            if title.is_some() {
                tracing::warn!(target: "punctual", "the shell has no </head>, so the page's title is lost");
            }
            return html;
        }
        let mut html = match self.meta {
            Some(meta) => inject(meta, html).await,
            None => html,
        };
        write_last_title(&mut html, title.as_deref(), self.written.as_deref());
        html
    }
}

/// Writes what `leptos_meta` has collected into the head and the tags around it. The rest of the document stays where it is.
async fn inject(meta: ServerMetaContextOutput, mut html: String) -> String {
    let end = end_of_head(&html);
    let head = html[..end].to_owned();
    let stream = AtOnce(pin!(
        meta.inject_meta_context(futures::stream::once(ready(head)))
    ));
    let mut stream = pin!(stream.await);
    // One piece goes in, and one comes out.
    let mut head = stream.next().await.unwrap_or_default();
    while let Some(more) = stream.next().await {
        head.push_str(&more);
    }
    if head.as_bytes() != &html.as_bytes()[..end] {
        html.replace_range(..end, &head);
    }
    html
}

/// Where the head ends: before its closing tag.
pub(super) fn end(html: &str) -> Option<usize> {
    static HEAD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("</head>"));
    HEAD.find(html.as_bytes())
}

/// Where the tag of the body ends, or the head where there is no such tag.
fn end_of_head(html: &str) -> usize {
    static BODY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<body"));
    let head = end(html);
    let html = html.as_bytes();
    let body = head.and_then(|head| Some(head + BODY.find(&html[head..])?));
    let end = body.and_then(|body| Some(body + memchr(b'>', &html[body..])? + 1));
    let end = end.or_else(|| Some(head? + "</head>".len()));
    end.unwrap_or(html.len())
}

/// Writes an element at the end of the head. Gives the document back as it was when it has none.
pub(super) fn insert(mut html: String, element: &str) -> Result<String, String> {
    match end(&html) {
        Some(at) => {
            html.insert_str(at, element);
            Ok(html)
        }
        None => Err(html),
    }
}

/// Writes the title, in place of one that stands in the shell.
fn write_title(html: &mut String, title: &str) {
    let title = title_element(title);
    let head_end = end(html).unwrap_or(html.len());
    match first_title(&html[..head_end]) {
        Some(range) => html.replace_range(range, &title),
        None => html.insert_str(head_end, &title),
    }
}

/// Writes it into a document that is done, unless it stands there. What was written in front of the page is taken out again
/// where it is outdated, or another title has come before it: that of the shell, or of `leptos_meta`.
fn write_last_title(html: &mut String, title: Option<&str>, written: Option<&str>) {
    let written_at = written.and_then(|written| {
        let element = title_element(written);
        let head_end = end(html).unwrap_or(html.len());
        let head = &html[..head_end];
        let start = memmem::rfind(head.as_bytes(), element.as_bytes())?;
        let is_only = first_title(head).is_some_and(|first| first.start == start)
            && first_title(&head[start + element.len()..]).is_none();
        Some((start..start + element.len(), is_only))
    });
    if let Some((range, is_only)) = written_at {
        if is_only && written == title {
            return;
        }
        html.replace_range(range, "");
    }
    if let Some(title) = title {
        write_title(html, title);
    }
}

fn title_element(title: &str) -> String {
    ["<title>", &escape(title), "</title>"].concat()
}

fn first_title(head: &str) -> Option<Range<usize>> {
    static BEGIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<title>"));
    static END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("</title>"));
    let start = BEGIN.find(head.as_bytes())?;
    let end = END.find(&head.as_bytes()[start..])? + start + "</title>".len();
    Some(start..end)
}

/// Text as it stands in an element or in an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (before, behind) = rest.split_at(at);
        escaped.push_str(before);
        escaped.push_str(match behind.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &behind[1..];
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_counts_before_the_shell() {
        let head = HeadSlot::default();
        head.set_title("page".to_owned());
        head.in_shell(|| {
            head.set_title("shell".to_owned());
            head.set_formatter(Arc::new(|title| format!("{title} | site")));
        });
        assert_eq!(head.send(), (Some("page | site".to_owned()), None));
        head.set_title("late".to_owned());
        assert_eq!(head.take_late_title().as_deref(), Some("late | site"));
        assert_eq!(head.take_late_title(), None);
    }

    #[test]
    fn a_title_replaces_the_one_of_the_shell_and_is_escaped() {
        let titled = |html: &str, title: &str| {
            let mut html = html.to_owned();
            write_title(&mut html, title);
            html
        };
        assert_eq!(
            titled(
                "<head><title>old</title></head><body><title>svg</title></body>",
                "</title><script>"
            ),
            "<head><title>&lt;/title&gt;&lt;script&gt;</title></head><body><title>svg</title></body>"
        );
        assert_eq!(
            titled("<head></head><body></body>", "a"),
            "<head><title>a</title></head><body></body>"
        );
    }

    #[test]
    fn a_title_that_is_known_in_front_of_the_page_is_written_there_once() {
        let head = HeadSlot::default();
        let formatted = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = formatted.clone();
        head.in_shell(|| {
            head.set_formatter(Arc::new(move |title| {
                count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                title.to_uppercase()
            }));
        });
        let mut html = "<head></head><body>".to_owned();
        head.before(&mut html);
        assert_eq!(html, "<head></head><body>");
        head.set_title("a".to_owned());
        head.before(&mut html);
        assert_eq!(html, "<head><title>A</title></head><body>");
        let title = Some("A".to_owned());
        assert_eq!(head.send(), (title.clone(), title));
        assert_eq!(formatted.load(std::sync::atomic::Ordering::Relaxed), 1);
    }

    #[test]
    fn a_title_that_changes_behind_its_place_is_written_again() {
        let head = HeadSlot::default();
        head.set_title("early".to_owned());
        head.before(&mut "<head></head><body>".to_owned());
        head.set_title("from a closure".to_owned());
        let both = ["from a closure", "early"].map(|title| Some(title.to_owned()));
        assert_eq!(head.send(), both.into());
    }

    #[test]
    fn of_several_titles_the_last_that_was_set_stands_alone() {
        let with = |head: &str, title: Option<&str>, written: Option<&str>| {
            let mut html = format!("<head>{head}</head><body><title>svg</title>");
            write_last_title(&mut html, title, written);
            html.strip_suffix("</head><body><title>svg</title>")
                .and_then(|html| html.strip_prefix("<head>"))
                .map(str::to_owned)
        };
        let (a, b) = ("<title>a</title>", "<title>b</title>");
        let shown = |head: &str, title, written| with(head, title, written).unwrap();
        assert_eq!(shown(a, Some("a"), Some("a")), a);
        assert_eq!(shown(a, Some("b"), Some("a")), b);
        assert_eq!(shown("", Some("b"), None), b);
        // One of the shell, or of `leptos_meta`, in front of it or behind.
        assert_eq!(shown(&[b, a].concat(), Some("a"), Some("a")), a);
        assert_eq!(shown(&[a, b].concat(), Some("a"), Some("a")), a);
        assert_eq!(
            shown(&[b, a].concat(), Some("c"), Some("a")),
            "<title>c</title>"
        );
        // What it was written into is not shown.
        assert_eq!(shown("", Some("a"), Some("a")), a);
        assert_eq!(shown(b, None, None), b);
    }
}
