//! `#[loader]`

use super::{a_blocking_loader, a_loader, assert_refused, outcome};
use crate::attributes::loader;
use proc_macro2::TokenStream;
use quote::quote;

fn guard(value: bool) -> String {
    quote!(const GUARD: ::core::primitive::bool = #value;).to_string()
}

fn a_future() -> TokenStream {
    quote!(
        async fn user() -> Fallible<u8> {}
    )
}

#[test]
fn a_guard_says_so() {
    let plain = loader(quote!(), a_future()).to_string();
    assert!(plain.contains(&guard(false)), "{plain}");
    for (keys, function) in [
        (quote!(guard), a_future()),
        (quote!(guard, timeout = "1s"), a_future()),
        (
            quote!(blocking, timeout = "1s", guard),
            quote!(
                fn user() -> Fallible<u8> {}
            ),
        ),
    ] {
        let expansion = loader(keys, function);
        let (messages, _) = outcome(expansion.clone());
        assert_eq!(messages, [""; 0]);
        let expansion = expansion.to_string();
        assert!(expansion.contains(&guard(true)), "{expansion}");
    }
}

#[test]
fn guard_is_a_flag() {
    assert_refused(
        loader(quote!(guard = true), a_future()),
        &["`guard` takes no value: write `guard` alone"],
    );
    assert_refused(
        loader(quote!(gaurd), a_future()),
        &["unknown key `gaurd` of `#[loader]`: did you mean `guard`?"],
    );
}

#[test]
fn a_loader_is_asynchronous_or_blocking() {
    let expansion = a_blocking_loader().to_string();
    let call = quote!(blocking_body(move || product(__value_0, __value_1, __value_2)).await);
    assert!(expansion.contains(&call.to_string()), "{expansion}");
    let expansion = a_loader().to_string();
    let call = quote!(body(product(__value_0, __value_1, __value_2)).await);
    assert!(expansion.contains(&call.to_string()), "{expansion}");

    let (plain, future) = (
        quote!(
            fn product() -> Fallible<u8> {}
        ),
        quote!(
            async fn product() -> Fallible<u8> {}
        ),
    );
    assert_refused(
        loader(quote!(), plain),
        &[
            "a loader is asynchronous: write `async fn product`, or #[loader(blocking)] when it \
           blocks its thread",
        ],
    );
    assert_refused(
        loader(quote!(blocking), future.clone()),
        &["a blocking loader is a plain function: remove `async`, or `blocking`"],
    );
    assert_refused(
        loader(quote!(blocking = false), future),
        &["`blocking` takes no value: leave `blocking` out to say no"],
    );
}
