//! `#[layout]`

use super::arguments::{self, Argument};
use super::place::{self, Place};
use super::{hidden_block, level, marker, outer};
use crate::model::Layout;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

pub(crate) fn layout(layout: &Layout<'_>, item: &TokenStream) -> TokenStream {
    let types = layout.signature.arguments.as_deref().unwrap_or_default();
    let arguments = arguments::arguments(types);
    let kinds = arguments.iter().map(Argument::kind_constant);
    let (info, checks) = (info(layout), checks(layout, &arguments));
    let implementation = implementation(layout, &arguments);
    let content = quote!(#(#kinds)* #checks #info #implementation);
    let marker = marker(layout.function);
    let block = hidden_block(layout.function, &content);
    let at = place::of_name(&layout.function.sig.ident);
    // Layouts are called like types, have to own what they take, and cannot be `const`.
    let allow = quote_spanned! {at=>
        #[allow(
            non_snake_case,
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_value
        )]
    };
    quote!(#allow #item #marker #block)
}

/// What is known of the layout without the state of a site.
fn info(layout: &Layout<'_>) -> TokenStream {
    let name = &layout.function.sig.ident;
    let at = place::of_name(name);
    let text = name.unraw().to_string();
    let depth = layout.outer.iter().map(outer::depth);
    quote_spanned! {at=>
        #[automatically_derived]
        impl ::punctual::__private::LayoutInfo for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const DEPTH: ::core::primitive::usize = 1_usize #(.wrapping_add(#depth))*;
        }
    }
}

/// Makes rustc look at the item itself, wherever it is used.
fn checks(layout: &Layout<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &layout.function.sig.ident;
    let is_place: Vec<_> = arguments.iter().map(|it| it.is("is_children")).collect();
    let at = place::of_name(name);
    let one_at_least = (!arguments.is_empty()).then(|| {
        let no_place = arguments::assert(&quote!(#(#is_place)||*), &layout.no_place());
        let no_place = Place::of(name).as_written(no_place);
        quote_spanned! {at=>
            const _: () = #no_place;
        }
    });
    let message = format!(
        "the layout `{}` has one place for its pages: take `Children` once",
        name.unraw()
    );
    let one_at_most = arguments.iter().enumerate().skip(1).map(|(index, it)| {
        let (before, this) = (&is_place[..index], &is_place[index]);
        it.refuse_when(&quote!(#this && (#(#before)||*)), &message)
    });
    let deferred = level::check_deferred(arguments);
    quote_spanned! {at=>
        // A circle of layouts is an error in this constant, which rustc names in its message.
        const NO_LAYOUT_MAY_STAND_IN_ITSELF: ::core::primitive::usize =
            <#name as ::punctual::__private::LayoutInfo>::DEPTH;
        #one_at_least
        #(#one_at_most)*
        #deferred
    }
}

fn implementation(layout: &Layout<'_>, arguments: &[Argument<'_>]) -> TokenStream {
    let name = &layout.function.sig.ident;
    let at = place::of_name(name);
    let bounds = arguments.iter().map(Argument::bound);
    let bounds = bounds.chain(layout.outer.iter().map(outer::bound));
    let outer = outer::function("outer", name, layout.outer.as_ref());
    let functions = level::functions(layout.function, &layout.signature, arguments);
    quote_spanned! {at=>
        #[automatically_derived]
        impl<__S> ::punctual::__private::Layout<__S> for #name
        where
            __S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
            #(#bounds,)*
        {
            #outer
            #functions
        }
    }
}
