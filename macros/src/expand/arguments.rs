//! What pages, layouts and loaders do with their arguments.

use super::place::Place;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

/// One argument of a page, a layout or a loader.
pub(super) struct Argument<'a> {
    ty: &'a Type,
    pub(super) place: Place,
    /// The constant that holds the kind of the type.
    kind: Ident,
    held: Ident,
    value: Ident,
}

pub(super) fn arguments<'a>(types: &[&'a Type]) -> Vec<Argument<'a>> {
    let name = |prefix, index| format_ident!("{prefix}{index}", span = Span::mixed_site());
    types
        .iter()
        .enumerate()
        .map(|(index, ty)| Argument {
            ty,
            place: Place::of(ty),
            kind: name("__KIND_", index),
            held: name("__held_", index),
            value: name("__value_", index),
        })
        .collect()
}

impl Argument<'_> {
    /// Finds what kind of argument it is. rustc does, not this macro, so aliases work.
    pub(super) fn kind_constant(&self) -> TokenStream {
        let (kind, kind_of) = (&self.kind, self.probe(&quote!(KIND)));
        quote_spanned!(self.place.start()=> const #kind: ::core::primitive::u8 = #kind_of;)
    }

    /// What is known about the type of the argument.
    pub(super) fn probe(&self, what: &TokenStream) -> TokenStream {
        let ty = self.ty;
        let open = self
            .place
            .as_written(quote!(::punctual::__private::Probe::<));
        let close = self.place.as_written(quote!(>::#what));
        quote!(#open #ty #close)
    }

    /// Whether the argument is of a kind: `function` says it of the constant.
    pub(super) fn is(&self, function: &str) -> TokenStream {
        let kind = &self.kind;
        let function = Ident::new(function, Span::call_site());
        quote!(::punctual::__private::#function(#kind))
    }

    /// A check that fails to compile with `message` when `refused` is true of the kind.
    pub(super) fn refuse(&self, refused: &str, message: &str) -> TokenStream {
        self.refuse_when(&self.is(refused), message)
    }

    /// A check that fails to compile with `message` when `refused` is true. It names no type of
    /// the user's, because it is moved to the place of the argument.
    pub(super) fn refuse_when(&self, refused: &TokenStream, message: &str) -> TokenStream {
        let check = self.place.as_written(assert(&quote!(!(#refused)), message));
        quote_spanned!(self.place.start()=> const _: () = #check;)
    }

    /// The same when the constant `refused` is true of the type.
    pub(super) fn refuse_constant(&self, refused: &str, message: &str) -> TokenStream {
        let name = Ident::new(refused, Span::call_site());
        let value = self.probe(&quote!(#name));
        let constant = format_ident!("__{refused}", span = Span::mixed_site());
        let check = self.refuse_when(&quote!(#constant), message);
        quote_spanned! {self.place.start()=>
            const _: () = {
                const #constant: ::core::primitive::bool = #value;
                #check
            };
        }
    }

    /// What a site has to be so that it has the argument.
    pub(super) fn bound(&self) -> TokenStream {
        let (ty, kind) = (self.ty, &self.kind);
        let bound = self
            .place
            .as_written(quote!(::punctual::__private::Arg<__S, #kind>));
        quote!(#ty: #bound)
    }

    /// A function of `Arg`.
    pub(super) fn call(&self, function: &str, arguments: &TokenStream) -> TokenStream {
        let (ty, kind) = (self.ty, &self.kind);
        let function = Ident::new(function, Span::call_site());
        let open = self.place.over(quote!(<));
        let close = self
            .place
            .over(quote!(as ::punctual::__private::Arg<__S, #kind>>::#function(#arguments)));
        quote!(#open #ty #close)
    }
}

/// An assertion, as an expression.
pub(super) fn assert(condition: &TokenStream, message: &str) -> TokenStream {
    // The message of `assert!` is a format string.
    let message = message.replace('{', "{{").replace('}', "}}");
    quote!(::core::assert!(#condition, #message))
}

/// Statements that find the guards that the arguments need.
pub(super) fn guards(arguments: &[Argument<'_>], found: &Ident) -> TokenStream {
    let guards = arguments.iter();
    let guards = guards.map(|it| it.call("guards", &quote!(#found)));
    quote!(#(#guards;)*)
}

/// Statements that start what the arguments need. `cx` is a reference.
pub(super) fn start(arguments: &[Argument<'_>], cx: &TokenStream) -> TokenStream {
    let start = arguments.iter().map(|it| it.call("start", cx));
    quote!(#(#start;)*)
}

/// Statements, at the place `at`, that make the values of all arguments, which have started.
///
/// Everything is there before the first failure counts, in the order of the arguments.
pub(super) fn prepare(
    at: Span,
    arguments: &[Argument<'_>],
    cx: &Ident,
    fail: &TokenStream,
) -> TokenStream {
    let by_reference = quote!(&#cx);
    let hold = arguments.iter().map(|it| {
        let (held, call) = (&it.held, it.call("hold", &by_reference));
        quote_spanned!(at=> let #held = #call.await;)
    });
    let settle = arguments.iter().map(|it| {
        let (held, value) = (&it.held, &it.value);
        let call = it.call("settle", &quote!(#held, &#cx));
        quote_spanned!(at=> let #value = #call.await.map_err(#fail)?;)
    });
    let refine = arguments.iter().map(|it| {
        let value = &it.value;
        let call = it.call("refine", &quote!(#value, &#cx));
        quote_spanned!(at=> let #value = #call;)
    });
    quote_spanned! {at=>
        #(#hold)*
        #(#settle)*
        #(#refine)*
    }
}

/// The values, to call the function with.
pub(super) fn values(arguments: &[Argument<'_>]) -> TokenStream {
    let values = arguments.iter().map(|it| &it.value);
    quote!(#(#values),*)
}
