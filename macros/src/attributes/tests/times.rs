//! `timeout`: a text, and on a page a function.

use super::{assert_refused, outcome};
use crate::attributes::{loader, page};
use proc_macro2::TokenStream;
use quote::quote;

fn home() -> TokenStream {
    quote!(
        fn HomePage() -> impl IntoView {}
    )
}

#[test]
fn a_page_may_ask_a_function_for_its_time() {
    let none = quote! {
        const TIMEOUT: ::core::option::Option<::core::time::Duration> =
            ::core::option::Option::None;
    };
    for function in [
        quote!(budget),
        quote!(self::times::budget),
        quote!(|parts| Duration::from_secs(1)),
        quote!(move |_: &Parts| TIME),
    ] {
        let expansion = page(quote!(path = "/", timeout = #function), home());
        let (messages, _) = outcome(expansion.clone());
        assert_eq!(messages, [""; 0]);
        let expansion = expansion.to_string();
        let call = quote!(::punctual::__private::page_timeout(#function, __parts));
        assert!(expansion.contains(&call.to_string()), "{expansion}");
        assert!(expansion.contains(&none.to_string()), "{expansion}");
    }
    let expansion = page(quote!(path = "/", timeout = "1s"), home()).to_string();
    assert!(!expansion.contains("fn timeout"), "{expansion}");
}

#[test]
fn what_is_neither_a_text_nor_a_function_is_refused() {
    let refused = |value: TokenStream, expected: &str| {
        assert_refused(
            page(quote!(path = "/", timeout = #value), home()),
            &[expected],
        );
    };
    refused(
        quote!(5),
        "`timeout` must be a string with a unit: write `timeout = \"5s\"`",
    );
    refused(
        quote!("5"),
        "`timeout` needs a unit: write \"5s\" (the units are `ms`, `s` and `m`)",
    );
    refused(
        quote!(budget()),
        "`timeout` names a function without parentheses: write `timeout = budget`",
    );
    refused(
        quote!(Duration::from_secs(1)),
        "`timeout` must be a string with a unit, or a function: write `timeout = \"1s\"`, or \
         `timeout = budget`, with `fn budget(parts: &http::request::Parts) -> Duration`",
    );
}

#[test]
fn the_time_of_a_loader_is_a_text() {
    for value in [quote!(budget), quote!(|_| TIME)] {
        assert_refused(
            loader(
                quote!(timeout = #value),
                quote!(
                    async fn user() -> Fallible<u8> {}
                ),
            ),
            &[
                "the `timeout` of a loader must be a string with a unit: write `timeout = \"1s\"` \
                 (only a page takes a function)",
            ],
        );
    }
}
