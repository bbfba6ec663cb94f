//! `#[page]`

use super::keys::{Given, KeySpec, Shape, Spec};
use super::signature::Role;
use super::{Path, Signature, time};
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use quote::ToTokens as _;
use std::time::Duration;
use syn::{Expr, ExprLit, ExprPath, Lit};

const SPEC: Spec = Spec {
    attribute: "page",
    keys: &[
        KeySpec {
            name: "async",
            shape: Shape::Flag,
        },
        KeySpec {
            name: "path",
            shape: Shape::Value("\"/products/{id}\""),
        },
        KeySpec {
            name: "timeout",
            shape: Shape::Value("\"1s\""),
        },
        KeySpec {
            name: "on_timeout",
            shape: Shape::Value("late_page"),
        },
    ],
};

/// A page.
pub(crate) struct Page<'a> {
    pub(crate) function: &'a Function,
    pub(crate) mode: Mode,
    pub(crate) path: Path,
    pub(crate) timeout: Option<Duration>,
    pub(crate) on_timeout: Option<ExprPath>,
    pub(crate) signature: Signature<'a>,
}

/// Whether a page has an asynchronous life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Async,
    Sync,
    /// Written as a synchronous page, but with mistakes that make it doubtful.
    Doubtful,
}

impl<'a> Page<'a> {
    pub(crate) fn new(cx: &Ctxt, keys: Keys, function: &'a Function) -> Self {
        let given = Given::new(cx, &SPEC, keys);
        let name = &function.sig.ident;
        let path = match given.value("path") {
            Some(value) => Path::read(cx, value),
            None => {
                if given.span("path").is_none() {
                    cx.error(
                        name,
                        format_args!(
                            "the page `{name}` needs a path: write `path = \"/..\"` in `#[page(..)]`"
                        ),
                    );
                }
                Path::root()
            }
        };
        let timeout = given
            .value("timeout")
            .and_then(|value| time::read(cx, "timeout", value));
        let on_timeout = given
            .value("on_timeout")
            .and_then(|value| read_function(cx, "on_timeout", value));
        let asyncness = function.sig.asyncness;
        let mode = match given.span("async") {
            Some(_) => Mode::Async,
            None if given.doubtful || asyncness.is_some() => Mode::Doubtful,
            None => Mode::Sync,
        };
        if let (Mode::Sync | Mode::Doubtful, Some(token)) = (mode, asyncness)
            && !given.doubtful
        {
            cx.error(
                token,
                format_args!(
                    "`{name}` is a synchronous page and cannot be an `async fn`: write \
                     #[page(async, ..)]"
                ),
            );
        }
        Self {
            function,
            mode,
            path,
            timeout,
            on_timeout,
            signature: Signature::read(cx, function, Role::Page),
        }
    }
}

/// A value that names a function.
fn read_function(cx: &Ctxt, key: &str, value: &Expr) -> Option<ExprPath> {
    let fix = match value {
        Expr::Path(path) => return Some(path.clone()),
        Expr::Call(call) if matches!(*call.func, Expr::Path(_)) => {
            let function = call.func.to_token_stream().to_string();
            format!(
                "without parentheses: write `{key} = {}`",
                function.replace(' ', "")
            )
        }
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if syn::parse_str::<ExprPath>(&text.value()).is_ok() => {
            format!("without quotes: write `{key} = {}`", text.value())
        }
        _ => format!(
            "by its path: write `{key} = late_page`, with `fn late_page() -> impl IntoView`"
        ),
    };
    cx.error(value, format_args!("`{key}` names a function {fix}"));
    None
}
