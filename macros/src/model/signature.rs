//! The head of a function: what pages, layouts and loaders can be.

use super::types;
use crate::ast::Function;
use crate::ctxt::Ctxt;
use quote::ToTokens;
use syn::{FnArg, GenericParam, ReturnType, Safety, Type};

/// The types of a page, a layout or a loader.
pub(crate) struct Signature<'a> {
    /// `None` when the function cannot be called with what the framework has.
    pub(crate) arguments: Option<Vec<&'a Type>>,
    /// `None` when no use can be made of it.
    pub(crate) output: Option<&'a Type>,
}

/// What a function is to be.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Page,
    Layout,
    Loader,
}

impl Role {
    fn noun(self) -> &'static str {
        match self {
            Self::Page => "a page",
            Self::Layout => "a layout",
            Self::Loader => "a loader",
        }
    }
}

impl<'a> Signature<'a> {
    /// Checks a signature. What is `None` in the result was reported, or is such that rustc
    /// reports it at the function itself.
    pub(crate) fn read(cx: &Ctxt, function: &'a Function, role: Role) -> Self {
        let before = cx.count();
        let sig = &function.sig;
        let noun = role.noun();
        let qualifiers = [
            sig.constness.map(ToTokens::into_token_stream),
            match &sig.safety {
                Safety::Default => None,
                safety => Some(safety.to_token_stream()),
            },
            sig.abi.as_ref().map(ToTokens::to_token_stream),
        ];
        for qualifier in qualifiers.into_iter().flatten() {
            let message = format!("{noun} is a plain function: remove `{qualifier}`");
            cx.error(qualifier, message);
        }
        check_generics(cx, function, noun);
        let arguments = read_arguments(cx, function, noun);
        let callable = cx.count() == before && !arguments.iter().any(|ty| types::has_hole(ty));
        Self {
            arguments: callable.then_some(arguments),
            output: read_output(cx, function, role),
        }
    }

    /// Arguments and return type, when there is nothing wrong with either.
    pub(crate) fn complete(&self) -> Option<(&[&'a Type], &'a Type)> {
        Some((self.arguments.as_deref()?, self.output?))
    }
}

fn check_generics(cx: &Ctxt, function: &Function, noun: &str) {
    for parameter in &function.sig.generics.params {
        let fix = match parameter {
            GenericParam::Lifetime(parameter) => format!(
                "takes owned values: remove the lifetime `{}`",
                parameter.lifetime
            ),
            GenericParam::Type(parameter) => format!(
                "cannot be generic: write a type instead of `{}`",
                parameter.ident
            ),
            GenericParam::Const(parameter) => format!(
                "cannot be generic: write a constant instead of `{}`",
                parameter.ident
            ),
        };
        cx.error(parameter, format_args!("{noun} {fix}"));
    }
}

fn read_arguments<'a>(cx: &Ctxt, function: &'a Function, noun: &str) -> Vec<&'a Type> {
    let mut found = Vec::new();
    for argument in &function.sig.inputs {
        // A method never comes here.
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        if let Some(attr) = argument
            .attrs
            .iter()
            .find(|attr| attr.path().is_ident("cfg"))
        {
            let message =
                format!("{noun} always has the same arguments: put `#[cfg(..)]` on the function");
            cx.error(attr, message);
        }
        let ty = &*argument.ty;
        if let Some(generic) = types::find_impl_trait(ty) {
            let message =
                format!("{noun} cannot be generic: write the type itself and not `impl ..`");
            cx.error(generic, message);
        } else if types::borrows(ty) {
            let fix = match types::owned(ty) {
                Some(owned) => format!("write `{owned}`"),
                None => "write a type without references and lifetimes".to_owned(),
            };
            cx.error(ty, format_args!("{noun} takes owned values: {fix}"));
        } else if types::is_plain_value(ty) {
            let (name, text) = (types::text(&argument.pat), types::text(ty));
            let message = format!(
                "{noun} takes what the request or a loader has: write `Path({name}): Path<{text}>` \
                 or `{name}: Loaded<..>`"
            );
            cx.error(ty, message);
        }
        found.push(ty);
    }
    found
}

fn read_output<'a>(cx: &Ctxt, function: &'a Function, role: Role) -> Option<&'a Type> {
    let ty = match &function.sig.output {
        ReturnType::Type(_, ty) => &**ty,
        ReturnType::Default => {
            let message = match role {
                Role::Page => "a page returns a view: add `-> impl IntoView`",
                Role::Layout => "a layout returns a view: add `-> impl IntoView`",
                Role::Loader => "a loader returns a `Result`: add `-> Result<.., ..>`",
            };
            cx.error_at(function.sig.paren_token.span.close(), message);
            return None;
        }
    };
    if matches!(role, Role::Page | Role::Layout) {
        return Some(ty);
    }
    if let Some(generic) = types::find_impl_trait(ty) {
        cx.error(
            generic,
            "a loader returns types that have names: write the type itself and not `impl ..`",
        );
        return None;
    }
    if types::is_never_a_result(ty) {
        let text = types::text(ty);
        cx.error(
            ty,
            format_args!("a loader returns a `Result`: write `Result<{text}, ..>`"),
        );
        return None;
    }
    // rustc reports a lifetime or a `_` in a return type at the function itself.
    (!types::borrows(ty) && !types::has_hole(ty)).then_some(ty)
}
