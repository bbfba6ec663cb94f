//! `#[page]`

use super::{assert_refused, outcome};
use crate::attributes::page;
use quote::quote;

#[test]
fn a_page_says_what_was_given_and_leaves_the_rest_to_the_framework() {
    let function = quote!(
        fn HomePage() -> impl IntoView {}
    );
    let plain = page(quote!(async, path = "/"), function.clone()).to_string();
    for name in ["METHOD", "STREAM", "LOAD"] {
        assert!(!plain.contains(name), "{plain}");
    }
    for (name, ty, key, values) in [
        (
            quote!(METHOD),
            quote!(PageMethod),
            quote!(method),
            &[("get", quote!(Get)), ("post", quote!(Post))][..],
        ),
        (
            quote!(STREAM),
            quote!(StreamMode),
            quote!(stream),
            &[
                ("out-of-order", quote!(OutOfOrder)),
                ("in-order", quote!(InOrder)),
                ("off", quote!(Off)),
            ],
        ),
        (
            quote!(LOAD),
            quote!(LoadOrder),
            quote!(load),
            &[
                ("concurrent", quote!(Concurrent)),
                ("sequential", quote!(Sequential)),
            ],
        ),
    ] {
        for (value, variant) in values {
            let keys = quote!(async, path = "/", #key = #value);
            let expansion = page(keys, function.clone());
            let (messages, _) = outcome(expansion.clone());
            assert_eq!(messages, [""; 0]);
            let expected = quote! {
                const #name: ::punctual::__private::#ty =
                    ::punctual::__private::#ty::#variant;
            };
            let expansion = expansion.to_string();
            assert!(expansion.contains(&expected.to_string()), "{expansion}");
        }
    }
}

#[test]
fn a_page_answers_get_or_post() {
    let refused = |value: &str, expected: &str| {
        let keys = quote!(path = "/", method = #value);
        let function = quote!(
            fn HomePage() -> impl IntoView {}
        );
        assert_refused(page(keys, function), &[expected]);
    };
    refused("GET", "`method` must be in lower case: write `\"get\"`");
    refused("Post", "`method` must be in lower case: write `\"post\"`");
    refused("head", "`get` answers HEAD too: write `method = \"get\"`");
    refused(
        "put",
        "a page answers `get` or `post`: PUT goes to a plain route, with `.routes(..)` of the \
         site's builder",
    );
    refused(
        "got",
        "unknown value `got` of `method`: did you mean `\"get\"`?",
    );
    refused(
        "any",
        "unknown value `any` of `method`: write `\"get\"` or `\"post\"`",
    );
}

#[test]
fn a_weight_is_a_whole_number_from_one_on() {
    let taken = page(
        quote!(path = "/", weight = 10),
        quote!(
            fn HomePage() -> impl IntoView {}
        ),
    );
    assert!(taken.to_string().contains("const WEIGHT"));
    let refused = |weight: proc_macro2::TokenStream, expected: &str| {
        let keys = quote!(path = "/", weight = #weight);
        let function = quote!(
            fn HomePage() -> impl IntoView {}
        );
        assert_refused(page(keys, function), &[expected]);
    };
    refused(quote!("4"), "`weight` must be a number: write `weight = 4`");
    refused(
        quote!("much"),
        "`weight` must be a number: write a whole number, such as `weight = 4`",
    );
    refused(
        quote!(1.5),
        "`weight` must be a number: write a whole number, such as `weight = 4`",
    );
    refused(
        quote!(0),
        "`weight` is 0, but every page takes a place: write 1, or leave it out",
    );
    refused(
        quote!(5_000_000_000),
        "`weight` is too large: it goes up to 4294967295",
    );
}

#[test]
fn a_synchronous_page_has_nothing_to_stream_or_load() {
    let stream = "`HomePage` is a synchronous page, which is always sent in one piece: leave \
                  `stream` out or write #[page(async, ..)]";
    let load = "`HomePage` is a synchronous page and has no loaders: leave `load` out or write \
                #[page(async, ..)]";
    let function = quote!(
        fn HomePage() -> impl IntoView {}
    );
    assert_refused(
        page(
            quote!(
                path = "/",
                stream = "off",
                load = "sequential",
                method = "post"
            ),
            function.clone(),
        ),
        &[stream, load],
    );
    // What is wrong with the values is said too.
    assert_refused(
        page(quote!(path = "/", stream = "of"), function.clone()),
        &[
            "unknown value `of` of `stream`: did you mean `\"off\"`?",
            stream,
        ],
    );
    // It is not certain that the page is to be a synchronous one.
    assert_refused(
        page(quote!(path = "/", stream = "off", task), function),
        &[
            "unknown key `task` of `#[page]`: it takes `async`, `path = \"/products/{id}\"`, \
           `layout = Account`, `method = \"post\"`, `timeout = \"1s\"`, `stream = \"off\"`, `load = \"sequential\"`, \
           `weight = 4` and `on_timeout = late_page`",
        ],
    );
    assert_refused(
        page(
            quote!(path = "/", stream = "off", load = "sequential"),
            quote!(
                async fn HomePage() -> impl IntoView {}
            ),
        ),
        &["`HomePage` is a synchronous page and cannot be an `async fn`: write #[page(async, ..)]"],
    );
}
