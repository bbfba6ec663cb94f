//! The text of a document that is written in pieces.
//!
//! A place that waits is `<template id="p:7"></template>`, its fallback, and `<!--/p:7-->`. What becomes of it
//! depends on the order:
//!
//! - Out of order its content comes later as `<template id="p:7:c">..</template>`, with a call of a small function
//!   that puts it in place of what stands between the two marks. All of it works wherever HTML allows
//!   a template: in tables, lists and `<select>`, too.
//! - In order the document stops there until the content is known, and then goes on with it. So it
//!   does, also out of order, where no template can stand (see [`surroundings`]).

mod late_scripts;
mod surroundings;

use super::scripts::Scripts;
use crate::page::StreamMode;
use bytes::Bytes;
use itoa::Buffer;
use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    sync::LazyLock,
};
use surroundings::Surroundings;

const MARK: &str = "<template id=\"p:";
/// What stands behind the number.
const MARK_END: &str = "\"></template>";
/// The second mark, and what stands behind its number.
const SECOND: &str = "<!--/p:";
const SECOND_END: &str = "-->";

/// Writes the first mark of a place.
pub(in crate::render) fn begin_place(id: u32, html: &mut String) {
    for piece in [MARK, Buffer::new().format(id), MARK_END] {
        html.push_str(piece);
    }
}

/// Writes its second mark.
pub(in crate::render) fn end_place(id: u32, html: &mut String) {
    for piece in [SECOND, Buffer::new().format(id), SECOND_END] {
        html.push_str(piece);
    }
}

/// They are made once: to make one takes longer than to go through a short part.
static FIND_MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARK));
static FIND_SECOND: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(SECOND));
static FIND_BODY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<body"));

/// Written once, before the first part. It takes the content that stands before its call, and the first place of this number
/// that has both marks: an `id` that somebody has put into the page is neither. It starts the islands in the part. All of these scripts
/// leave nothing of themselves behind, where they would be in the way of islands that they stand in.
const SWAP: &str = "function $p(i,k){\
    var d=document,s=d.currentScript,c=s.previousElementSibling,\
    q=d.querySelectorAll('template[id=\"p:'+i+'\"]'),j=0,t,e,n;\
    for(;j<q.length&&!e;j++)for(e=(t=q[j]).nextSibling;e&&!(e.nodeType==8&&e.data=='/p:'+i);)e=e.nextSibling;\
    if(c&&c.id=='p:'+i+':c'){\
    if(e){while((n=t.nextSibling)!=e)n.remove();\
    if(k)t.after(c.content);else{e.remove();t.replaceWith(c.content)}}\
    c.remove();self.$i&&$i()}\
    s.remove()}document.currentScript.remove()";

/// What the mark of an island begins with whose data are told.
const ISLAND_MARK: &str = "<!--i:";

/// Writes the document; what has been written since the last [`take`](Self::take) waits in it.
pub(super) struct Document {
    order: StreamMode,
    out: String,
    swap: bool,
    /// The places whose marks stand in the document, or in what it goes on with.
    placed: FxHashSet<u32>,
    /// The places at which the document stops until their contents are known.
    held: FxHashSet<u32>,
    /// Contents whose places are not known yet. This also puts a part before the parts in it.
    waiting: BTreeMap<u32, String>,
    /// Contents of places at which the document stops, and has not come to yet.
    ready: BTreeMap<u32, String>,
    /// What follows the place at which the document has stopped, and how far it has been written.
    rest: VecDeque<(String, usize)>,
    /// What comes at the end of what is there, out of order, while the document has stopped.
    behind: Vec<String>,
    surroundings: Surroundings,
    unfit: Vec<&'static str>,
    scripts: Scripts,
    /// Whether the script that starts islands is written.
    loader: bool,
    /// The islands that stand in the document whose data are told, and what they are called.
    islands: FxHashMap<usize, String>,
    has_begun: bool,
    /// Whether the text has come to the body.
    in_body: bool,
}

