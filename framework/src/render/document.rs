//! The text of a document that is sent in pieces.
//!
//! A place that waits is `<template id="p:7"></template>`, its fallback, and `<!--/p:7-->`. Its content comes
//! later as `<template id="p:7:c">..</template>` with a call of a small function that puts it in place of what
//! stands between the two marks. All of it works wherever HTML allows a template: in tables, lists
//! and `<select>`, too.

use bytes::Bytes;
use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

const MARK: &str = "<template id=\"p:";
const LEPTOS_MARK: &str = "<!--s-";

/// Written once, before the first part.
const SWAP: &str = "<script>function $p(i){\
    var d=document,t=d.getElementById('p:'+i),c=d.getElementById('p:'+i+':c'),n;\
    if(!c)return;\
    if(t){while((n=t.nextSibling)&&!(n.nodeType==8&&n.data=='/p:'+i))n.remove();\
    n&&n.remove();t.replaceWith(c.content)}\
    c.remove()}</script>";

/// Writes the document; what has been written since the last [`take`](Self::take) waits in it.
#[derive(Default)]
pub(super) struct Document {
    out: String,
    swap: bool,
    /// The places whose marks have been written.
    placed: HashSet<u32>,
    /// Contents whose places have not been written yet. This also puts a part before the parts in it.
    waiting: BTreeMap<u32, String>,
    /// The same for late views of Leptos, which have marks and scripts of their own.
    leptos_placed: HashSet<String>,
    leptos_waiting: Vec<(String, String)>,
}

impl Document {
    /// Writes a piece of the document itself.
    pub(super) fn push(&mut self, html: &str) {
        self.out.push_str(html);
        self.find_places(html);
    }

    /// Writes what a late view of Leptos has become, when its place is there.
    pub(super) fn push_leptos(&mut self, html: String) {
        // `<template id="0-1-f">..`: the marks of its place are `<!--s-0-1-o-->` and `<!--s-0-1-c-->`.
        let id = html
            .strip_prefix("<template id=\"")
            .and_then(|html| html.split_once("f\">"))
            .map(|(id, _)| id.to_owned());
        match id {
            Some(id) if !self.leptos_placed.contains(&id) => self.leptos_waiting.push((id, html)),
            _ => self.push(&html),
        }
    }

    /// Whether the place stands in what has been written.
    pub(super) fn is_placed(&self, id: u32) -> bool {
        self.placed.contains(&id)
    }

    /// Writes the content of a place, when the place is there.
    pub(super) fn part(&mut self, id: u32, html: String) {
        if !self.placed.contains(&id) {
            self.waiting.insert(id, html);
            return;
        }
        if !self.swap {
            self.swap = true;
            self.out.push_str(SWAP);
        }
        let _ = write!(
            self.out,
            "<template id=\"p:{id}:c\">{html}</template><script>$p(\"{id}\")</script>"
        );
        self.find_places(&html);
    }

    /// Sets the title of a document whose head has been sent.
    pub(super) fn title(&mut self, title: &str) {
        let _ = write!(
            self.out,
            "<script>document.title={}</script>",
            script_string(title)
        );
    }

    /// What has been written and not taken yet.
    pub(super) fn take(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.out)))
    }

    fn find_places(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find(MARK) {
            rest = &rest[at + MARK.len()..];
            // The template around a part's content has `:c` behind the number.
            let Some(id) = rest.split('"').next().and_then(|id| id.parse().ok()) else {
                continue;
            };
            self.placed.insert(id);
            if let Some(html) = self.waiting.remove(&id) {
                self.part(id, html);
            }
        }
        let mut rest = html;
        while let Some(at) = rest.find(LEPTOS_MARK) {
            rest = &rest[at + LEPTOS_MARK.len()..];
            let Some(id) = rest
                .split_once("-->")
                .and_then(|(id, _)| id.strip_suffix('o'))
            else {
                continue;
            };
            self.leptos_placed.insert(id.to_owned());
            let (there, waiting): (Vec<_>, _) = std::mem::take(&mut self.leptos_waiting)
                .into_iter()
                .partition(|(waiting, _)| waiting == id);
            self.leptos_waiting = waiting;
            for (_, html) in there {
                self.push(&html);
            }
        }
    }
}

/// A text as a string literal in a script that stands in HTML.
fn script_string(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            // `</script>` and `<!--` would end the script or change how it is read.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(character));
            }
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(document: &mut Document) -> String {
        let bytes = document.take().expect("something was written");
        String::from_utf8(bytes.to_vec()).expect("HTML is text")
    }

    #[test]
    fn a_part_waits_for_its_place() {
        let mut document = Document::default();
        document.push("<p>");
        document.part(2, "inner".to_owned());
        assert_eq!(text(&mut document), "<p>");
        document.push("<template id=\"p:1\"></template><!--/p:1-->");
        text(&mut document);
        document.part(
            1,
            "<b><template id=\"p:2\"></template><!--/p:2--></b>".to_owned(),
        );
        let html = text(&mut document);
        let (outer, inner) = (html.find("p:1:c"), html.find("p:2:c"));
        assert!(outer.is_some() && outer < inner, "{html}");
    }

    #[test]
    fn a_late_view_of_leptos_waits_for_its_place() {
        let mut document = Document::default();
        document.push_leptos("<template id=\"0-1-f\">late</template><script></script>".to_owned());
        assert!(document.take().is_none());
        document.push("<!--s-0-1-o-->wait<!--s-0-1-c-->");
        assert!(text(&mut document).ends_with("late</template><script></script>"));
        document.push_leptos("<template id=\"0-1-f\">again</template>".to_owned());
        assert!(text(&mut document).contains("again"));
    }

    #[test]
    fn the_script_is_written_once() {
        let mut document = Document::default();
        document.push("<template id=\"p:1\"></template><!--/p:1--><template id=\"p:2\"></template><!--/p:2-->");
        document.part(2, "b".to_owned());
        document.part(1, "a".to_owned());
        assert_eq!(text(&mut document).matches("function $p").count(), 1);
    }

    #[test]
    fn a_title_cannot_leave_its_script() {
        let mut document = Document::default();
        document.title("\"</script><!--\u{2028}");
        assert_eq!(
            text(&mut document),
            r#"<script>document.title="\"\u003c/script\u003e\u003c!--\u2028"</script>"#
        );
    }
}
