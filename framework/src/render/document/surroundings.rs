/// Elements in which a `<template>` with its content cannot stand: in SVG and MathML it is an element of
/// that language; in the next ones, text; in a template of the page's own, and in `<noscript>`, it is where no
/// script finds it.
const ELEMENTS: [&str; 9] = [
    "svg", "math", "title", "textarea", "script", "style", "iframe", "noscript", "template",
];

/// What stands around the end of the text that has been read so far.
#[derive(Default)]
pub(super) struct Surroundings {
    /// The outermost such element that is open, and how often it is.
    inside: Option<(&'static str, usize)>,
}

impl Surroundings {
    /// Those of a place in such an element, whichever it is.
    pub(super) fn held() -> Self {
        Self {
            inside: Some(("", 1)),
        }
    }

    /// The element in which the next text stands, if it is one of those.
    pub(super) fn element(&self) -> Option<&'static str> {
        self.inside.map(|(name, _)| name)
    }

    /// Reads on. It looks at tags only: in what Leptos writes, a `<` is nothing else.
    pub(super) fn read(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
            rest = &rest[at + 1..];
            match &mut self.inside {
                Some((name, open)) => {
                    let closed = rest
                        .strip_prefix('/')
                        .is_some_and(|rest| is_tag(rest, name));
                    if closed {
                        *open -= 1;
                    } else if nests(name) && opens(rest, name) {
                        *open += 1;
                    }
                    if *open == 0 {
                        self.inside = None;
                    }
                }
                None => {
                    if let Some(comment) = rest.strip_prefix("!--") {
                        rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
                        continue;
                    }
                    if !may_be_one(rest) {
                        continue;
                    }
                    let element = ELEMENTS.iter().find(|name| opens(rest, name));
                    self.inside = element
                        .filter(|name| **name != "template" || !is_part(rest))
                        .map(|name| (*name, 1));
                }
            }
        }
    }
}

/// Whether a tag begins as the name of one of those elements does, which most do not.
fn may_be_one(tag: &str) -> bool {
    let first = tag.bytes().next().map(|byte| byte.to_ascii_lowercase());
    matches!(first, Some(b's' | b'm' | b't' | b'i' | b'n'))
}

fn nests(name: &str) -> bool {
    matches!(name, "svg" | "math" | "template")
}

/// Whether a tag of this element begins, and does not end it at once, as `<svg/>` does.
fn opens(tag: &str, name: &str) -> bool {
    is_tag(tag, name)
        && !(matches!(name, "svg" | "math")
            && tag
                .split_once('>')
                .is_some_and(|(tag, _)| tag.ends_with('/')))
}

fn is_tag(tag: &str, name: &str) -> bool {
    let Some(start) = tag.get(..name.len()) else {
        return false;
    };
    start.eq_ignore_ascii_case(name)
        && tag[name.len()..]
            .starts_with(|end: char| end.is_ascii_whitespace() || ">/".contains(end))
}

/// Whether it is the template of a place or of a part, whose contents end up in the document.
fn is_part(tag: &str) -> bool {
    tag.strip_prefix("template id=\"p:").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(html: &str) -> Option<&'static str> {
        let mut surroundings = Surroundings::default();
        surroundings.read(html);
        surroundings.element()
    }

    #[test]
    fn knows_the_element_that_is_open() {
        assert_eq!(after("<body><svg viewBox=\"0 0 1 1\"><g>"), Some("svg"));
        assert_eq!(after("<svg><svg></svg>"), Some("svg"));
        assert_eq!(after("<svg><svg></svg></svg><p>"), None);
        assert_eq!(after("<p>a <svg class=\"x\"/><svg/> b"), None);
        assert_eq!(after("<TITLE>a"), Some("title"));
        assert_eq!(after("<textarea>a</p>"), Some("textarea"));
        assert_eq!(after("<titles><svg-icon><!-- <svg> -->"), None);
        assert_eq!(after("<table><tbody><select><option>"), None);
    }

    #[test]
    fn no_element_is_overlooked() {
        for name in ELEMENTS {
            for name in [name.to_owned(), name.to_uppercase()] {
                assert!(may_be_one(&name), "{name}");
            }
        }
    }

    #[test]
    fn goes_on_where_it_was() {
        let mut surroundings = Surroundings::default();
        surroundings.read("<svg>");
        surroundings.read("<g></g>");
        assert_eq!(surroundings.element(), Some("svg"));
        surroundings.read("</svg>");
        assert_eq!(surroundings.element(), None);
    }

    #[test]
    fn templates_of_parts_are_transparent() {
        assert_eq!(after("<template id=\"p:3:c\"><b>"), None);
        assert_eq!(after("<template id=\"p:3\"></template>"), None);
        assert_eq!(
            after("<template><template id=\"p:3\"></template>"),
            Some("template")
        );
        assert_eq!(
            after("<template shadowrootmode=\"open\"><b></b></template>"),
            None
        );
    }
}
