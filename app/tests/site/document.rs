//! What a browser makes of a document, as far as the pages of this site need it.

/// The document with every late part in the place that was kept for it, as the page's own script
/// leaves it.
pub(crate) fn assembled(html: &str) -> String {
    let mut html = html.to_owned();
    while let Some(part) = Part::first(&html) {
        html = html.replacen(&part.sent, "", 1);
        let from = format!("<template id=\"p:{}\"></template>", part.id);
        let to = format!("<!--/p:{}-->", part.id);
        let start = html.find(&from).expect("a place for the part");
        let end = html.find(&to).expect("the end of the place");
        let range = match part.stays {
            true => start + from.len()..end,
            false => start..end + to.len(),
        };
        html.replace_range(range, &part.content);
    }
    html
}

/// A part that is sent behind the document.
struct Part {
    id: String,
    content: String,
    /// Whether others follow for the same place: it is the progress of something.
    stays: bool,
    /// All of it, as it was sent.
    sent: String,
}

impl Part {
    fn first(html: &str) -> Option<Self> {
        const START: &str = "<template id=\"p:";
        let content = html.find(":c\">")? + 4;
        let start = html[..content].rfind(START)?;
        let id = &html[start + START.len()..content - 4];
        let call = format!(">$p(\"{id}\"");
        let called = content + html[content..].find(&call)?;
        // The script has attributes.
        let end = html[..called].rfind("</template><script")?;
        let rest = &html[called + call.len()..];
        let stays = rest.starts_with(",1");
        let sent = called + call.len() + rest.find("</script>")? + "</script>".len();
        Some(Self {
            id: id.to_owned(),
            content: html[content..end].to_owned(),
            stays,
            sent: html[start..sent].to_owned(),
        })
    }
}

/// What stands between the two, each time.
pub(crate) fn between<'a>(html: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let pieces = html.split(before).skip(1);
    pieces
        .filter_map(|piece| Some(piece.split_once(after)?.0))
        .collect()
}

/// What is in `<main>`, without the timeline and without comments.
pub(crate) fn main_of(html: &str) -> String {
    let (_, rest) = html.split_once("<main id=\"content\">").expect("a main");
    let (main, _) = rest.split_once("</main>").expect("its end");
    without_comments(&without_timeline(main))
}

/// Without the figure, in which the times differ each time.
fn without_timeline(html: &str) -> String {
    let Some((before, rest)) = html.split_once("<figure class=\"timeline") else {
        return html.to_owned();
    };
    let (_, after) = rest.split_once("</figure>").expect("the end of the figure");
    format!("{before}{after}")
}

/// Without the marks by which a script would find its way.
fn without_comments(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html.replace("<!>", "");
    while let Some((before, comment)) = rest.split_once("<!--") {
        text.push_str(before);
        let (_, after) = comment.split_once("-->").expect("the end of the comment");
        rest = after.to_owned();
    }
    text + &rest
}

/// What can be read, from top to bottom.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        // Before the first tag there is none to leave out.
        let behind = piece.split_once('>').map_or(piece, |(_, behind)| behind);
        text.push_str(behind);
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