impl Document {
    pub(super) fn new(order: StreamMode, scripts: Scripts) -> Self {
        Self {
            order,
            out: String::new(),
            swap: false,
            placed: FxHashSet::default(),
            held: FxHashSet::default(),
            waiting: BTreeMap::new(),
            ready: BTreeMap::new(),
            rest: VecDeque::new(),
            behind: Vec::new(),
            surroundings: Surroundings::default(),
            unfit: Vec::new(),
            scripts,
            loader: false,
            islands: FxHashMap::default(),
            has_begun: false,
            in_body: false,
        }
    }

    /// Writes a piece of the document itself.
    pub(super) fn push(&mut self, html: impl Into<String>) {
        let html = html.into();
        let mut surroundings = match self.order {
            // All of the document is a late view: it has nothing yet that a script could stand in.
            StreamMode::OutOfOrder if !self.has_begun && begins_with_place(&html) => {
                Surroundings::held()
            }
            StreamMode::OutOfOrder => std::mem::take(&mut self.surroundings),
            StreamMode::InOrder | StreamMode::Off => Surroundings::default(),
        };
        let (known, rest) = self.find_places(&html, &mut surroundings);
        if self.order == StreamMode::OutOfOrder {
            surroundings.read(rest);
            self.surroundings = surroundings;
        }
        self.has_begun = true;
        self.note_islands(&html);
        let has_islands = self.scripts.are_islands_in(&html);
        if self.rest.is_empty() && self.held.is_empty() {
            self.write_all(html);
        } else {
            self.rest.push_back((html, 0));
        }
        self.place(known);
        self.advance();
        if has_islands {
            self.start_islands();
        }
    }

    /// Tells the browser of an island: the arguments of the call.
    pub(super) fn island(&mut self, call: &str) {
        if self.scripts.has_islands() {
            let mut text = self.loader();
            self.scripts.write_call(call, &mut text);
            self.tell(text);
        }
    }

    /// Whether this island stands in the document.
    pub(super) fn has_island(&self, island: usize) -> bool {
        self.islands.contains_key(&island)
    }

    /// What an island is called that stands in the document.
    pub(super) fn island_name(&self, island: usize) -> Option<&str> {
        self.islands.get(&island).map(String::as_str)
    }

    fn note_islands(&mut self, html: &str) {
        if !self.scripts.are_islands_in(html) {
            return;
        }
        for (at, mark) in html.match_indices(ISLAND_MARK) {
            let number = html[at + mark.len()..].split_once("-->");
            let component = html[..at].rsplit_once("data-component=\"");
            if let Some(island) = number.and_then(|(number, _)| number.parse().ok()) {
                let name = component.and_then(|(_, name)| name.split('"').next());
                self.islands
                    .insert(island, name.unwrap_or_default().to_owned());
            }
        }
    }

    /// Writes a script for islands. In order it does not wait for the place at which the document has stopped.
    fn tell(&mut self, text: String) {
        let may_stand = self.in_body && self.surroundings.element().is_none();
        if self.order == StreamMode::InOrder && may_stand {
            self.out.push_str(&text);
        } else {
            self.append(text);
        }
    }

    /// Writes text of the document.
    fn write(&mut self, html: &str) {
        self.read(html);
        self.out.push_str(html);
    }

    /// The same, without a copy where there is nothing before it.
    fn write_all(&mut self, html: String) {
        self.read(&html);
        if self.out.is_empty() {
            self.out = html;
        } else {
            self.out.push_str(&html);
        }
    }

    fn read(&mut self, html: &str) {
        self.in_body = self.in_body || FIND_BODY.find(html.as_bytes()).is_some();
        if self.order == StreamMode::InOrder {
            self.surroundings.read(html);
        }
    }

    /// Starts the islands that have been written.
    fn start_islands(&mut self) {
        let mut text = self.loader();
        if text.is_empty() {
            self.scripts.write_call("", &mut text);
        }
        self.tell(text);
    }

    /// The script that starts islands, if it is not written yet.
    fn loader(&mut self) -> String {
        let mut text = String::new();
        if !std::mem::replace(&mut self.loader, true) {
            self.scripts.write_loader(&mut text);
        }
        text
    }

    /// Whether the place stands in the document.
    pub(super) fn is_placed(&self, id: u32) -> bool {
        self.placed.contains(&id)
    }

