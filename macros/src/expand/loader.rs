//! `#[loader]`

use super::arguments::{self, Argument};
use super::level;
use super::place::{self, Place};
use super::{hidden_block, marker, timeout};
use crate::model::Loader;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

pub(crate) fn loader(loader: &Loader<'_>, item: &TokenStream) -> TokenStream {
    let types = loader.signature.arguments.as_deref().unwrap_or_default();
    let arguments = arguments::arguments(types);
    let kinds = arguments.iter().map(Argument::kind_constant);
    let (info, checks) = (info(loader, &arguments), checks(loader, &arguments));
    let run = run(loader, &arguments);
    let content = quote!(#(#kinds)* #info #checks #run);
    let marker = marker(loader.function);
    let block = hidden_block(loader.function, &content);
    // Loaders have to be asynchronous or else blocking, to own what they take, and to return a
    // `Result`; they cannot be `const`.
    let at = place::of_name(&loader.function.sig.ident);
    let allow = quote_spanned! {at=>
        #[allow(
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_value,
            clippy::unnecessary_wraps,
            clippy::unused_async
        )]
    };
    quote!(#allow #item #marker #block)
}

/// What is known of the loader without the state of a site.
fn info(loader: &Loader<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &loader.function.sig.ident;
    let at = place::of_name(name);
    let text = name.unraw().to_string();
    let timeout = timeout(at, loader.timeout);
    let depths = arguments.iter().map(|it| it.probe(&quote!(DEPTH)));
    let levels = arguments.iter().map(|it| it.probe(&quote!(LEVELS)));
    let statuses = arguments.iter().map(|it| it.probe(&quote!(STATUS)));
    let guard = loader.guard;
    let guarded = arguments.iter().map(|it| it.probe(&quote!(GUARDED)));
    let (output, error) = parts(loader);
    let (own_status, page_error) = match loader.signature.output {
        Some(ty) => {
            let probe = error_probe(ty, &error);
            let at = Place::of(ty).start();
            (
                quote_spanned!(at=> #probe::STATUS),
                quote_spanned! {at=>
                    ::punctual::__private::caused_by(#probe::page_error(error), #probe::source(error))
                },
            )
        }
        None => (
            quote_spanned!(at=> false),
            quote_spanned!(at=> match **error {}),
        ),
    };
    quote_spanned! {at=>
        #[automatically_derived]
        impl ::punctual::__private::LoaderInfo for #name {
            type Output = #output;
            type Error = #error;
            const NAME: &'static ::core::primitive::str = #text;
            const TIMEOUT: ::core::option::Option<::core::time::Duration> = #timeout;
            const DEPTH: ::core::primitive::usize = 1_usize #(.wrapping_add(#depths))*;
            const LEVELS: ::core::primitive::usize = ::punctual::__private::levels(&[#(#levels),*]);
            const OWN_STATUS: ::core::primitive::bool = {
                use ::punctual::__private::PlainError as _;
                #own_status
            };
            const STATUS: ::core::primitive::bool =
                <#name as ::punctual::__private::LoaderInfo>::OWN_STATUS #(|| #statuses)*;
            const GUARD: ::core::primitive::bool = #guard;
            const GUARDED: ::core::primitive::bool =
                <#name as ::punctual::__private::LoaderInfo>::GUARD #(|| #guarded)*;
            fn habit() -> &'static ::punctual::__private::Habit {
                static HABIT: ::punctual::__private::Habit = ::punctual::__private::Habit::new();
                &HABIT
            }
            fn page_error(
                error: &::std::sync::Arc<#error>,
            ) -> ::punctual::__private::PageError {
                use ::punctual::__private::PlainError as _;
                #page_error
            }
        }
    }
}

/// The types of the value and of the error.
///
/// rustc finds them in the return type, not this macro, so aliases work. They are written out
/// wherever they are needed: rustc shows the same error at the same place once.
fn parts(loader: &Loader<'_>) -> (TokenStream, TokenStream) {
    let Some(ty) = loader.signature.output else {
        let at = place::of_name(&loader.function.sig.ident);
        return (
            quote_spanned!(at=> ()),
            quote_spanned!(at=> ::core::convert::Infallible),
        );
    };
    let place = Place::of(ty);
    let part = |part| {
        let open = place.at_first(quote!(<));
        let close = place.at_first(quote!(as ::punctual::__private::ResultLike>::#part));
        quote!(#open #ty #close)
    };
    (part(quote!(Output)), part(quote!(Error)))
}

/// What is known about the error.
fn error_probe(output: &Type, error: &TokenStream) -> TokenStream {
    let place = Place::of(output);
    let open = place.over(quote!(::punctual::__private::ErrorProbe::<));
    let close = place.over(quote!(>));
    quote!(#open #error #close)
}

/// Makes rustc look at the item itself, wherever it is used.
fn checks(loader: &Loader<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &loader.function.sig.ident;
    let message = format!(
        "the loader `{}` cannot take a `Deferred`: take `Loaded<..>` or `LoadResult<..>`",
        name.unraw()
    );
    let deferred = arguments
        .iter()
        .map(|it| it.refuse("is_deferred", &message));
    let children = level::refuse_children(name, arguments);
    quote_spanned! {place::of_name(name)=>
        // A circle of loaders is an error in this constant, which rustc names in its message.
        const NO_LOADER_MAY_NEED_ITSELF: ::core::primitive::usize =
            <#name as ::punctual::__private::LoaderInfo>::DEPTH;
        #(#deferred)*
        #children
    }
}

fn run(loader: &Loader<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &loader.function.sig.ident;
    let at = place::of_name(name);
    let [cx, found] = ["__cx", "__found"].map(|name| format_ident!("{name}", span = at));
    let (_, error) = parts(loader);
    let body = match loader.signature.complete() {
        Some(_) => body(loader, &cx, arguments),
        None => quote_spanned!(at=> ::core::unreachable!()),
    };
    let bounds = arguments.iter().map(Argument::bound);
    let statuses = arguments
        .iter()
        .map(|it| it.call("statuses", &quote!(#cx, #found)));
    let guards = arguments::guards(arguments, &found);
    let at_once = arguments
        .iter()
        .map(|it| it.call("is_at_once", &TokenStream::new()));
    quote_spanned! {at=>
        #[automatically_derived]
        impl<__S> ::punctual::__private::Loader<__S> for #name
        where
            __S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
            #(#bounds,)*
        {
            fn run(
                #cx: ::punctual::__private::Cx<__S>,
            ) -> ::punctual::__private::BoxFuture<
                'static,
                ::core::result::Result<
                    ::punctual::__private::Loaded<Self>,
                    ::punctual::__private::LoadError<#error>,
                >,
            > {
                #body
            }
            fn statuses(
                #cx: &::punctual::__private::Cx<__S>,
                #found: &mut ::punctual::__private::Statuses,
            ) {
                #(#statuses;)*
            }
            fn guards(#found: &mut ::punctual::__private::Guards<__S>) {
                #guards
            }
            fn is_at_once() -> ::core::primitive::bool {
                <Self as ::punctual::__private::LoaderInfo>::habit().is_at_once() #(&& #at_once)*
            }
        }
    }
}

fn body(loader: &Loader<'_>, cx: &Ident, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &loader.function.sig.ident;
    let at = place::of_name(name);
    let fail = quote_spanned!(at=> ::punctual::__private::arg_error);
    let start = arguments::start(arguments, &quote!(&#cx));
    let prepare = arguments::prepare(at, arguments, cx, &fail);
    let values = arguments::values(arguments);
    let function = place::own(name);
    let call = quote_spanned!(at=> #function(#values));
    let run = match loader.blocking {
        true => quote_spanned!(at=> #cx.blocking_body(move || #call)),
        false => quote_spanned!(at=> #cx.body(#call)),
    };
    quote_spanned! {at=>
        ::std::boxed::Box::pin(async move {
            #start
            #prepare
            #run.await.map(::punctual::__private::Loaded::new)
        })
    }
}
