//! `#[punctual::test]`

use super::{a_test, outcome};
use crate::attributes::test;
use proc_macro2::TokenStream;
use quote::quote;

#[track_caller]
fn assert_expands(expansion: &TokenStream, expected: &TokenStream) {
    assert_eq!(expansion.to_string(), expected.to_string());
}

/// Checks the messages, and that what is left is this.
#[track_caller]
fn assert_mends(item: TokenStream, messages: &[&str], left: &TokenStream) {
    let expansion = test(quote!(), item);
    assert_eq!(outcome(expansion.clone()).0, messages);
    let expansion = expansion.to_string();
    assert!(expansion.starts_with(&left.to_string()), "{expansion}");
}

#[test]
fn a_test_is_a_plain_function_around_the_asynchronous_one() {
    assert_expands(
        &a_test(),
        &quote! {
            #[::core::prelude::v1::test]
            #[should_panic]
            fn works() -> Result<(), Failure> {
                async fn works() -> Result<(), Failure> { x }
                ::punctual::testing::run(works())
            }
        },
    );
    assert_expands(
        &test(
            quote!(),
            quote! {
                #[ignore]
                #[expect(unused)]
                pub async fn works() { x }
            },
        ),
        &quote! {
            #[::core::prelude::v1::test]
            #[ignore]
            #[expect(unused)]
            pub fn works() {
                async fn works() { x }
                ::punctual::testing::run(works())
            }
        },
    );
}

#[test]
fn one_attribute_makes_the_test() {
    let plain = test(
        quote!(),
        quote!(
            async fn works() {}
        ),
    );
    for other in [quote!(#[test]), quote!(#[tokio::test(start_paused = true)])] {
        assert_mends(
            quote!(#other async fn works() {}),
            &["`#[punctual::test]` makes a test of the function by itself: remove this attribute"],
            &plain,
        );
    }
}

#[test]
fn a_test_is_asynchronous_and_has_no_arguments() {
    assert_mends(
        quote!(
            fn works() {
                x
            }
        ),
        &[
            "`#[punctual::test]` runs an asynchronous function: write `async fn works`, or \
             `#[test]` for a plain one",
        ],
        &quote! {
            #[allow(dead_code, unused_attributes)]
            fn works() { x }
        },
    );
    assert_mends(
        quote!(
            async unsafe extern "C" fn works<T>(a: u8, b: T) {
                x
            }
        ),
        &[
            "a test has no arguments: remove them, and make what it needs in its body",
            "a test cannot be generic: remove these",
            "a test is a plain function: remove `unsafe`",
            "a test is a plain function: remove `extern`",
        ],
        &quote! {
            #[allow(dead_code, unused_attributes)]
            async unsafe extern "C" fn works<T>(a: u8, b: T) { x }
        },
    );
}

#[test]
fn a_test_takes_no_keys() {
    let expansion = test(
        quote!(flavor = "multi_thread"),
        quote!(
            async fn works() {}
        ),
    );
    let plain = test(
        quote!(),
        quote!(
            async fn works() {}
        ),
    );
    assert_eq!(
        outcome(expansion.clone()).0,
        ["unknown key `flavor` of `#[test]`: it takes no keys"],
    );
    assert!(expansion.to_string().starts_with(&plain.to_string()));
}
