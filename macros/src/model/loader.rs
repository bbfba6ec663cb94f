//! `#[loader]`

use super::keys::{Given, KeySpec, Shape, Spec};
use super::signature::Role;
use super::{Signature, time};
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use std::time::Duration;

const SPEC: Spec = Spec {
    attribute: "loader",
    keys: &[KeySpec {
        name: "timeout",
        shape: Shape::Value("\"300ms\""),
    }],
};

/// A loader.
pub(crate) struct Loader<'a> {
    pub(crate) function: &'a Function,
    pub(crate) timeout: Option<Duration>,
    pub(crate) signature: Signature<'a>,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(cx: &Ctxt, keys: Keys, function: &'a Function) -> Self {
        let given = Given::new(cx, &SPEC, keys);
        let timeout = given
            .value("timeout")
            .and_then(|value| time::read(cx, "timeout", value));
        let mut signature = Signature::read(cx, function, Role::Loader);
        let sig = &function.sig;
        if sig.asyncness.is_none() {
            cx.error(
                sig.fn_token,
                format_args!("a loader is asynchronous: write `async fn {}`", sig.ident),
            );
            signature.arguments = None;
        }
        Self {
            function,
            timeout,
            signature,
        }
    }
}
