//! `#[layout]`, and the key `layout`.

use super::{assert_refused, outcome};
use crate::attributes::{layout, page};
use proc_macro2::TokenStream;
use quote::quote;

fn account() -> TokenStream {
    quote!(
        fn Account(children: Children) -> impl IntoView {}
    )
}

fn home() -> TokenStream {
    quote!(
        fn HomePage() -> impl IntoView {}
    )
}

#[test]
fn a_layout_counts_those_around_it() {
    let alone = layout(quote!(), account()).to_string();
    let depth = quote!(
        const DEPTH: ::core::primitive::usize = 1_usize;
    );
    assert!(alone.contains(&depth.to_string()), "{alone}");
    assert!(!alone.contains("fn outer"), "{alone}");
    assert!(!alone.contains("fn href"), "{alone}");

    let inner = layout(quote!(layout = shop::Frame), account()).to_string();
    let depth = quote! {
        1_usize.wrapping_add(<shop::Frame as ::punctual::__private::LayoutInfo>::DEPTH)
    };
    assert!(inner.contains(&depth.to_string()), "{inner}");
    let bound = quote!(shop::Frame: ::punctual::__private::Layout<__S>);
    assert!(inner.contains(&bound.to_string()), "{inner}");
    assert!(inner.contains("fn outer"), "{inner}");
}

#[test]
fn a_page_names_its_layout() {
    for path in [
        quote!(Account),
        quote!(self::shop::Frame),
        quote!(crate::Frame),
    ] {
        let expansion = page(quote!(path = "/", layout = #path), home());
        let (messages, _) = outcome(expansion.clone());
        assert_eq!(messages, [""; 0]);
        let of = quote! {
            ::punctual::__private::LayoutEntry::of::<#path>(
                <#path as ::punctual::__private::LayoutInfo>::NAME
            )
        };
        assert!(expansion.to_string().contains(&of.to_string()));
    }
    let expansion = page(quote!(path = "/"), home()).to_string();
    assert!(!expansion.contains("fn layout"), "{expansion}");
}

#[test]
fn a_layout_is_named_by_its_path() {
    let refused = |value: TokenStream, expected: &str| {
        assert_refused(
            page(quote!(path = "/", layout = #value), home()),
            &[expected],
        );
        assert_refused(layout(quote!(layout = #value), account()), &[expected]);
    };
    refused(
        quote!("Account"),
        "`layout` names a layout without quotes: write `layout = Account`",
    );
    refused(
        quote!(shop::Account()),
        "`layout` names a layout without parentheses: write `layout = shop::Account`",
    );
    refused(
        quote!(shop::Account::<u8>),
        "`layout` names a layout without generics: write `layout = shop::Account`",
    );
    for value in [
        quote!(1),
        quote!(|| view),
        quote!(<A as B>::C),
        quote!("my account"),
    ] {
        refused(
            value,
            "`layout` names a layout by its path: write `layout = Account`, with `#[layout] fn \
             Account(..)`",
        );
    }
}

#[test]
fn a_layout_is_found_without_its_key() {
    assert_refused(
        page(quote!(path = "/", Account), home()),
        &["unknown key `Account` of `#[page]`: write `layout = Account`"],
    );
    assert_refused(
        layout(quote!(Frame), account()),
        &["unknown key `Frame` of `#[layout]`: write `layout = Frame`"],
    );
    assert_refused(
        layout(quote!("Frame"), account()),
        &["a key is expected here: write `layout = Frame`"],
    );
    assert_refused(
        layout(quote!(path = "/", lay_out = Frame), account()),
        &[
            "unknown key `path` of `#[layout]`: it takes `layout = Outer` only",
            "unknown key `lay_out` of `#[layout]`: did you mean `layout`?",
        ],
    );
}

#[test]
fn a_layout_is_a_plain_function_with_a_place() {
    assert_refused(
        layout(
            quote!(),
            quote!(
                async fn Account(children: Children) -> impl IntoView {}
            ),
        ),
        &["a layout cannot be `async`: its data comes from loaders, which it takes as arguments"],
    );
    assert_refused(
        layout(
            quote!(),
            quote!(
                fn Account() {}
            ),
        ),
        &[
            "a layout returns a view: add `-> impl IntoView`",
            "the layout `Account` has no place for its pages: add an argument `children: \
             Children`, and write `{children()}` in its view",
        ],
    );
    assert_refused(
        layout(
            quote!(),
            quote!(
                unsafe fn Account<T>(id: u32, children: &Children) -> impl IntoView {}
            ),
        ),
        &[
            "a layout is a plain function: remove `unsafe`",
            "a layout cannot be generic: write a type instead of `T`",
            "a layout takes what the request or a loader has: write `Path(id): Path<u32>` or \
             `id: Loaded<..>`",
            "a layout takes owned values: write `Children`",
        ],
    );
}
