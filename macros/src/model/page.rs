//! `#[page]`

use super::choice::{self, Word};
use super::keys::{Given, KeySpec, Shape, Spec};
use super::signature::Role;
use super::{Path, Signature, named, time, weight};
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use proc_macro2::Ident;
use std::num::NonZeroU32;
use std::time::Duration;
use syn::{Expr, ExprPath};

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
            name: "layout",
            shape: Shape::Value("Account"),
        },
        KeySpec {
            name: "method",
            shape: Shape::OneOf(&METHODS),
        },
        KeySpec {
            name: "timeout",
            shape: Shape::Value("\"1s\""),
        },
        KeySpec {
            name: "stream",
            shape: Shape::OneOf(&STREAMS),
        },
        KeySpec {
            name: "load",
            shape: Shape::OneOf(&LOADS),
        },
        KeySpec {
            name: "weight",
            shape: Shape::Value("4"),
        },
        KeySpec {
            name: "on_timeout",
            shape: Shape::Value("late_page"),
        },
    ],
};

const METHODS: [Word; 2] = [
    Word {
        text: "get",
        variant: "Get",
        others: &[],
    },
    Word {
        text: "post",
        variant: "Post",
        others: &[],
    },
];

/// A function for `on_timeout`.
const LATE_PAGE: &str = "fn late_page() -> impl IntoView";

/// A function for `timeout`.
const BUDGET: &str = "fn budget(parts: &http::request::Parts) -> Duration";

/// The methods of HTTP that a page does not answer.
const OTHER_METHODS: [&str; 7] = [
    "CONNECT", "DELETE", "OPTIONS", "PATCH", "PUT", "QUERY", "TRACE",
];

const STREAMS: [Word; 3] = [
    Word {
        text: "out-of-order",
        variant: "OutOfOrder",
        others: &["on", "true"],
    },
    Word {
        text: "in-order",
        variant: "InOrder",
        others: &["ordered"],
    },
    Word {
        text: "off",
        variant: "Off",
        others: &["buffered", "false", "no", "none"],
    },
];

const LOADS: [Word; 2] = [
    Word {
        text: "concurrent",
        variant: "Concurrent",
        others: &["parallel"],
    },
    Word {
        text: "sequential",
        variant: "Sequential",
        others: &["in-order", "serial"],
    },
];

/// A page.
pub(crate) struct Page<'a> {
    pub(crate) function: &'a Function,
    pub(crate) mode: Mode,
    pub(crate) path: Path,
    /// The innermost layout around it.
    pub(crate) layout: Option<syn::Path>,
    /// `None`, here and below, when the framework's default holds.
    pub(crate) method: Option<&'static Word>,
    pub(crate) timeout: Option<Timeout>,
    pub(crate) stream: Option<&'static Word>,
    pub(crate) load: Option<&'static Word>,
    pub(crate) weight: Option<NonZeroU32>,
    pub(crate) on_timeout: Option<ExprPath>,
    pub(crate) signature: Signature<'a>,
}

/// What a page says about its time.
pub(crate) enum Timeout {
    /// Always the same.
    Fixed(Duration),
    /// What this path or closure says of the head of a request.
    Function(Box<Expr>),
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
        let method = given
            .value("method")
            .and_then(|value| read_method(cx, value));
        let layout = given
            .value("layout")
            .and_then(|value| named::layout(cx, "layout", value));
        let timeout = given
            .value("timeout")
            .and_then(|value| read_timeout(cx, value));
        let stream = given
            .value("stream")
            .and_then(|value| choice::read(cx, "stream", &STREAMS, value));
        let load = given
            .value("load")
            .and_then(|value| choice::read(cx, "load", &LOADS, value));
        let weight = given
            .value("weight")
            .and_then(|value| weight::read(cx, value));
        let on_timeout = given
            .value("on_timeout")
            .and_then(|value| named::function(cx, "on_timeout", LATE_PAGE, value));
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
        if mode == Mode::Sync {
            refuse_asynchronous_keys(cx, name, &given);
        }
        Self {
            function,
            mode,
            path,
            layout,
            method,
            timeout,
            stream,
            load,
            weight,
            on_timeout,
            signature: Signature::read(cx, function, Role::Page),
        }
    }
}

/// Reports the keys that mean nothing on a synchronous page.
fn refuse_asynchronous_keys(cx: &Ctxt, page: &Ident, given: &Given) {
    for (key, reason) in [
        ("stream", "page, which is always sent in one piece"),
        ("load", "page and has no loaders"),
    ] {
        if let Some(span) = given.span(key) {
            cx.error_at(
                span,
                format_args!(
                    "`{page}` is a synchronous {reason}: leave `{key}` out or write \
                     #[page(async, ..)]"
                ),
            );
        }
    }
}

/// The method of the requests that a page answers.
fn read_method(cx: &Ctxt, value: &Expr) -> Option<&'static Word> {
    let written = choice::text(value).to_uppercase();
    if written == "HEAD" {
        cx.error(value, "`get` answers HEAD too: write `method = \"get\"`");
    } else if OTHER_METHODS.contains(&written.as_str()) {
        cx.error(
            value,
            format_args!(
                "a page answers `get` or `post`: {written} goes to a plain route, with \
                 `.routes(..)` of the site's builder"
            ),
        );
    } else {
        return choice::read(cx, "method", &METHODS, value);
    }
    None
}

/// A time, or a function that says one.
fn read_timeout(cx: &Ctxt, value: &Expr) -> Option<Timeout> {
    match value {
        Expr::Path(_) | Expr::Closure(_) => Some(Timeout::Function(Box::new(value.clone()))),
        Expr::Call(call) if call.args.is_empty() => {
            named::function(cx, "timeout", BUDGET, value);
            None
        }
        Expr::Lit(_) => time::read(cx, "timeout", value).map(Timeout::Fixed),
        _ => {
            cx.error(
                value,
                format_args!(
                    "`timeout` must be a string with a unit, or a function: write \
                     `timeout = \"1s\"`, or `timeout = budget`, with `{BUDGET}`"
                ),
            );
            None
        }
    }
}
