//! The passes of each attribute: tokens, ast, model, tokens.

use crate::ast::{Function, Keys};
use crate::ctxt::Ctxt;
use crate::{expand, model};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn page(keys: TokenStream, item: TokenStream) -> TokenStream {
    attribute(
        "page",
        "a function",
        keys,
        item,
        |cx, keys, function, item| expand::page(&model::Page::new(cx, keys, function), item),
    )
}

pub(crate) fn layout(keys: TokenStream, item: TokenStream) -> TokenStream {
    attribute(
        "layout",
        "a function",
        keys,
        item,
        |cx, keys, function, item| expand::layout(&model::Layout::new(cx, keys, function), item),
    )
}

pub(crate) fn loader(keys: TokenStream, item: TokenStream) -> TokenStream {
    attribute(
        "loader",
        "a function",
        keys,
        item,
        |cx, keys, function, item| expand::loader(&model::Loader::new(cx, keys, function), item),
    )
}

pub(crate) fn main(keys: TokenStream, item: TokenStream) -> TokenStream {
    let place = "`async fn main() -> punctual::Exit`";
    attribute("main", place, keys, item, |cx, keys, function, item| {
        expand::entry(&model::Entry::new(cx, keys, function), item)
    })
}

pub(crate) fn test(keys: TokenStream, item: TokenStream) -> TokenStream {
    let place = "an `async fn`";
    attribute("test", place, keys, item, |cx, keys, function, _| {
        expand::test(&model::Test::new(cx, keys, function))
    })
}

/// Runs the passes, and adds the errors of all of them to the expansion.
///
/// The expansion always has the user's item, so that mistakes in an attribute cause no errors
/// where the item is used.
fn attribute(
    name: &str,
    place: &str,
    keys: TokenStream,
    item: TokenStream,
    expand: impl FnOnce(&Ctxt, Keys, &Function, &TokenStream) -> TokenStream,
) -> TokenStream {
    let cx = Ctxt::new();
    let keys = Keys::parse(&cx, keys);
    let expansion = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => match function.sig.receiver() {
            None => expand(&cx, keys, &function, &item),
            Some(receiver) => {
                // Nothing can be generated inside of an `impl`.
                cx.error(
                    receiver,
                    format_args!(
                        "`#[{name}]` belongs above {place}, not a method: move it out of the `impl`"
                    ),
                );
                item
            }
        },
        Err(error) => {
            // The parser knows the place, and this function what the attribute is for.
            cx.error_at(
                error.span(),
                format_args!("{error}: `#[{name}]` belongs above {place}"),
            );
            item
        }
    };
    match cx.check() {
        Ok(()) => expansion,
        Err(errors) => {
            let errors = errors.to_compile_error();
            quote!(#expansion #errors)
        }
    }
}

#[cfg(test)]
mod tests;
