//! Which keys an attribute takes, and what was said about them.

use super::choice::{self, Word};
use crate::ast::{Key, Keys, Value};
use crate::ctxt::Ctxt;
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, ExprLit, Lit};

/// An attribute and its keys.
pub(crate) struct Spec {
    /// As it is written: `page`.
    pub(crate) attribute: &'static str,
    pub(crate) keys: &'static [KeySpec],
}

/// One key that an attribute takes.
pub(crate) struct KeySpec {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
}

/// How a key is written.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// By its name alone.
    Flag,
    /// With a value, like this one.
    Value(&'static str),
    /// With one of these words. The last serves as the example: it is not the default.
    OneOf(&'static [Word]),
}

/// The keys that were given, each at most once.
pub(crate) struct Given {
    keys: Vec<(&'static str, Span, Option<Expr>)>,
    /// A key that nobody knows stands there, so nothing follows from a key that is not there.
    pub(crate) doubtful: bool,
}

impl Given {
    /// Checks the keys against what the attribute takes.
    pub(crate) fn new(cx: &Ctxt, spec: &Spec, keys: Keys) -> Self {
        let before = cx.count();
        let mut given = Self {
            keys: Vec::new(),
            doubtful: false,
        };
        for stray in keys.strays {
            let hint = spec.hint_for_stray(&stray.to_string());
            cx.error(stray, format_args!("a key is expected here: {hint}"));
        }
        for Key { name, value } in keys.keys {
            let Some(known) = spec.find(cx, &name) else {
                continue;
            };
            if given.span(known.name).is_some() {
                cx.error(
                    &name,
                    format_args!("`{}` is given twice: keep one", known.name),
                );
                continue;
            }
            let value = known.check(cx, &name, value);
            given.keys.push((known.name, name.span(), value));
        }
        given.doubtful = cx.count() > before;
        given
    }

    /// Where the key stands, when it was given at all.
    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        let mut keys = self.keys.iter();
        keys.find(|(key, ..)| *key == name)
            .map(|(_, span, _)| *span)
    }

    /// The value of a key, when it was given one.
    pub(crate) fn value(&self, name: &str) -> Option<&Expr> {
        let mut keys = self.keys.iter();
        keys.find(|(key, ..)| *key == name)
            .and_then(|(.., value)| value.as_ref())
    }
}

impl Spec {
    /// The key of this name. One that is not known is reported, and taken for the known one
    /// that it resembles.
    fn find(&self, cx: &Ctxt, name: &Ident) -> Option<&'static KeySpec> {
        let written = name.to_string();
        if let Some(known) = self.keys.iter().find(|known| known.name == written) {
            return Some(known);
        }
        let similar = self.similar(&written);
        let word = self.with_word(&written);
        let fix = match (similar, word.or_else(|| self.with_layout(&written))) {
            (Some(known), _) => format!("did you mean `{}`?", known.name),
            (None, Some(fix)) => fix,
            (None, None) => self.list(),
        };
        cx.error(
            name,
            format_args!("unknown key `{written}` of `#[{}]`: {fix}", self.attribute),
        );
        similar
    }

    /// The key that a misspelt one most likely stands for.
    fn similar(&self, written: &str) -> Option<&'static KeySpec> {
        let plain = |name: &str| name.to_lowercase().replace('_', "");
        let distance =
            |known: &KeySpec| strsim::damerau_levenshtein(&plain(known.name), &plain(written));
        self.keys
            .iter()
            .map(|known| (distance(known), known))
            .filter(|(distance, known)| *distance * 3 <= known.name.len())
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, known)| known)
    }

    fn list(&self) -> String {
        let names: Vec<_> = self.keys.iter().map(KeySpec::example).collect();
        match names.as_slice() {
            [] => "it takes no keys".to_owned(),
            [one] => format!("it takes `{one}` only"),
            [most @ .., last] => format!("it takes `{}` and `{last}`", most.join("`, `")),
        }
    }

    /// What to write instead of a word without its key.
    fn with_word(&self, written: &str) -> Option<String> {
        self.keys.iter().find_map(|known| match known.shape {
            Shape::OneOf(words) => choice::find(words, written)
                .map(|word| format!("write `{} = \"{}\"`", known.name, word.text)),
            Shape::Flag | Shape::Value(_) => None,
        })
    }

    /// What to write instead of a layout without its key.
    fn with_layout(&self, written: &str) -> Option<String> {
        let takes = self.keys.iter().any(|known| known.name == "layout");
        let is_name = written.starts_with(char::is_uppercase)
            && written.chars().all(|c| c.is_alphanumeric() || c == '_');
        (takes && is_name).then(|| format!("write `layout = {written}`"))
    }

    /// What to write instead of a value without a key.
    fn hint_for_stray(&self, stray: &str) -> String {
        let takes = |name| self.keys.iter().any(|known| known.name == name);
        let bare = stray.trim_matches('"');
        if let Some(fix) = self.with_word(bare).or_else(|| self.with_layout(bare)) {
            fix
        } else if stray.starts_with("\"/") && takes("path") {
            format!("write `path = {stray}`")
        } else if stray.starts_with('"') && takes("timeout") {
            format!("write `timeout = {stray}`")
        } else {
            self.list()
        }
    }
}

