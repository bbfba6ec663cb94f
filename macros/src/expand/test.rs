//! `#[test]`

use super::place::{self, Place};
use crate::ast::Function;
use crate::model::Test;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ReturnType;

pub(crate) fn test(test: &Test<'_>) -> TokenStream {
    let Function { vis, sig, body, .. } = test.function;
    let (name, output) = (&sig.ident, &sig.output);
    let attrs = &test.attrs;
    let at = place::of_name(name);
    if !test.runs {
        // Nobody calls it, and that is not the mistake.
        return quote_spanned! {at=>
            #[allow(dead_code, unused_attributes)]
            #(#attrs)*
            #vis #sig #body
        };
    }
    let call = place::own(name);
    // An error about this call is about what the function returns.
    let place = match output {
        ReturnType::Type(_, ty) => Place::of(ty),
        ReturnType::Default => Place::of(name),
    };
    let call = place.over(quote!(#call()));
    quote_spanned! {at=>
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() #output {
            async fn #name() #output #body
            ::punctual::testing::run(#call)
        }
    }
}
