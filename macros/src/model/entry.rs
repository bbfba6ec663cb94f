//! `#[main]`

use super::keys::{Given, Spec};
use super::types;
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use syn::{ReturnType, Safety, Type};

const SPEC: Spec = Spec {
    attribute: "main",
    keys: &[],
};

/// The function in which the program begins.
pub(crate) struct Entry<'a> {
    pub(crate) function: &'a Function,
    /// `None` when nothing can be made of it.
    pub(crate) output: Option<&'a Type>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(cx: &Ctxt, keys: Keys, function: &'a Function) -> Self {
        let before = cx.count();
        Given::new(cx, &SPEC, keys);
        let sig = &function.sig;
        if sig.asyncness.is_none() {
            cx.error(
                sig.fn_token,
                format_args!(
                    "`#[main]` runs an asynchronous function: write `async fn {}`",
                    sig.ident
                ),
            );
        }
        if !sig.inputs.is_empty() {
            cx.error(
                &sig.inputs,
                "`main` has no arguments: remove them, and read `std::env::args()`",
            );
        }
        if !sig.generics.params.is_empty() {
            cx.error(&sig.generics, "`main` cannot be generic: remove these");
        }
        if let Safety::Unsafe(token) = sig.safety {
            cx.error(token, "`main` is a plain function: remove `unsafe`");
        }
        if let Some(abi) = &sig.abi {
            cx.error(abi, "`main` is a plain function: remove `extern`");
        }
        let output = match &sig.output {
            ReturnType::Type(_, ty) => {
                if types::is_another_exit(ty) {
                    cx.error(
                        ty,
                        "`main` returns how the program ends: write `-> punctual::Exit`",
                    );
                }
                Some(&**ty)
            }
            ReturnType::Default => {
                cx.error_at(
                    sig.paren_token.span.close(),
                    "`main` returns how the program ends: add `-> punctual::Exit`",
                );
                None
            }
        };
        Self {
            function,
            output: output.filter(|_| cx.count() == before),
        }
    }
}
