//! What a visitor finds wrong with a response.

use crate::{
    tags,
    way::{Kind, Way},
};
use punctual::testing::{End, TestPage};

/// Something that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It had not ended long after its deadline.
    Hung,
    /// The document has no end, or its tags are not balanced, or the status is not what it should be.
    Truncated,
    /// A piece is missing, or there twice, or in another place.
    Order,
    /// A piece of somebody else, or of nobody, because the context was lost.
    Foreign,
}

/// What a response was like.
pub(crate) struct Verdict {
    pub(crate) faults: Vec<(Fault, String)>,
    /// A place shows that its content was late.
    pub(crate) shows_fallback: bool,
    /// The page itself was late, because the machine was busy.
    pub(crate) is_late: bool,
}

/// Reads a response. `strict`: it has to show the most that it can.
pub(crate) fn check(way: &Way, who: &str, page: &TestPage, strict: bool) -> Verdict {
    let mut faults = Vec::new();
    let leaves = way.kind == Kind::Leaves;
    let late = !strict && !leaves && page.status() == 504;
    if !leaves {
        let status = page.status().as_u16();
        let woke = !strict && way.kind == Kind::Blocks && status == 200;
        if status != way.status && !late && !woke {
            faults.push((Fault::Truncated, format!("status {status}")));
        }
        if page.ended() != End::Whole || !page.is_whole() {
            faults.push((Fault::Truncated, "the document has no end".to_owned()));
        }
        let sent = tags::fault(&page.html()).map(|fault| format!("as it was sent: {fault}"));
        let shown = || tags::fault(&page.shown()).map(|fault| format!("as it is shown: {fault}"));
        if let Some(fault) = sent.or_else(shown) {
            faults.push((Fault::Truncated, fault));
        }
    }
    // What was sent and is not shown must not be somebody else's either.
    if let Some((number, other)) = pieces(&page.html())
        .into_iter()
        .find(|(_, other)| other != who)
    {
        faults.push((Fault::Foreign, format!("[{number}:{other}]")));
    }
    let numbers: Vec<u32> = pieces(&page.shown())
        .into_iter()
        .map(|(number, _)| number)
        .collect();
    let shows_fallback = numbers.iter().any(|number| *number >= 10);
    let fits = match strict && !way.races {
        true => way.shows[0] == numbers,
        false if late => numbers.is_empty(),
        false => way.shows.iter().any(|shows| is_like(way, shows, &numbers)),
    };
    if !leaves && !fits {
        faults.push((Fault::Order, format!("{numbers:?}")));
    }
    for (_, text) in &mut faults {
        text.push_str(" in ");
        text.push_str(&page.html());
    }
    Verdict {
        faults,
        shows_fallback,
        is_late: late,
    }
}

fn is_like(way: &Way, expected: &[u32], numbers: &[u32]) -> bool {
    let mut numbers = numbers.iter().copied().peekable();
    for number in expected {
        let is_it = |shown: &u32| {
            let late = way.may_be_late && (2..9).contains(number) && *shown == number * 10;
            shown == number || late
        };
        if numbers.next_if(is_it).is_none() && !way.held.contains(number) {
            return false;
        }
    }
    numbers.next().is_none()
}

/// The pieces in this text: `[7:abc]`.
fn pieces(html: &str) -> Vec<(u32, String)> {
    let piece = |text: &str| {
        let (piece, _) = text.split_once(']')?;
        let (number, who) = piece.split_once(':')?;
        Some((number.parse().ok()?, who.to_owned()))
    };
    html.split('[').skip(1).filter_map(piece).collect()
}
