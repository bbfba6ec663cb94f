//! What pages and layouts have in common: the levels of what is shown.

use super::arguments::{self, Argument};
use super::place::{self, Place};
use crate::ast::Function;
use crate::model::Signature;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

/// The functions of the trait that are made of the arguments.
pub(super) fn functions(
    function: &Function,
    signature: &Signature<'_>,
    arguments: &[Argument<'_>],
) -> TokenStream {
    let at = place::of_name(&function.sig.ident);
    let [cx, found] = ["__cx", "__found"].map(|name| format_ident!("{name}", span = at));
    let guards = arguments::guards(arguments, &found);
    let start = arguments::start(arguments, &quote!(#cx));
    let body = match signature.complete() {
        Some((_, output)) => body(function, output, &cx, arguments),
        None => quote_spanned!(at=> ::core::unreachable!()),
    };
    quote_spanned! {at=>
        fn guards(#found: &mut ::punctual::__private::Guards<__S>) {
            #guards
        }
        fn start(#cx: &::punctual::__private::Cx<__S>) {
            #start
        }
        fn prepare(
            #cx: ::punctual::__private::Cx<__S>,
        ) -> ::punctual::__private::BoxFuture<
            'static,
            ::core::result::Result<
                ::punctual::__private::PageBody,
                ::punctual::__private::PageError,
            >,
        > {
            #body
        }
    }
}

fn body(function: &Function, output: &Type, cx: &Ident, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &function.sig.ident;
    let at = place::of_name(name);
    let fail = quote_spanned!(at=> ::punctual::__private::PageError::from);
    let prepare = arguments::prepare(at, arguments, cx, &fail);
    let values = arguments::values(arguments);
    let call = match function.sig.asyncness {
        None => quote! {
            call(move || ::punctual::__private::Returned(#name(#values)).answer())
        },
        Some(_) => quote! {
            future(
                move || #name(#values),
                |returned| ::punctual::__private::Returned(returned).answer(),
            )
        },
    };
    // An error about this call is about what the function returns.
    let call = Place::of(output).over(quote!(::punctual::__private::PageBody::#call));
    quote_spanned! {at=>
        ::std::boxed::Box::pin(async move {
            use ::punctual::__private::NoAnswer as _;
            #prepare
            ::core::result::Result::Ok(#call)
        })
    }
}

/// Refuses loaders that cannot come later.
pub(super) fn check_deferred(arguments: &[Argument<'_>]) -> TokenStream {
    let checks = arguments.iter().map(|it| {
        let guard = it.refuse_constant(
            "DEFERRED_GUARD",
            "this loader is a guard and cannot be deferred, because it runs before anything else of \
             the page starts: take `Loaded<..>` or `LoadResult<..>`",
        );
        let deferrable = it.probe(&quote!(deferrable()));
        quote_spanned! {it.place.start()=>
            #guard
            const _: fn() = || #deferrable;
        }
    });
    quote!(#(#checks)*)
}

/// Refuses, for what is no layout, the place for what stands in one.
pub(super) fn refuse_children(name: &Ident, arguments: &[Argument<'_>]) -> TokenStream {
    let message = format!(
        "`{}` has nothing in it: only a `#[layout]` takes `Children`",
        name.unraw()
    );
    let checks = arguments
        .iter()
        .map(|it| it.refuse("is_children", &message));
    quote!(#(#checks)*)
}
