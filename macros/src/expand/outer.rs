//! The layout around a page or another layout.

use super::place::{self, Place};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

/// How many layouts there are, with this one.
pub(super) fn depth(outer: &Path) -> TokenStream {
    info(outer, &quote!(DEPTH))
}

fn info(outer: &Path, constant: &TokenStream) -> TokenStream {
    let place = Place::of(outer);
    let open = place.as_written(quote!(<));
    let close = place.as_written(quote!(as ::punctual::__private::LayoutInfo>::#constant));
    quote!(#open #outer #close)
}

/// What a site has to be so that it has the layout.
pub(super) fn bound(outer: &Path) -> TokenStream {
    let bound = Place::of(outer).as_written(quote!(::punctual::__private::Layout<__S>));
    quote!(#outer: #bound)
}

/// The function of the trait that names the layout.
pub(super) fn function(name: &str, of: &Ident, outer: Option<&Path>) -> Option<TokenStream> {
    let outer = outer?;
    let at = place::of_name(of);
    let function = Ident::new(name, at);
    let name = info(outer, &quote!(NAME));
    Some(quote_spanned! {at=>
        fn #function() -> ::core::option::Option<::punctual::__private::LayoutEntry<__S>> {
            ::core::option::Option::Some(
                ::punctual::__private::LayoutEntry::of::<#outer>(#name),
            )
        }
    })
}
