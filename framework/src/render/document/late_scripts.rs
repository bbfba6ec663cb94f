//! Scripts in the parts of a page that are put in place by a script.
//!
//! Under a policy with `'strict-dynamic'` browsers run what a trusted script brings into the document, whether it has the
//! nonce or not; so they would run each `<script>` of a late part, also one that somebody has got into raw HTML of the
//! page. Here those without the nonce are made what they are in the first part of a document: text.

const SCRIPT: &str = "<script";

/// What makes it text. Of two attributes of a name the first one counts.
const INERT: &str = " type=\"text/plain\"";

/// Data, which nobody runs.
const DATA: [&str; 2] = [
    " type=\"application/json\"",
    " type=\"application/ld+json\"",
];

/// Takes from the scripts that do not have this nonce that they run.
pub(super) fn disarm(html: String, nonce: &str) -> String {
    let Some(first) = find(&html) else {
        return html;
    };
    let mut out = String::with_capacity(html.len() + 64);
    let (mut rest, mut next) = (html.as_str(), Some(first));
    while let Some(end) = next {
        let (before, behind) = rest.split_at(end);
        out.push_str(before);
        if !is_known(behind, nonce) {
            out.push_str(INERT);
        }
        rest = behind;
        next = find(rest);
    }
    out.push_str(rest);
    out
}

/// Where the name of the first element ends that is a script.
///
/// No tag can say it in another way. What is none, such as a text in a comment, is taken for one; nothing runs there.
fn find(html: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'<', &html.as_bytes()[from..]) {
        let start = from + at;
        from = start + 1;
        let name = html.as_bytes().get(start..start + SCRIPT.len())?;
        if name.eq_ignore_ascii_case(SCRIPT.as_bytes()) {
            return Some(start + SCRIPT.len());
        }
    }
    None
}

/// Whether the attributes are those of data, or of a script that the page has written.
fn is_known(attributes: &str, nonce: &str) -> bool {
    if DATA.iter().any(|data| attributes.starts_with(data)) {
        return true;
    }
    let tag = attributes.split('>').next().unwrap_or_default();
    // Leptos escapes it in attributes: with one, this would be an unfinished tag which takes in the next.
    !tag.contains('<') && tag.contains(&format!(" nonce=\"{nonce}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disarmed(html: &str) -> String {
        disarm(html.to_owned(), "N")
    }

    #[test]
    fn without_the_nonce_it_is_text() {
        for (html, expected) in [
            (
                "<script>1</script>",
                "<script type=\"text/plain\">1</script>",
            ),
            ("<p><SCRIPT/src=x>", "<p><SCRIPT type=\"text/plain\"/src=x>"),
            (
                "<script nonce=\"M\">",
                "<script type=\"text/plain\" nonce=\"M\">",
            ),
            (
                "<script\ntype=module>",
                "<script type=\"text/plain\"\ntype=module>",
            ),
            // An unfinished tag does not get the nonce of the next.
            (
                "<script src=x a='<script nonce=\"N\">",
                "<script type=\"text/plain\" src=x a='<script nonce=\"N\">",
            ),
            ("<ü<script", "<ü<script type=\"text/plain\""),
        ] {
            assert_eq!(disarmed(html), expected);
        }
    }

    #[test]
    fn with_it_and_as_data_it_stays() {
        for html in [
            "",
            "<b>1 < 2 &lt;script&gt;</b><",
            "<script nonce=\"N\">1</script><script type=\"module\" nonce=\"N\">2</script>",
            "<script type=\"application/ld+json\">{}</script>",
            "<scrip",
        ] {
            assert_eq!(disarmed(html), html);
        }
    }
}
