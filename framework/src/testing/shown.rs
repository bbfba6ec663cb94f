//! What a browser makes of a document that comes in pieces: the scripts of `render/document.rs` and of
//! `render/no_script.rs`, as far as they change what is shown.

/// What the template of a place and the one of its content begin with.
const TEMPLATE: &str = "<template id=\"p:";
const SWAP: (&str, &str) = ("<script>function $p(", "</script>");
const NO_SCRIPT: (&str, &str) = ("<noscript><link rel=\"stylesheet\" href=\"", "</noscript>");
/// The key in the address that such a style sheet has.
const NO_SCRIPT_KEY: &str = "__stream=";
const TITLE: (&str, &str) = (
    "<script>document.title=",
    ";document.currentScript.remove()</script>",
);

/// What starts islands, and what tells it of them: neither is shown.
const ISLANDS: [(&str, &str); 2] = [
    ("<script>(function (js, wasm) {", "</script>"),
    ("<script>$i(", "</script>"),
];
const NONCE: (&str, &str) = ("<script nonce=\"", "\">");

/// The document as a browser shows it in the end.
pub(super) fn shown(html: &str) -> String {
    let mut html = without_nonces(html);
    take(&mut html, SWAP, |_| true);
    for script in ISLANDS {
        while take(&mut html, script, |_| true).is_some() {}
    }
    take(&mut html, NO_SCRIPT, |element| {
        element.contains(NO_SCRIPT_KEY)
    });
    while let Some(part) = take_part(&mut html) {
        part.place(&mut html);
    }
    remove_places(&mut html);
    while let Some(title) = take(&mut html, TITLE, |_| true) {
        if let Ok(title) = serde_json::from_str::<String>(&title) {
            set_title(&mut html, &title);
        }
    }
    without_marks(&html)
}

/// The document with scripts that say nothing of whether they may run, which differs from response to response.
fn without_nonces(html: &str) -> String {
    let mut parts = html.split(NONCE.0);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("<script>");
        text.push_str(part.split_once(NONCE.1).map_or(part, |(_, rest)| rest));
    }
    text
}

/// The document without the marks that Leptos puts between texts.
pub(super) fn without_marks(html: &str) -> String {
    html.replace("<!>", "").replace("<!---->", "")
}

/// Takes the first element that stands between these two out of the document, and gives what stands in it.
fn take(
    html: &mut String,
    (begin, end): (&str, &str),
    wanted: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut from = 0;
    loop {
        let start = from + html[from..].find(begin)?;
        from = start + begin.len();
        let length = html[from..].find(end)?;
        let inner = html[from..][..length].to_owned();
        if wanted(&inner) {
            html.replace_range(start..from + length + end.len(), "");
            return Some(inner);
        }
    }
}

/// The content of a place, which came later.
struct Part {
    id: String,
    content: String,
    /// More may come for the same place.
    keeps_place: bool,
}

