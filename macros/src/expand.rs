//! Writes the models out as Rust.
//!
//! Everything is named by its full path: the user may have types called `Result`, `String` or
//! `S`, and a loader called `str`. Of the framework only `punctual::__private` is named.
//!
//! Spans decide where an error is shown. What is about one type stands over that type, the rest
//! over the name of the function; nothing is left at the attribute as a whole. All of it is
//! marked as coming from a macro, so that the user's lints are not applied to it.

mod arguments;
mod entry;
mod layout;
mod level;
mod loader;
mod outer;
mod page;
mod place;
mod test;

pub(crate) use entry::entry;
pub(crate) use layout::layout;
pub(crate) use loader::loader;
pub(crate) use page::page;
pub(crate) use test::test;

use crate::ast::Function;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use std::time::Duration;
use syn::Attribute;

/// The `#[cfg(..)]` of a function. Everything that is generated for it carries them too.
fn cfgs(function: &Function) -> Vec<&Attribute> {
    let attrs = function.attrs.iter();
    attrs.filter(|attr| attr.path().is_ident("cfg")).collect()
}

/// The empty enum of the function's name, which makes the function known as a type.
fn marker(function: &Function) -> TokenStream {
    let Function { vis, sig, .. } = function;
    let (name, cfgs) = (&sig.ident, cfgs(function));
    quote_spanned! {place::of_name(name)=>
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, clippy::exhaustive_enums)]
        #vis enum #name {}
    }
}

/// A block for the implementations, in which the names that they need are in scope.
fn hidden_block(function: &Function, content: &TokenStream) -> TokenStream {
    let cfgs = cfgs(function);
    quote_spanned! {place::of_name(&function.sig.ident)=>
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(
            dead_code,
            deprecated,
            unused_imports,
            unused_qualifications,
            unused_variables,
            clippy::absolute_paths
        )]
        const _: () = {
            use ::punctual::__private::NotALoader as _;
            #content
        };
    }
}

/// `Option<Duration>`, as an expression.
fn timeout(at: Span, timeout: Option<Duration>) -> TokenStream {
    match timeout {
        None => quote_spanned!(at=> ::core::option::Option::None),
        Some(timeout) => {
            // The model allows a day at most.
            let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            quote_spanned! {at=>
                ::core::option::Option::Some(::core::time::Duration::from_millis(#milliseconds))
            }
        }
    }
}
