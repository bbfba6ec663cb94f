//! `#[loader]`

use super::keys::{Given, KeySpec, Shape, Spec};
use super::signature::Role;
use super::{Signature, time};
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use std::time::Duration;
use syn::Expr;

const SPEC: Spec = Spec {
    attribute: "loader",
    keys: &[
        KeySpec {
            name: "timeout",
            shape: Shape::Value("\"300ms\""),
        },
        KeySpec {
            name: "blocking",
            shape: Shape::Flag,
        },
        KeySpec {
            name: "guard",
            shape: Shape::Flag,
        },
    ],
};

/// A loader.
pub(crate) struct Loader<'a> {
    pub(crate) function: &'a Function,
    pub(crate) timeout: Option<Duration>,
    /// Whether it is a plain function, for the blocking threads.
    pub(crate) blocking: bool,
    /// Whether it runs before anything else of a page starts.
    pub(crate) guard: bool,
    pub(crate) signature: Signature<'a>,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(cx: &Ctxt, keys: Keys, function: &'a Function) -> Self {
        let given = Given::new(cx, &SPEC, keys);
        let timeout = given
            .value("timeout")
            .and_then(|value| read_timeout(cx, value));
        let mut signature = Signature::read(cx, function, Role::Loader);
        let sig = &function.sig;
        let blocking = given.span("blocking").is_some();
        match sig.asyncness {
            None if !blocking => {
                cx.error(
                    sig.fn_token,
                    format_args!(
                        "a loader is asynchronous: write `async fn {}`, or #[loader(blocking)] when \
                         it blocks its thread",
                        sig.ident
                    ),
                );
                signature.arguments = None;
            }
            // With a mistake in the keys it is not certain that `blocking` is meant.
            Some(token) if blocking && !given.doubtful => cx.error(
                token,
                "a blocking loader is a plain function: remove `async`, or `blocking`",
            ),
            _ => {}
        }
        Self {
            function,
            timeout,
            blocking: blocking && sig.asyncness.is_none(),
            guard: given.span("guard").is_some(),
            signature,
        }
    }
}

/// A time. A page may say it with a function, and a loader may not.
fn read_timeout(cx: &Ctxt, value: &Expr) -> Option<Duration> {
    if let Expr::Path(_) | Expr::Closure(_) = value {
        cx.error(
            value,
            "the `timeout` of a loader must be a string with a unit: write `timeout = \"1s\"` \
             (only a page takes a function)",
        );
        return None;
    }
    time::read(cx, "timeout", value)
}