/// Takes the first one out of the document.
fn take_part(html: &mut String) -> Option<Part> {
    let mut from = 0;
    loop {
        let start = from + html[from..].find(TEMPLATE)?;
        from = start + TEMPLATE.len();
        let rest = &html[from..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (id, rest) = rest.split_at(digits);
        let Some(rest) = rest.strip_prefix(":c\">") else {
            continue;
        };
        let call = format!("</template><script>$p(\"{id}\"");
        let Some((content, behind)) = rest.split_once(&call) else {
            continue;
        };
        let (keeps_place, behind) = match behind.strip_prefix(",1") {
            Some(behind) => (true, behind),
            None => (false, behind),
        };
        let Some(behind) = behind.strip_prefix(")</script>") else {
            continue;
        };
        let part = Part {
            id: id.to_owned(),
            content: content.to_owned(),
            keeps_place,
        };
        let end = html.len() - behind.len();
        html.replace_range(start..end, "");
        return Some(part);
    }
}

impl Part {
    /// Puts it in place of what is shown there.
    fn place(self, html: &mut String) {
        let Some(place) = Place::find(html, &self.id) else {
            return;
        };
        let range = match self.keeps_place {
            true => place.inner,
            false => place.outer,
        };
        html.replace_range(range, &self.content);
    }
}

/// A place in a document, without its marks and with them.
struct Place {
    inner: std::ops::Range<usize>,
    outer: std::ops::Range<usize>,
}

impl Place {
    fn find(html: &str, id: &str) -> Option<Self> {
        let (begin, end) = (
            format!("{TEMPLATE}{id}\"></template>"),
            format!("<!--/p:{id}-->"),
        );
        let until = html.find(&end)?;
        // Of two beginnings the second is the one that has an end.
        let start = html[..until].rfind(&begin)?;
        Some(Self {
            inner: start + begin.len()..until,
            outer: start..until + end.len(),
        })
    }
}

/// Removes the marks of places whose contents have not come, or may come again. What they show stays.
fn remove_places(html: &mut String) {
    let mut from = 0;
    while let Some(at) = html[from..].find(TEMPLATE) {
        let start = from + at;
        from = start + TEMPLATE.len();
        let id = html[from..]
            .split('"')
            .next()
            .unwrap_or_default()
            .to_owned();
        let Some(place) = Place::find(html, &id).filter(|place| place.outer.start == start) else {
            continue;
        };
        html.replace_range(place.inner.end..place.outer.end, "");
        html.replace_range(start..place.inner.start, "");
        from = start;
    }
}

/// Sets the title as a script does, which makes the element where there is none.
fn set_title(html: &mut String, title: &str) {
    let title = title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let end_of_head = html.find("</head>");
    let element = html
        .find("<title")
        .filter(|at| end_of_head.is_none_or(|end| *at < end));
    let text = element.and_then(|at| {
        let start = at + html[at..].find('>')? + 1;
        Some(start..start + html[start..].find("</title>")?)
    });
    match (text, end_of_head) {
        (Some(text), _) => html.replace_range(text, &title),
        (None, Some(end)) => html.insert_str(end, &format!("<title>{title}</title>")),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SWAP: &str = "<script>function $p(i){var d=document;}</script>";

    fn part(id: u32, content: &str) -> String {
        format!("<template id=\"p:{id}:c\">{content}</template><script>$p(\"{id}\")</script>")
    }

    fn place(id: u32, fallback: &str) -> String {
        format!("<template id=\"p:{id}\"></template>{fallback}<!--/p:{id}-->")
    }

    #[test]
    fn a_document_in_one_piece_is_what_it_is() {
        let html = "<p>a</p><template id=\"mine\">b</template><script>c</script>";
        assert_eq!(shown(html), html);
        assert_eq!(shown("a<!>b<!---->c<!-- d -->"), "abc<!-- d -->");
    }

    #[test]
    fn contents_stand_in_their_places() {
        let (one, two) = (place(1, "wait"), place(12, "wait too"));
        let (first, second) = (
            part(12, "<b>12</b>"),
            part(1, "<template id=\"t\">x</template>"),
        );
        let html = format!("<p>{one} and {two}</p>{SWAP}{first}{second}</body>");
        assert_eq!(
            shown(&html),
            "<p><template id=\"t\">x</template> and <b>12</b></p></body>"
        );
    }

    #[test]
    fn contents_hold_places() {
        let outer = part(1, &format!("a {}", place(2, "wait")));
        let html = format!("<p>{}</p>{SWAP}{outer}{}", place(1, "wait"), part(2, "b"));
        assert_eq!(shown(&html), "<p>a b</p>");
    }

    #[test]
    fn where_nothing_has_come_its_fallback_is_shown() {
        let half = "<template id=\"p:2:c\">half";
        let html = format!(
            "<p>{}</p><p>{}</p>{half}",
            place(1, "wait"),
            place(2, "too")
        );
        assert_eq!(shown(&html), format!("<p>wait</p><p>too</p>{half}"));
        // A content whose place is gone is shown nowhere.
        assert_eq!(shown(&format!("<p></p>{SWAP}{}", part(7, "x"))), "<p></p>");
    }

    #[test]
    fn what_only_looks_like_a_place_stays() {
        let raw = "<template id=\"p:1\"></template><template id=\"p:x\"></template>";
        let html = format!("{raw}{}{SWAP}{}", place(1, "wait"), part(1, "a"));
        assert_eq!(shown(&html), format!("{raw}a"));
    }

    #[test]
    fn a_place_may_be_filled_again() {
        let again = |text| part(1, text).replace(")<", ",1)<");
        let html = format!(
            "<p>{}</p>{SWAP}{}{}",
            place(1, "0 %"),
            again("50 %"),
            again("99 %")
        );
        assert_eq!(shown(&html), "<p>99 %</p>");
        assert_eq!(shown(&format!("{html}{}", part(1, "done"))), "<p>done</p>");
    }

    #[test]
    fn the_title_is_the_last_one() {
        let script = |title| {
            format!("<script>document.title={title};document.currentScript.remove()</script>")
        };
        let title = script("\"a\"") + &script("\"\\u003cb\\u003e \\\"c\\\"\"");
        let html = format!("<head><title>old</title></head><svg><title>x</title></svg>{title}");
        let expected = "<head><title>&lt;b&gt; \"c\"</title></head><svg><title>x</title></svg>";
        assert_eq!(shown(&html), expected);
        let html = format!(
            "<head></head><svg><title>x</title></svg>{}",
            script("\"a\"")
        );
        assert_eq!(
            shown(&html),
            "<head><title>a</title></head><svg><title>x</title></svg>"
        );
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        let ours = "<noscript><link rel=\"stylesheet\" href=\"?__stream=end-1f\"><meta></noscript>";
        let theirs = "<noscript><link rel=\"stylesheet\" href=\"plain.css\"></noscript>";
        assert_eq!(shown(&format!("{ours}<p></p>")), "<p></p>");
        assert_eq!(shown(&format!("{theirs}{ours}")), theirs);
    }
}
