//! Values that are one of a few words: `"out-of-order"`, `"in-order"`, `"off"`.

use crate::ctxt::Ctxt;
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Expr, ExprLit, Lit};

/// A word that a key takes.
#[derive(Debug)]
pub(crate) struct Word {
    /// As it is written.
    pub(crate) text: &'static str,
    /// The variant of the framework's enum that it stands for.
    pub(crate) variant: &'static str,
    /// How it is called elsewhere.
    pub(super) others: &'static [&'static str],
}

/// How near a text is to a word.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    /// It is the word.
    Same,
    /// In capital letters.
    Case,
    /// With other signs between its parts, misspelt by this many letters, or as it is called
    /// elsewhere.
    Like(usize),
}

/// Reads the value of `key`, and reports it when it is none of `words`.
pub(super) fn read(
    cx: &Ctxt,
    key: &str,
    words: &'static [Word],
    value: &Expr,
) -> Option<&'static Word> {
    let text = text(value);
    if !is_string(value) {
        let fix = fix(key, words, &text);
        cx.error(value, format_args!("`{key}` must be a string: write {fix}"));
        return None;
    }
    let message = match nearest(words, &text) {
        Some((Near::Same, word)) => return Some(word),
        Some((Near::Case, word)) => {
            format!("`{key}` must be in lower case: write `\"{}\"`", word.text)
        }
        Some((Near::Like(_), word)) => format!(
            "unknown value `{text}` of `{key}`: did you mean `\"{}\"`?",
            word.text
        ),
        None if text.trim().is_empty() => format!("`{key}` is empty: write {}", list(words)),
        None => format!("unknown value `{text}` of `{key}`: write {}", list(words)),
    };
    cx.error(value, message);
    None
}

/// What a value says, in quotes or not: `off` of `"off"`, of `off` and of `Stream::off`.
pub(super) fn text(value: &Expr) -> String {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => text.value(),
        Expr::Path(path) => match path.path.segments.last() {
            Some(last) => last.ident.unraw().to_string(),
            None => String::new(),
        },
        other => bare(&other.to_token_stream()),
    }
}

/// Tokens without quotes and spaces.
pub(super) fn bare(tokens: &TokenStream) -> String {
    tokens.to_string().replace([' ', '"'], "")
}

/// What to write instead of a text: the word that it resembles, else any of the words.
pub(super) fn fix(key: &str, words: &'static [Word], text: &str) -> String {
    match nearest(words, text) {
        Some((_, word)) => format!("`{key} = \"{}\"`", word.text),
        None => list(words),
    }
}

/// All words, as one writes them.
fn list(words: &[Word]) -> String {
    let words: Vec<_> = words
        .iter()
        .map(|word| format!("`\"{}\"`", word.text))
        .collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Whether a text is one of the words, but for the signs between its parts.
pub(super) fn find(words: &'static [Word], text: &str) -> Option<&'static Word> {
    let found = words.iter().find(|word| plain(word.text) == plain(text));
    found.filter(|_| !text.is_empty())
}

fn is_string(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Lit(ExprLit {
            lit: Lit::Str(_),
            ..
        })
    )
}

/// The word that a text most likely stands for.
fn nearest(words: &'static [Word], text: &str) -> Option<(Near, &'static Word)> {
    let near = words
        .iter()
        .filter_map(|word| Some((near(word, text)?, word)));
    near.min_by(|(a, _), (b, _)| a.cmp(b))
}

fn near(word: &Word, text: &str) -> Option<Near> {
    if word.text == text {
        return Some(Near::Same);
    }
    if word.text.eq_ignore_ascii_case(text) {
        return Some(Near::Case);
    }
    let (own, text) = (plain(word.text), plain(text));
    if word.others.iter().any(|other| plain(other) == text) {
        return Some(Near::Like(0));
    }
    let distance = strsim::damerau_levenshtein(&own, &text);
    (distance * 3 <= own.len()).then_some(Near::Like(distance))
}

/// A word without what stands between its parts.
fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
