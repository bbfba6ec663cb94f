//! What stands between two slashes of a path.

use super::Piece;
use super::encoding;
use super::fault::What;
use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;

/// One segment: its pieces, what is wrong with it, and how it should be written.
pub(super) struct Segment {
    pub(super) pieces: Vec<Piece>,
    pub(super) faults: Vec<What>,
    pub(super) fixed: String,
}

impl Segment {
    pub(super) fn read(written: &str, last: bool) -> Self {
        let mut faults = Vec::new();
        let own = translate(written, &mut faults);
        let (text, parameter) = match own.split_once('{') {
            None if own.contains('}') => {
                faults.push(What::Unbalanced(written.to_owned()));
                let name = own.trim_end_matches('}');
                return Self::read(&format!("{{{name}}}"), last).with(faults);
            }
            None => (own.as_str(), None),
            Some((text, parameter)) => (text, Some(parameter)),
        };
        let mut fixed = encoding::check(text, &mut faults);
        if matches!(fixed.as_str(), "." | "..") && parameter.is_none() {
            faults.push(What::DotSegment(fixed.clone()));
        }
        let mut pieces = Vec::new();
        if !fixed.is_empty() {
            pieces.push(Piece::Literal(fixed.clone()));
        }
        if let Some(parameter) = parameter {
            let (piece, written) = read_parameter(parameter, last, &mut faults);
            pieces.extend(piece);
            fixed.push_str(&written);
        }
        Self {
            pieces,
            faults,
            fixed,
        }
    }

    fn with(mut self, mut faults: Vec<What>) -> Self {
        faults.append(&mut self.faults);
        self.faults = faults;
        self
    }
}

/// The segment in Axum's syntax, when it is in that of Leptos (`:id`, `:id?`, `*any`), of Rocket
/// (`<id>`, `<rest..>`) or of templates (`{{id}}`).
fn translate(written: &str, faults: &mut Vec<What>) -> String {
    if let Some(name) = written.strip_prefix(':') {
        let required = name.trim_end_matches('?');
        faults.push(match name == required {
            true => What::Foreign(written.to_owned()),
            false => What::Optional(written.to_owned()),
        });
        return format!("{{{required}}}");
    }
    if let Some(name) = written.strip_prefix('*') {
        faults.push(What::Foreign(written.to_owned()));
        let name = if name.is_empty() { "rest" } else { name };
        return format!("{{*{name}}}");
    }
    let between = |open, close| written.strip_prefix(open)?.strip_suffix(close);
    if let Some(name) = between("<", ">") {
        faults.push(What::Foreign(written.to_owned()));
        return match name.strip_suffix("..") {
            Some(rest) => format!("{{*{rest}}}"),
            None => format!("{{{name}}}"),
        };
    }
    if written.contains("{{") || written.contains("}}") {
        faults.push(What::Escaped(written.to_owned()));
        return match between("{{", "}}") {
            Some(name) if identifier(name.trim()).is_some() => format!("{{{}}}", name.trim()),
            _ => written.replace("{{", "%7B").replace("}}", "%7D"),
        };
    }
    written.to_owned()
}

/// What follows an opening brace.
fn read_parameter(text: &str, last: bool, faults: &mut Vec<What>) -> (Option<Piece>, String) {
    let (inner, after) = match text.split_once('}') {
        Some((inner, after)) if !inner.contains('{') => (inner, after),
        _ => {
            faults.push(What::Unbalanced(format!("{{{text}")));
            let name: String = text.chars().filter(|c| !"{}".contains(*c)).collect();
            let inner = identifier(&name).map(|_| name);
            return (
                None,
                inner.map_or(text.to_owned(), |name| format!("{{{name}}}")),
            );
        }
    };
    let whole = format!("{{{inner}}}");
    if !after.is_empty() {
        faults.push(What::After {
            parameter: whole.clone(),
            after: after.to_owned(),
        });
    }
    let (tail, name) = match inner.strip_prefix('*') {
        Some(name) => (true, name),
        None => (false, inner),
    };
    if name.is_empty() {
        faults.push(What::Unnamed(whole));
        let fixed = if tail { "{*rest}" } else { "{id}" };
        return (None, fixed.to_owned());
    }
    let likely = likely_name(name);
    let tail = tail || inner.ends_with('*') || inner.contains("..");
    let Some(ident) = identifier(name) else {
        faults.push(match name.strip_suffix('?') {
            Some(_) => What::Optional(whole.clone()),
            None => What::Name(name.to_owned()),
        });
        let piece = identifier(&likely).map(|ident| piece(tail, ident));
        let star = if tail { "*" } else { "" };
        return (piece, format!("{{{star}{likely}}}"));
    };
    if tail && !last {
        faults.push(What::TailNotLast(whole));
        return (Some(Piece::Parameter(ident)), format!("{{{name}}}"));
    }
    (Some(piece(tail, ident)), whole)
}

fn piece(tail: bool, ident: Ident) -> Piece {
    match tail {
        true => Piece::Tail(ident),
        false => Piece::Parameter(ident),
    }
}

/// `name` as the name of an argument. A keyword becomes a raw identifier.
fn identifier(name: &str) -> Option<Ident> {
    if matches!(name, "_" | "self" | "Self" | "super" | "crate") || name.starts_with("r#") {
        return None;
    }
    // Spaces and comments would be lost in tokens, and the router would keep them.
    let plain = |c: char| c == '_' || c.is_alphanumeric();
    if !name.chars().all(plain) {
        return None;
    }
    let ident = Ident::parse_any.parse_str(name).ok()?;
    Some(match syn::parse_str::<Ident>(name) {
        Ok(ident) => ident,
        Err(_) => Ident::new_raw(&ident.to_string(), Span::call_site()),
    })
}

/// A name that was most likely meant: `product-id`, `id:u32`, `rest..`, `id?`.
fn likely_name(name: &str) -> String {
    let end = name.find([':', '<', '?', '*']).unwrap_or(name.len());
    let name = name[..end].trim().trim_matches('.');
    name.replace(|c: char| c != '_' && !c.is_alphanumeric(), "_")
}
