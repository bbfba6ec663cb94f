//! `#[layout]`

use super::keys::{Given, KeySpec, Shape, Spec};
use super::signature::Role;
use super::{Signature, named};
use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use syn::Path;
use syn::ext::IdentExt as _;

const SPEC: Spec = Spec {
    attribute: "layout",
    keys: &[KeySpec {
        name: "layout",
        shape: Shape::Value("Outer"),
    }],
};

/// What stands around pages.
pub(crate) struct Layout<'a> {
    pub(crate) function: &'a Function,
    /// The layout around this one.
    pub(crate) outer: Option<Path>,
    pub(crate) signature: Signature<'a>,
}

impl<'a> Layout<'a> {
    pub(crate) fn new(cx: &Ctxt, keys: Keys, function: &'a Function) -> Self {
        let given = Given::new(cx, &SPEC, keys);
        let outer = given
            .value("layout")
            .and_then(|value| named::layout(cx, "layout", value));
        let mut signature = Signature::read(cx, function, Role::Layout);
        let sig = &function.sig;
        if let Some(token) = sig.asyncness {
            cx.error(
                token,
                "a layout cannot be `async`: its data comes from loaders, which it takes as \
                 arguments",
            );
            signature.arguments = None;
        }
        if sig.inputs.is_empty() {
            cx.error(&sig.ident, no_place(&sig.ident.unraw().to_string()));
            signature.arguments = None;
        }
        Self {
            function,
            outer,
            signature,
        }
    }

    /// What to say when none of the arguments is what stands in the layout.
    pub(crate) fn no_place(&self) -> String {
        no_place(&self.function.sig.ident.unraw().to_string())
    }
}

fn no_place(name: &str) -> String {
    format!(
        "the layout `{name}` has no place for its pages: add an argument `children: Children`, and \
         write `{{children()}}` in its view"
    )
}
