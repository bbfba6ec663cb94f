//! Values that name something else: a function, a layout.

use super::types;
use crate::ctxt::Ctxt;
use syn::{Expr, ExprLit, ExprPath, Lit, Path, PathArguments};

/// A value that names a function. `like` is the head of one that would do.
pub(super) fn function(cx: &Ctxt, key: &str, like: &str, value: &Expr) -> Option<ExprPath> {
    if let Expr::Path(path) = value {
        return Some(path.clone());
    }
    let fix = wrapped(key, value).unwrap_or_else(|| {
        let name = like.trim_start_matches("fn ").split('(').next();
        let name = name.unwrap_or_default();
        format!("by its path: write `{key} = {name}`, with `{like}`")
    });
    cx.error(value, format_args!("`{key}` names a function {fix}"));
    None
}

/// A value that names a layout.
pub(super) fn layout(cx: &Ctxt, key: &str, value: &Expr) -> Option<Path> {
    let fix = match value {
        Expr::Path(ExprPath {
            attrs,
            qself: None,
            path,
        }) if attrs.is_empty() => {
            let mut segments = path.segments.iter();
            if segments.all(|segment| segment.arguments.is_none()) {
                return Some(path.clone());
            }
            let mut plain = path.clone();
            for segment in &mut plain.segments {
                segment.arguments = PathArguments::None;
            }
            let plain = types::text(&plain);
            format!("without generics: write `{key} = {plain}`")
        }
        _ => wrapped(key, value).unwrap_or_else(|| {
            format!("by its path: write `{key} = Account`, with `#[layout] fn Account(..)`")
        }),
    };
    cx.error(value, format_args!("`{key}` names a layout {fix}"));
    None
}

/// What to write instead of a path that is in quotes, or called.
fn wrapped(key: &str, value: &Expr) -> Option<String> {
    match value {
        Expr::Call(call) if matches!(*call.func, Expr::Path(_)) => {
            let path = types::text(&call.func);
            Some(format!("without parentheses: write `{key} = {path}`"))
        }
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if syn::parse_str::<ExprPath>(&text.value()).is_ok() => {
            Some(format!("without quotes: write `{key} = {}`", text.value()))
        }
        _ => None,
    }
}
