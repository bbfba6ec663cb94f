//! What a browser makes of a document, as far as the pages of this site need it.

/// The document with every late part in the place that was kept for it, as the page's own script
/// leaves it.
pub(crate) fn assembled(html: &str) -> String {
    let mut html = html.to_owned();
    while let Some((id, part)) = next_part(&html) {
        let sent =
            format!("<template id=\"p:{id}:c\">{part}</template><script>$p(\"{id}\")</script>");
        html = html.replace(&sent, "");
        let from = format!("<template id=\"p:{id}\"></template>");
        let to = format!("<!--/p:{id}-->");
        let start = html.find(&from).expect("a place for the part");
        let end = html.find(&to).expect("the end of the place") + to.len();
        html.replace_range(start..end, &part);
    }
    html
}

/// The first part that is sent behind the document, and what it is called.
fn next_part(html: &str) -> Option<(String, String)> {
    let (_, rest) = html.split_once(":c\">")?;
    let before = &html[..html.len() - rest.len()];
    let (_, id) = before.rsplit_once("<template id=\"p:")?;
    let id = id.trim_end_matches(":c\">");
    let end = format!("</template><script>$p(\"{id}\")</script>");
    let (part, _) = rest.split_once(&end)?;
    Some((id.to_owned(), part.to_owned()))
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