impl KeySpec {
    fn example(&self) -> String {
        match self.shape {
            Shape::Flag => self.name.to_owned(),
            Shape::Value(value) => format!("{} = {value}", self.name),
            Shape::OneOf(words) => {
                let example = words.last().map_or("", |word| word.text);
                format!("{} = \"{example}\"", self.name)
            }
        }
    }

    /// What to write instead of `tokens`, which are no value for this key.
    fn fix(&self, tokens: &TokenStream) -> String {
        match self.shape {
            Shape::Flag | Shape::Value(_) => format!("`{}`", self.example()),
            Shape::OneOf(words) => choice::fix(self.name, words, &choice::bare(tokens)),
        }
    }

    /// The value, when there is one as there should be.
    fn check(&self, cx: &Ctxt, name: &Ident, value: Value) -> Option<Expr> {
        let (key, fix) = (self.name, self.fix(&TokenStream::new()));
        let flag = matches!(self.shape, Shape::Flag);
        match value {
            Value::None if flag => None,
            Value::None => {
                cx.error(name, format_args!("`{key}` needs a value: write {fix}"));
                None
            }
            Value::Missing(equals) => {
                cx.error(
                    equals,
                    format_args!("the value of `{key}` is missing: write {fix}"),
                );
                None
            }
            Value::Given(value) if flag => {
                let fix = match &*value {
                    Expr::Lit(ExprLit {
                        lit: Lit::Bool(lit),
                        ..
                    }) if !lit.value => format!("leave `{key}` out to say no"),
                    _ => format!("write `{key}` alone"),
                };
                cx.error(value, format_args!("`{key}` takes no value: {fix}"));
                None
            }
            Value::Given(mut value) => {
                // A value that comes from a `macro_rules!` macro may be wrapped.
                while let Expr::Group(group) = *value {
                    value = group.expr;
                }
                Some(*value)
            }
            Value::Garbled(tokens) if flag => {
                cx.error(
                    tokens,
                    format_args!("`{key}` takes no value: write `{key}` alone"),
                );
                None
            }
            Value::Garbled(tokens) => {
                let fix = self.fix(&tokens);
                cx.error(
                    tokens,
                    format_args!("this is no value for `{key}`: write {fix}"),
                );
                None
            }
            Value::List(group) if flag => {
                cx.error(
                    group,
                    format_args!("`{key}` takes no value: write `{key}` alone"),
                );
                None
            }
            Value::List(group) => {
                let inner = group.stream();
                let value = syn::parse2::<Expr>(inner.clone()).ok();
                // Of a word this message says all, and the value is not looked at again.
                let value = value.filter(|_| !matches!(self.shape, Shape::OneOf(_)));
                let fix = match value {
                    Some(_) => format!("`{key} = {inner}`"),
                    None => self.fix(&inner),
                };
                cx.error(
                    group,
                    format_args!("the value of `{key}` stands after `=`: write {fix}"),
                );
                value
            }
        }
    }
}

#[cfg(test)]
mod tests;
