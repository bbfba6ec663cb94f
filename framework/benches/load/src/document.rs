//! Whether a document is whole, and the visitor's own.

use crate::fault::{Fault, FaultKind};
use std::collections::HashMap;

/// What stands before the number of a place, and of its content.
const PLACE: &str = "<template id=\"p:";
/// What stands before the number that the visitor has asked with.
const VISITOR: &str = "data-visitor=\"";
/// What stands before the number that the catalog has answered with.
const ANSWER: &str = "data-answer=\"";

/// Looks at the whole of a document, whatever is in it.
pub(crate) fn check_whole(html: &str) -> Result<(), Fault> {
    let begin: String = html.chars().take(15).collect();
    if !begin.eq_ignore_ascii_case("<!doctype html>") {
        return Err(Fault::new(FaultKind::NoBeginning, format!("{begin:?}")));
    }
    if !html.trim_end().ends_with("</html>") {
        return Err(Fault::new(FaultKind::NoEnd, format!("{:?}", tail(html))));
    }
    places(html)
}

/// Looks at what is in a document that was asked for with this number.
pub(crate) fn check_data(html: &str, number: u64) -> Result<(), Fault> {
    let strangers = [VISITOR, ANSWER].into_iter();
    let strangers = strangers.flat_map(|mark| values(html, mark));
    for value in strangers {
        if value.parse() != Ok(number) {
            let seen = format!("{value} in place of {number}");
            return Err(Fault::new(FaultKind::Stranger, seen));
        }
    }
    match values(html, ANSWER).next() {
        Some(_) => Ok(()),
        None => Err(Fault::new(FaultKind::NoData, format!("visitor {number}"))),
    }
}

/// Every place has its content, once.
fn places(html: &str) -> Result<(), Fault> {
    let mut contents: HashMap<&str, usize> = HashMap::new();
    let mut places = Vec::new();
    for id in values(html, PLACE) {
        match id.strip_suffix(":c") {
            Some(id) => *contents.entry(id).or_default() += 1,
            None => places.push(id),
        }
    }
    for id in places {
        let contents = contents.get(id).copied().unwrap_or(0);
        if contents != 1 {
            let seen = format!("place {id} has {contents} contents");
            return Err(Fault::new(FaultKind::Place, seen));
        }
    }
    Ok(())
}

/// What stands between this mark and the next quotation mark, wherever the mark is.
fn values<'a>(html: &'a str, mark: &'static str) -> impl Iterator<Item = &'a str> {
    html.split(mark)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or(rest))
}

/// The last characters.
fn tail(html: &str) -> &str {
    let from = html.len().saturating_sub(40);
    let from = (from..=html.len()).find(|&at| html.is_char_boundary(at));
    from.map_or("", |from| &html[from..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "<!DOCTYPE html><html><b data-visitor=\"7\"></b>\
        <template id=\"p:1\"></template>...<!--/p:1-->\
        <template id=\"p:1:c\"><i data-answer=\"7\"></i></template></html>";

    fn kind(html: &str, number: u64) -> Option<FaultKind> {
        let checked = check_whole(html).and_then(|()| check_data(html, number));
        checked.err().map(|fault| fault.kind)
    }

    #[test]
    fn a_whole_document_is_the_visitors_own() {
        assert_eq!(kind(WHOLE, 7), None);
        assert_eq!(kind(WHOLE, 8), Some(FaultKind::Stranger));
    }

    #[test]
    fn finds_what_is_missing() {
        let without = |text| WHOLE.replacen(text, "", 1);
        for (text, missing) in [
            ("<!DOCTYPE html>", FaultKind::NoBeginning),
            ("</html>", FaultKind::NoEnd),
            ("<template id=\"p:1:c\">", FaultKind::Place),
            (" data-answer=\"7\"", FaultKind::NoData),
        ] {
            assert_eq!(kind(&without(text), 7), Some(missing), "{text}");
        }
        let twice = WHOLE.replace("</html>", "<template id=\"p:1:c\"></template></html>");
        assert_eq!(kind(&twice, 7), Some(FaultKind::Place));
        assert_eq!(kind("", 7), Some(FaultKind::NoBeginning));
    }
}
