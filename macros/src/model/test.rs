//! `#[test]`

use super::keys::{Given, Spec};
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use syn::{Attribute, Safety};

const SPEC: Spec = Spec {
    attribute: "test",
    keys: &[],
};

/// A test that is asynchronous.
pub(crate) struct Test<'a> {
    pub(crate) function: &'a Function,
    /// All but those of other test attributes.
    pub(crate) attrs: Vec<&'a Attribute>,
    /// Whether it can run; else it is left as it is.
    pub(crate) runs: bool,
}

impl<'a> Test<'a> {
    pub(crate) fn new(cx: &Ctxt, keys: Keys, function: &'a Function) -> Self {
        Given::new(cx, &SPEC, keys);
        let (tests, attrs) = function
            .attrs
            .iter()
            .partition::<Vec<_>, _>(|it| is_test(it));
        for test in tests {
            cx.error(
                test,
                "`#[punctual::test]` makes a test of the function by itself: remove this attribute",
            );
        }
        let before = cx.count();
        let sig = &function.sig;
        if sig.asyncness.is_none() {
            cx.error(
                sig.fn_token,
                format_args!(
                    "`#[punctual::test]` runs an asynchronous function: write `async fn {}`, or \
                     `#[test]` for a plain one",
                    sig.ident
                ),
            );
        }
        if !sig.inputs.is_empty() {
            cx.error(
                &sig.inputs,
                "a test has no arguments: remove them, and make what it needs in its body",
            );
        }
        if !sig.generics.params.is_empty() {
            cx.error(&sig.generics, "a test cannot be generic: remove these");
        }
        if let Safety::Unsafe(token) = sig.safety {
            cx.error(token, "a test is a plain function: remove `unsafe`");
        }
        if let Some(token) = sig.constness {
            cx.error(token, "a test is a plain function: remove `const`");
        }
        if let Some(abi) = &sig.abi {
            cx.error(abi, "a test is a plain function: remove `extern`");
        }
        Self {
            function,
            attrs,
            runs: cx.count() == before,
        }
    }
}

/// Whether an attribute makes a test, like `#[test]` and `#[tokio::test]`.
fn is_test(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|last| last.ident == "test")
}