    /// The elements in which the document has stopped although it is written out of order.
    pub(super) fn take_unfit(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.unfit)
    }

    /// Writes the end of the document. A place whose content nobody has brought stays empty.
    pub(super) fn finish(&mut self, tail: &str) {
        while let Some((html, written)) = self.rest.front() {
            let Some((_, id)) = next_held(&html[*written..], &self.held) else {
                break;
            };
            self.ready.entry(id).or_default();
            self.advance();
        }
        self.push(tail);
    }

    /// Writes the content of a place, when the place is there.
    pub(super) fn part(&mut self, id: u32, html: String) {
        if !self.placed.contains(&id) {
            self.waiting.insert(id, html);
            return;
        }
        let has_islands = self.scripts.are_islands_in(&html);
        self.note_islands(&html);
        // Also where the document stops at the place: that may be in what a script puts in place.
        let html = match self.order {
            StreamMode::OutOfOrder => self.disarm(html),
            StreamMode::InOrder | StreamMode::Off => html,
        };
        if self.held.contains(&id) {
            let (known, _) = self.find_places(&html, &mut Surroundings::held());
            self.ready.insert(id, html);
            self.place(known);
            self.advance();
            if has_islands {
                self.start_islands();
            }
            return;
        }
        let mut text = self.swap();
        self.write_content(id, &html, "", &mut text);
        if has_islands {
            text.push_str(&self.loader());
        }
        self.append(text);
    }

    /// Whether the document stops at this place.
    pub(super) fn is_held(&self, id: u32) -> bool {
        self.held.contains(&id)
    }

    /// Shows something in a place whose content is not there yet. Says whether the place can show it now.
    pub(super) fn progress(&mut self, id: u32, html: &str) -> bool {
        let shows = self.order == StreamMode::OutOfOrder
            && self.placed.contains(&id)
            && !self.held.contains(&id)
            && self.rest.is_empty();
        if shows {
            let html = &self.disarm(html.to_owned());
            let mut text = self.swap();
            self.write_content(id, html, ",1", &mut text);
            if self.scripts.are_islands_in(html) {
                text.push_str(&self.loader());
            }
            self.note_islands(html);
            self.out.push_str(&text);
        }
        shows
    }

    /// Writes what a script puts into a place, and the call of that.
    fn write_content(&self, id: u32, html: &str, argument: &str, text: &mut String) {
        let mut digits = Buffer::new();
        let id = digits.format(id);
        text.reserve(html.len() + 128);
        for piece in [MARK, id, ":c\">", html, "</template>"] {
            text.push_str(piece);
        }
        self.scripts
            .write_all(&["$p(\"", id, "\"", argument, ")"], text);
    }

    /// HTML that is put in place by a script: what runs in it has the nonce.
    fn disarm(&self, html: String) -> String {
        match self.scripts.are_trusted() {
            true => late_scripts::disarm(html, self.scripts.nonce()),
            false => html,
        }
    }

    /// The function that puts contents into their places, if it is not written yet.
    fn swap(&mut self) -> String {
        let mut text = String::new();
        if !std::mem::replace(&mut self.swap, true) {
            self.scripts.write(SWAP, &mut text);
        }
        text
    }

    /// Sets the title of a document whose head has been sent.
    pub(super) fn title(&mut self, title: &str) {
        let mut text = String::new();
        let title = script_string(title);
        let script = format!("document.title={title};document.currentScript.remove()");
        self.scripts.write(&script, &mut text);
        self.append(text);
    }

    /// What has been written and not taken yet.
    pub(super) fn take(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.out)))
    }

    /// Writes something that stands by itself: at once, or as soon as the document is not in the
    /// middle of something that it would break.
    fn append(&mut self, html: String) {
        if !self.rest.is_empty() {
            self.behind.push(html);
            return;
        }
        let (known, _) = self.find_places(&html, &mut Surroundings::default());
        if self.held.is_empty() {
            self.write_all(html);
        } else {
            self.rest.push_back((html, 0));
        }
        self.place(known);
        self.advance();
    }

    /// Goes on from where the document has stopped, up to the next place whose content is missing.
    fn advance(&mut self) {
        while let Some((html, written)) = self.rest.pop_front() {
            let text = &html[written..];
            let Some((at, id)) = next_held(text, &self.held) else {
                self.write(text);
                continue;
            };
            self.write(&text[..at]);
            let Some(content) = self.ready.remove(&id) else {
                self.rest.push_front((html, written + at));
                return;
            };
            // What stood in the place until now is not shown.
            let behind = written + at + end_of_place(&text[at..], id).unwrap_or(MARK.len());
            self.held.remove(&id);
            self.rest.push_front((html, behind));
            self.rest.push_front((content, 0));
        }
        for html in std::mem::take(&mut self.behind) {
            self.append(html);
        }
    }

    /// Notes the places in a piece of HTML that has its place in the document. Gives them, and what
    /// stands behind the last one.
    fn find_places<'a>(
        &mut self,
        html: &'a str,
        surroundings: &mut Surroundings,
    ) -> (Vec<u32>, &'a str) {
        let mut known = Vec::new();
        let mut rest = html;
        while let Some((at, id)) = next_place(rest, |_| true) {
            let (before, place) = rest.split_at(at);
            // Its tags are not read: they are no template of the page's own.
            let tags = MARK.len() + Buffer::new().format(id).len() + MARK_END.len();
            rest = place.get(tags..).unwrap_or_default();
            if !self.placed.insert(id) {
                surroundings.read(before);
                continue;
            }
            known.push(id);
            if self.order != StreamMode::OutOfOrder {
                self.held.insert(id);
                continue;
            }
            surroundings.read(before);
            if let Some(element) = surroundings.element() {
                self.held.insert(id);
                if !element.is_empty() {
                    self.unfit.push(element);
                }
            }
        }
        (known, rest)
    }

    /// Writes what has waited for these places.
    fn place(&mut self, places: Vec<u32>) {
        for id in places {
            if let Some(html) = self.waiting.remove(&id) {
                self.part(id, html);
            }
        }
    }
}

