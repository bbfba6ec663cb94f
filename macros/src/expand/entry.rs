//! `#[main]`

use super::place::{self, Place};
use crate::ast::Function;
use crate::model::Entry;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

pub(crate) fn entry(entry: &Entry<'_>, item: &TokenStream) -> TokenStream {
    let Function {
        attrs,
        vis,
        sig,
        body,
    } = entry.function;
    let name = &sig.ident;
    let at = place::of_name(name);
    let Some(output) = entry.output else {
        // Without a `main` there would be an error about that too.
        return match name == "main" {
            true => quote_spanned! {at=>
                fn #name() {
                    #[allow(dead_code)]
                    #item
                }
            },
            false => item.clone(),
        };
    };
    let call = place::own(name);
    // An error about this call is about what the function returns.
    let call = Place::of(output).over(quote!(#call()));
    quote_spanned! {at=>
        #(#attrs)*
        #vis fn #name() -> ::std::process::ExitCode {
            async fn #name() -> #output #body
            ::punctual::__private::run(#call)
        }
    }
}
