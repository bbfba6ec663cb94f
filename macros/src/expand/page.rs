//! `#[page]`

use super::arguments::{self, Argument};
use super::place::{self, Place};
use super::{cfgs, hidden_block, marker, timeout};
use crate::model::{Mode, Page, Piece, Word};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

pub(crate) fn page(page: &Page<'_>, item: &TokenStream) -> TokenStream {
    let types = page.signature.arguments.as_deref().unwrap_or_default();
    let arguments = arguments::arguments(types);
    let kinds = arguments.iter().map(Argument::kind_constant);
    let (info, checks) = (info(page), checks(page, &arguments));
    let prepare = prepare(page, &arguments);
    let content = quote!(#(#kinds)* #checks #info #prepare);
    let (marker, href) = (marker(page.function), href(page));
    let block = hidden_block(page.function, &content);
    let at = place::of_name(&page.function.sig.ident);
    // Pages are called like types, have to own what they take, and cannot be `const`.
    let allow = quote_spanned! {at=>
        #[allow(
            non_snake_case,
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_value,
            clippy::unused_async
        )]
    };
    quote!(#allow #item #marker #href #block)
}

/// The function that makes addresses of this page.
fn href(page: &Page<'_>) -> TokenStream {
    let function = page.function;
    let at = place::of_name(&function.sig.ident);
    let (vis, name, cfgs) = (&function.vis, &function.sig.ident, cfgs(function));
    let parameters = page.path.parameters().map(place::own);
    let (mut format, mut values) = (String::new(), Vec::new());
    for piece in &page.path.pieces {
        match piece {
            Piece::Literal(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Parameter(name) => {
                let name = place::own(name);
                format.push_str("{}");
                values.push(quote_spanned!(at=> ::punctual::__private::path_segment(&#name)));
            }
            Piece::Tail(name) => {
                let name = place::own(name);
                format.push_str("{}");
                values.push(quote_spanned!(at=> ::punctual::__private::path_tail(&#name)));
            }
        }
    }
    let text = match values.is_empty() {
        true => quote_spanned!(at=> ::std::string::String::from(#format)),
        false => quote_spanned!(at=> ::std::format!(#format, #(#values),*)),
    };
    let doc = format!(
        "The address of this page, `{}`, with percent-encoded values.",
        page.path.text
    );
    quote_spanned! {at=>
        #(#cfgs)*
        impl #name {
            #[doc = #doc]
            #[must_use]
            #[allow(dead_code, non_snake_case, clippy::impl_trait_in_params)]
            #vis fn href(#(#parameters: impl ::core::fmt::Display),*) -> ::std::string::String {
                #text
            }
        }
    }
}

/// What is known of the page without the state of a site.
fn info(page: &Page<'_>) -> TokenStream {
    let name = &page.function.sig.ident;
    let at = place::of_name(name);
    let (text, path) = (name.unraw().to_string(), &page.path.text);
    let timeout = timeout(at, page.timeout);
    let mode = match page.mode {
        Mode::Async => quote_spanned!(at=> Async),
        Mode::Sync | Mode::Doubtful => quote_spanned!(at=> Sync),
    };
    let choice = |name: &str, ty: &str, word: Option<&Word>| {
        let word = word?;
        let [name, ty, variant] =
            [name, ty, word.variant].map(|text| format_ident!("{text}", span = at));
        Some(quote_spanned! {at=>
            const #name: ::punctual::__private::#ty = ::punctual::__private::#ty::#variant;
        })
    };
    let choices = [
        choice("METHOD", "PageMethod", page.method),
        choice("STREAM", "StreamMode", page.stream),
        choice("LOAD", "LoadOrder", page.load),
    ];
    let choices = choices.into_iter().flatten();
    quote_spanned! {at=>
        #[automatically_derived]
        impl ::punctual::__private::PageInfo for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const TIMEOUT: ::core::option::Option<::core::time::Duration> = #timeout;
            const MODE: ::punctual::__private::PageMode =
                ::punctual::__private::PageMode::#mode;
            #(#choices)*
        }
    }
}

/// Makes rustc look at the arguments at the item itself, wherever the page is used.
fn checks(page: &Page<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let message = format!(
        "`{}` is a synchronous page and cannot take a loader: write #[page(async, ..)]",
        page.function.sig.ident.unraw()
    );
    let checks = arguments.iter().map(|it| match page.mode {
        Mode::Sync => it.refuse(&quote!(is_loader), &message),
        Mode::Async | Mode::Doubtful => {
            let deferrable = it.probe(&quote!(deferrable()));
            quote_spanned!(it.place.start()=> const _: fn() = || #deferrable;)
        }
    });
    quote!(#(#checks)*)
}

fn prepare(page: &Page<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &page.function.sig.ident;
    let at = place::of_name(name);
    let cx = format_ident!("__cx", span = at);
    let body = match page.signature.complete() {
        Some((_, output)) => body(page, output, &cx, arguments),
        None => quote_spanned!(at=> ::core::unreachable!()),
    };
    let on_timeout = match &page.on_timeout {
        None => quote_spanned!(at=> ::core::option::Option::None),
        Some(function) => {
            let place = Place::of(function).start();
            let view = quote_spanned!(place=> ::punctual::__private::failure_view(#function));
            quote_spanned!(at=> ::core::option::Option::Some(#view))
        }
    };
    let bounds = arguments.iter().map(Argument::bound);
    quote_spanned! {at=>
        #[automatically_derived]
        impl<__S> ::punctual::__private::Page<__S> for #name
        where
            __S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
            #(#bounds,)*
        {
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
            fn on_timeout() -> ::core::option::Option<::punctual::__private::FailureView> {
                #on_timeout
            }
        }
    }
}

fn body(page: &Page<'_>, output: &Type, cx: &Ident, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &page.function.sig.ident;
    let at = place::of_name(name);
    let fail = quote_spanned!(at=> ::punctual::__private::PageError::from);
    let prepare = arguments::prepare(at, arguments, cx, &fail);
    let values = arguments::values(arguments);
    let constructor = match page.function.sig.asyncness {
        None => quote!(call),
        Some(_) => quote!(future),
    };
    // An error about this call is about what the page returns.
    let call = Place::of(output).over(quote! {
        ::punctual::__private::PageBody::#constructor(move || #name(#values))
    });
    quote_spanned! {at=>
        ::std::boxed::Box::pin(async move {
            #prepare
            ::core::result::Result::Ok(#call)
        })
    }
}
