//! `#[page]`

use super::arguments::{self, Argument};
use super::place::{self, Place};
use super::{cfgs, hidden_block, level, marker, outer, timeout};
use crate::model::{Mode, Page, Piece, Timeout, Word};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

pub(crate) fn page(page: &Page<'_>, item: &TokenStream) -> TokenStream {
    let types = page.signature.arguments.as_deref().unwrap_or_default();
    let arguments = arguments::arguments(types);
    let kinds = arguments.iter().map(Argument::kind_constant);
    let (info, checks) = (info(page), checks(page, &arguments));
    let implementation = implementation(page, &arguments);
    let content = quote!(#(#kinds)* #checks #info #implementation);
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
    let fixed = match page.timeout {
        Some(Timeout::Fixed(timeout)) => Some(timeout),
        Some(Timeout::Function(_)) | None => None,
    };
    let timeout = timeout(at, fixed);
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
    let weight = page.weight.map(|weight| {
        let weight = Literal::u32_unsuffixed(weight.get());
        quote_spanned!(at=> const WEIGHT: ::core::primitive::u32 = #weight;)
    });
    quote_spanned! {at=>
        #[automatically_derived]
        impl ::punctual::__private::PageInfo for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const TIMEOUT: ::core::option::Option<::core::time::Duration> = #timeout;
            const MODE: ::punctual::__private::PageMode =
                ::punctual::__private::PageMode::#mode;
            #(#choices)*
            #weight
        }
    }
}

/// Makes rustc look at the arguments at the item itself, wherever the page is used.
fn checks(page: &Page<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &page.function.sig.ident;
    let children = level::refuse_children(name, arguments);
    let of_mode = match page.mode {
        Mode::Sync => refuse_asynchronous(page, arguments),
        Mode::Async | Mode::Doubtful => level::check_deferred(arguments),
    };
    quote!(#children #of_mode)
}

/// Refuses the arguments that a synchronous page has no use for.
fn refuse_asynchronous(page: &Page<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let message = |what| {
        format!(
            "`{}` is a synchronous page and cannot take {what}: write #[page(async, ..)]",
            page.function.sig.ident.unraw()
        )
    };
    let (loader, tasks) = (message("a loader"), message("`Tasks`"));
    let checks = arguments.iter().map(|it| {
        let (loader, tasks) = (
            it.refuse("is_loader", &loader),
            it.refuse("is_tasks", &tasks),
        );
        quote!(#loader #tasks)
    });
    quote!(#(#checks)*)
}

fn implementation(page: &Page<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &page.function.sig.ident;
    let at = place::of_name(name);
    let on_timeout = match &page.on_timeout {
        None => quote_spanned!(at=> ::core::option::Option::None),
        Some(function) => {
            let place = Place::of(function).start();
            let view = quote_spanned!(place=> ::punctual::__private::failure_view(#function));
            quote_spanned!(at=> ::core::option::Option::Some(#view))
        }
    };
    let bounds = arguments.iter().map(Argument::bound);
    let bounds = bounds.chain(page.layout.iter().map(outer::bound));
    let layout = outer::function("layout", name, page.layout.as_ref());
    let functions = level::functions(page.function, &page.signature, arguments);
    let timeout = timeout_function(page);
    quote_spanned! {at=>
        #[automatically_derived]
        impl<__S> ::punctual::__private::Page<__S> for #name
        where
            __S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
            #(#bounds,)*
        {
            #timeout
            #layout
            #functions
            fn on_timeout() -> ::core::option::Option<::punctual::__private::FailureView> {
                #on_timeout
            }
        }
    }
}

/// The time for one request, when a function says it.
fn timeout_function(page: &Page<'_>) -> Option<TokenStream> {
    let Some(Timeout::Function(function)) = &page.timeout else {
        return None;
    };
    let at = place::of_name(&page.function.sig.ident);
    let parts = format_ident!("__parts", span = at);
    let place = Place::of(function).start();
    let call = quote_spanned! {place=>
        ::punctual::__private::page_timeout(#function, #parts)
    };
    Some(quote_spanned! {at=>
        fn timeout(
            #parts: &::punctual::__private::Parts,
        ) -> ::core::option::Option<::core::time::Duration> {
            #call
        }
    })
}
