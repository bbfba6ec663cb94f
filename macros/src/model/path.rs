//! Paths: `"/products/{id}"`, in Axum's syntax.

mod encoding;
mod fault;
mod segment;

use crate::ctxt::Ctxt;
use fault::{Fault, What};
use proc_macro2::Span;
use quote::format_ident;
use segment::Segment;
use std::collections::HashSet;
use std::mem;
use syn::{Expr, ExprLit, Ident, Lit};

/// How many parameters the router can tell apart, before a last `{*rest}`.
const MOST_PARAMETERS: usize = 25;

/// The path of a page.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) text: String,
    /// What `href` puts together.
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    /// Text, slashes included.
    Literal(String),
    /// `{id}`
    Parameter(Ident),
    /// `{*rest}`
    Tail(Ident),
}

impl Path {
    /// The path of a page that has none: it stands in while the mistake is there.
    pub(crate) fn root() -> Self {
        Self {
            text: "/".to_owned(),
            pieces: vec![Piece::Literal("/".to_owned())],
        }
    }

    /// Reads the value of `path`, and reports what is wrong with it.
    pub(crate) fn read(cx: &Ctxt, value: &Expr) -> Self {
        let Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) = value
        else {
            cx.error(
                value,
                "`path` must be a string literal: write `path = \"/products/{id}\"`",
            );
            return Self::root();
        };
        let (mut path, faults) = Self::parse(&text.value());
        path.locate(text.span());
        for fault in faults {
            cx.error(text, fault);
        }
        path
    }

    /// The path, or the most likely one, and everything that is wrong with the text.
    fn parse(text: &str) -> (Self, Vec<Fault>) {
        let (path, what, fix) = analyse(text);
        // A fix that has a mistake itself helps nobody.
        let fix = fix.filter(|fix| fix != text && analyse(fix).1.is_empty());
        // Where the whole path is shown, one mistake of a kind is enough.
        let mut kinds = HashSet::new();
        let faults = what
            .into_iter()
            .filter(|what| kinds.insert(mem::discriminant(what)) || fix.is_none())
            .map(|what| Fault {
                what,
                fix: fix.clone(),
            })
            .collect();
        (path, faults)
    }

    /// Says where the path is written.
    fn locate(&mut self, span: Span) {
        for piece in &mut self.pieces {
            match piece {
                Piece::Literal(_) => {}
                Piece::Parameter(name) | Piece::Tail(name) => name.set_span(span),
            }
        }
    }

    /// The parameters in the order of the path.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Ident> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Parameter(name) | Piece::Tail(name) => Some(name),
        })
    }
}

/// Finds the pieces of a path, what is wrong with it, and how it should be written.
fn analyse(text: &str) -> (Path, Vec<What>, Option<String>) {
    if text.is_empty() {
        return (Path::root(), vec![What::Empty], None);
    }
    let mut faults = Vec::new();
    let mut rest = text;
    if let Some((_, after)) = rest.split_once("://") {
        faults.push(What::Host);
        rest = after.find('/').map_or("/", |slash| &after[slash..]);
    }
    if let Some((before, after)) = rest.split_once('#') {
        faults.push(What::Fragment(after.to_owned()));
        rest = before;
    }
    // `/:id?` and `/{id?}` are optional parameters; any other `?` begins a query.
    let optional = |after: &str| after.is_empty() || after.starts_with(['/', '}']);
    if let Some(at) = rest.find('?').filter(|at| !optional(&rest[at + 1..])) {
        faults.push(What::Query);
        rest = &rest[..at];
    }
    if !rest.starts_with('/') {
        faults.push(What::NoSlash);
    }
    let body = rest.strip_prefix('/').unwrap_or(rest);
    let segments: Vec<_> = body.split('/').collect();
    let last = segments.len() - 1;
    let (mut pieces, mut fixed) = (Vec::new(), Vec::new());
    for (position, written) in segments.into_iter().enumerate() {
        if written.is_empty() && position < last {
            faults.push(What::EmptySegment);
            continue;
        }
        let segment = Segment::read(written, position == last);
        faults.extend(segment.faults);
        fixed.push(segment.fixed);
        pieces.push(Piece::Literal("/".to_owned()));
        pieces.extend(segment.pieces);
    }
    let fix = format!("/{}", fixed.join("/"));
    let mut names = HashSet::new();
    for piece in &mut pieces {
        if let Piece::Parameter(name) | Piece::Tail(name) = piece
            && !names.insert(name.clone())
        {
            faults.push(What::DoubledName(name.to_string()));
            *name = format_ident!("{name}_{}", names.len() + 1);
        }
    }
    let path = Path {
        text: rest.to_owned(),
        pieces: merge(pieces),
    };
    if names.len() > MOST_PARAMETERS {
        faults.push(What::TooMany(MOST_PARAMETERS));
    }
    // The router itself has the last word: it refuses at startup what it refuses here.
    if faults.is_empty()
        && let Err(error) = matchit::Router::new().insert(text, ())
    {
        faults.push(What::Router(error));
    }
    (path, faults, Some(fix))
}

/// Joins neighbouring texts.
fn merge(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (merged.last_mut(), piece) {
            (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&text),
            (_, piece) => merged.push(piece),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
