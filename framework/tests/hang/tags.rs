//! Whether the tags of a document are balanced.

/// Elements without an end.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements whose content is no HTML.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// What is wrong with the tags of this document, if something is.
pub(crate) fn fault(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            // `<!-->` is a comment as well.
            let comment = comment
                .strip_prefix('>')
                .map_or_else(|| comment.split_once("-->").map(|(_, behind)| behind), Some);
            match comment {
                Some(behind) => rest = behind,
                None => return Some("a comment has no end".to_owned()),
            }
            continue;
        }
        let Some(end) = end_of_tag(rest) else {
            return Some(format!("a tag has no end: {}", excerpt(rest)));
        };
        let tag = &rest[1..end];
        let behind = &rest[end + 1..];
        rest = behind;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(expected) if expected == name => continue,
                Some(expected) => return Some(format!("</{name}> where </{expected}> belongs")),
                None => return Some(format!("</{name}> without its beginning")),
            }
        }
        let name = tag
            .split(|character: char| character.is_whitespace() || character == '/')
            .next()
            .unwrap_or_default();
        if VOID.contains(&name) || tag.ends_with('/') {
            continue;
        }
        if RAW.contains(&name) {
            match rest.split_once(&format!("</{name}>")) {
                Some((_, behind)) => rest = behind,
                None => return Some(format!("<{name}> has no end")),
            }
            continue;
        }
        open.push(name);
    }
    (!open.is_empty()).then(|| format!("not closed: {open:?}"))
}

/// Where the `>` of this tag stands, which may have others in its attributes.
fn end_of_tag(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, character) in html.char_indices() {
        match (quote, character) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), character) if open == character => quote = None,
            _ => {}
        }
    }
    None
}

fn excerpt(html: &str) -> String {
    html.chars().take(40).collect()
}

#[test]
fn tells_what_is_not_balanced() {
    let whole = "<!DOCTYPE html><html><head><meta a=\"x>y\"><title>a<b</title></head>\
        <body><!-- <p> --><!><p>a<br>b</p><script>if(a<b){}</script></body></html>";
    assert_eq!(fault(whole), None);
    for (html, expected) in [
        ("<p><b></p>", "</p> where </b> belongs"),
        ("<p>", "not closed: [\"p\"]"),
        ("</p>", "</p> without its beginning"),
        ("<p", "a tag has no end: <p"),
        ("<!-- a", "a comment has no end"),
        ("<script>a", "<script> has no end"),
    ] {
        assert_eq!(fault(html).as_deref(), Some(expected), "{html}");
    }
}