/// Whether a document has no text before its first place.
fn begins_with_place(html: &str) -> bool {
    let Some((at, _)) = next_place(html, |_| true) else {
        return false;
    };
    let before = html[..at].trim();
    before.eq_ignore_ascii_case("<!doctype html>")
}

/// The first place in the text at which the document stops.
fn next_held(text: &str, held: &FxHashSet<u32>) -> Option<(usize, u32)> {
    if held.is_empty() {
        return None;
    }
    next_place(text, |id| held.contains(&id))
}

/// Where the first such place stands, and its number.
///
/// HTML that the page writes as it is may have something that looks like a mark; a place has two.
fn next_place(text: &str, wanted: impl Fn(u32) -> bool) -> Option<(usize, u32)> {
    let mut from = 0;
    while let Some(at) = FIND_MARK.find(&text.as_bytes()[from..]) {
        let start = from + at;
        from = start + MARK.len();
        // The template around a part's content has `:c` behind the number.
        if let Some((id, behind)) = number(&text[from..])
            && behind.starts_with(MARK_END)
            && wanted(id)
            && end_of_place(&text[start..], id).is_some()
        {
            return Some((start, id));
        }
    }
    None
}

/// How long a place is, with its marks and what stands in it until its content is there.
fn end_of_place(text: &str, id: u32) -> Option<usize> {
    let mut from = MARK.len();
    while let Some(at) = FIND_SECOND.find(&text.as_bytes()[from..]) {
        let start = from + at;
        from = start + SECOND.len();
        if let Some((number, behind)) = number(&text[from..])
            && number == id
            && behind.starts_with(SECOND_END)
        {
            // Of two beginnings the second is the one that has an end.
            let end = text.len() - behind.len() + SECOND_END.len();
            return (!begins(&text[MARK.len()..start], id)).then_some(end);
        }
    }
    None
}

/// Whether a place with this number begins in the text.
fn begins(text: &str, id: u32) -> bool {
    let mut marks = FIND_MARK.find_iter(text.as_bytes());
    marks.any(|at| {
        number(&text[at + MARK.len()..])
            .is_some_and(|(number, behind)| number == id && behind.starts_with('"'))
    })
}

/// The number that a text begins with, as we write it, and what stands behind it.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit());
    let (digits, behind) = text.split_at(end.unwrap_or(text.len()));
    if digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().ok()?, behind))
}

/// A text as a string literal in a script that stands in HTML.
pub(super) fn script_string(text: &str) -> String {
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
mod tests;
