//! The head of a function: what pages and loaders can be.

use crate::ast::Function;
use crate::ctxt::Ctxt;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{FnArg, GenericParam, Lifetime, ReturnType, Safety, Type};

/// The types of a page or a loader.
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
    Loader,
}

impl Role {
    fn noun(self) -> &'static str {
        match self {
            Self::Page => "a page",
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
        let callable = cx.count() == before && !arguments.iter().any(|ty| has_hole(ty));
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
    let mut types = Vec::new();
    for argument in &function.sig.inputs {
        let argument = match argument {
            FnArg::Typed(argument) => argument,
            FnArg::Receiver(receiver) => {
                let message = format!(
                    "{noun} is a function of its own: move it out of the `impl`, without `self`"
                );
                cx.error(receiver, message);
                continue;
            }
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
        let mut borrows = Borrows::default();
        borrows.visit_type(&argument.ty);
        if let Some(generic) = borrows.generic {
            let message =
                format!("{noun} cannot be generic: write the type itself and not `impl ..`");
            cx.error(generic, message);
        } else if borrows.found {
            let message = format!("{noun} takes owned values: {}", owned(&argument.ty));
            cx.error(&argument.ty, message);
        }
        types.push(&*argument.ty);
    }
    if let Some(variadic) = &function.sig.variadic {
        cx.error(
            variadic,
            format_args!("{noun} has a fixed number of arguments"),
        );
    }
    types
}

/// What to write instead of a borrowed type.
fn owned(ty: &Type) -> String {
    let Type::Reference(reference) = ty else {
        return "write a type without references and lifetimes".to_owned();
    };
    let owned = match &*reference.elem {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", slice.elem.to_token_stream()),
        other => {
            let text = other.to_token_stream().to_string();
            // Tokens are written with spaces between them, types without.
            text.replace(" :: ", "::")
                .replace(" < ", "<")
                .replace(" >", ">")
        }
    };
    format!("write `{owned}`")
}

fn read_output<'a>(cx: &Ctxt, function: &'a Function, role: Role) -> Option<&'a Type> {
    let ty = match &function.sig.output {
        ReturnType::Type(_, ty) => &**ty,
        ReturnType::Default => {
            let message = match role {
                Role::Page => "a page returns a view: add `-> impl IntoView`",
                Role::Loader => "a loader returns a `Result`: add `-> Result<.., ..>`",
            };
            cx.error_at(function.sig.paren_token.span.close(), message);
            return None;
        }
    };
    if matches!(role, Role::Page) {
        return Some(ty);
    }
    let mut borrows = Borrows::default();
    borrows.visit_type(ty);
    if let Some(generic) = borrows.generic {
        cx.error(
            generic,
            "the value and the error of a loader have types with names: write the type itself and \
             not `impl ..`",
        );
    }
    // rustc reports a lifetime or a `_` in a return type at the function itself.
    (!borrows.found && !has_hole(ty)).then_some(ty)
}

/// Whether a type has `_` in it, which rustc reports at the function itself.
fn has_hole(ty: &Type) -> bool {
    struct Holes(bool);
    impl<'ast> Visit<'ast> for Holes {
        fn visit_type_infer(&mut self, _: &'ast syn::TypeInfer) {
            self.0 = true;
        }
    }
    let mut holes = Holes(false);
    holes.visit_type(ty);
    holes.0
}

/// Looks for what ties a type to one call: references, lifetimes, `impl Trait`.
#[derive(Default)]
struct Borrows<'ast> {
    found: bool,
    generic: Option<&'ast syn::TypeImplTrait>,
}

impl<'ast> Visit<'ast> for Borrows<'ast> {
    fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
        self.found |= reference.lifetime.is_none();
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.found |= lifetime.ident != "static";
    }

    fn visit_type_impl_trait(&mut self, generic: &'ast syn::TypeImplTrait) {
        self.generic.get_or_insert(generic);
    }

    // The lifetimes of these are their own: `fn(&str)`, `Box<dyn Fn(&str)>`.
    fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
    fn visit_type_trait_object(&mut self, _: &'ast syn::TypeTraitObject) {}
}
