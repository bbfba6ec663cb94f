use super::{layout, loader, main, page, test};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, File, Item};

mod layouts;
mod loaders;
mod pages;
mod test_attribute;
mod times;

#[track_caller]
fn parse(expansion: TokenStream) -> File {
    let text = expansion.to_string();
    syn::parse2(expansion).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The messages of an expansion, and the traits that it implements all the same.
fn outcome(expansion: TokenStream) -> (Vec<String>, Vec<String>) {
    let (mut messages, mut traits) = (Vec::new(), Vec::new());
    for item in parse(expansion).items {
        match item {
            Item::Macro(item) => {
                let message: syn::LitStr =
                    item.mac.parse_body().expect("compile_error! has a text");
                messages.push(message.value());
            }
            Item::Const(item) => {
                let text = item.expr.to_token_stream().to_string();
                let names = [
                    "LoaderInfo",
                    "Loader",
                    "PageInfo",
                    "Page",
                    "LayoutInfo",
                    "Layout",
                ];
                let implemented = |name: &&str| {
                    text.contains(&format!(":: {name} for "))
                        || text.contains(&format!(":: {name} < __S > for"))
                };
                traits.extend(names.into_iter().filter(implemented).map(str::to_owned));
            }
            _ => {}
        }
    }
    (messages, traits)
}

/// The first two names of every path that starts at the root.
fn roots(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            roots(group.stream(), found);
        }
        let colon =
            |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
        let before = index.checked_sub(1).map(|before| &tokens[before]);
        let after_name = match before {
            Some(TokenTree::Ident(_)) => true,
            Some(TokenTree::Punct(before)) => ">:".contains(before.as_char()),
            _ => false,
        };
        if colon(index) && colon(index + 1) && !after_name {
            let names = tokens[index + 2..]
                .iter()
                .filter(|token| matches!(token, TokenTree::Ident(_)));
            let names: Vec<_> = names.take(2).map(ToString::to_string).collect();
            found.push(names.join("::"));
        }
    }
}

fn a_page() -> TokenStream {
    page(
        quote!(
            async,
            path = "/{id}/{*rest}",
            layout = shop::Frame,
            method = "post",
            timeout = "1s",
            stream = "in-order",
            load = "sequential",
            on_timeout = late
        ),
        quote! {
            /// Documented.
            #[cfg(here)]
            pub(crate) fn ProductPage(product: Loaded<product>, Path(_): Path<u32>) -> impl IntoView {}
        },
    )
}

fn a_page_with_a_time_of_its_own() -> TokenStream {
    page(
        quote!(path = "/", timeout = |parts| budget(parts)),
        quote! {
            #[cfg(here)]
            fn HomePage() -> impl IntoView {}
        },
    )
}

fn a_layout() -> TokenStream {
    layout(
        quote!(layout = Outer),
        quote! {
            /// Documented.
            #[cfg(here)]
            pub(crate) fn Account(user: Loaded<user>, children: Children) -> impl IntoView {}
        },
    )
}

fn a_test() -> TokenStream {
    test(
        quote!(),
        quote! {
            #[should_panic]
            async fn works() -> Result<(), Failure> { x }
        },
    )
}

fn a_guard() -> TokenStream {
    loader(
        quote!(guard),
        quote! {
            #[cfg(here)]
            pub async fn user(session: Loaded<session>) -> Fallible<u8> { x }
        },
    )
}

fn a_loader() -> TokenStream {
    loader(
        quote!(timeout = "300ms"),
        quote! {
            #[cfg(here)]
            pub async fn product(Path(id): Path<u32>, mut a: Cancel, _: Loaded<b>) -> Fallible<u8> { x }
        },
    )
}

fn a_blocking_loader() -> TokenStream {
    loader(
        quote!(blocking, timeout = "300ms"),
        quote! {
            #[cfg(here)]
            pub fn product(Path(id): Path<u32>, mut a: Cancel, _: Loaded<b>) -> Fallible<u8> { x }
        },
    )
}

#[track_caller]
fn assert_refused(expansion: TokenStream, expected: &[&str]) {
    let (messages, traits) = outcome(expansion);
    assert_eq!(messages, expected);
    assert_eq!(traits.len(), 2, "{traits:?}");
}

#[test]
fn the_item_stays_as_it_is() {
    let item = quote! {
        #[doc = "x"]
        pub async fn product(State(a): State<A>, mut b: B, _: C) -> Fallible<u8> { any thing }
    };
    let expansion = loader(quote!(), item.clone()).to_string();
    assert!(expansion.contains(&format!("] {item} ")), "{expansion}");
    let item = quote!(fn Account(a: Place) -> impl IntoView { any thing });
    let expansion = layout(quote!(), item.clone()).to_string();
    assert!(expansion.contains(&format!("] {item} ")), "{expansion}");
    let item = quote!(fn HomePage() -> impl IntoView { any thing });
    let expansion = page(quote!(path = "/"), item.clone()).to_string();
    assert!(expansion.contains(&format!("] {item} ")), "{expansion}");
}

#[test]
fn everything_generated_has_the_cfg_of_the_item() {
    for expansion in [
        a_page(),
        a_page_with_a_time_of_its_own(),
        a_layout(),
        a_loader(),
        a_guard(),
        a_blocking_loader(),
    ] {
        for item in parse(expansion).items {
            let attrs: &[Attribute] = match &item {
                Item::Fn(item) => &item.attrs,
                Item::Enum(item) => &item.attrs,
                Item::Impl(item) => &item.attrs,
                Item::Const(item) => &item.attrs,
                other => panic!("not expected: {}", other.to_token_stream()),
            };
            let configured = attrs.iter().any(|attr| attr.path().is_ident("cfg"));
            assert!(configured, "{}", item.to_token_stream());
        }
    }
}

#[test]
fn only_the_language_and_the_private_module_are_named() {
    let entry = main(
        quote!(),
        quote!(
            async fn main() -> Exit {
                x
            }
        ),
    );
    for expansion in [
        a_page(),
        a_page_with_a_time_of_its_own(),
        a_layout(),
        a_loader(),
        a_guard(),
        a_blocking_loader(),
        a_test(),
        entry,
    ] {
        let mut found = Vec::new();
        roots(expansion, &mut found);
        assert!(!found.is_empty());
        for path in found {
            let allowed = [
                "core::",
                "std::",
                "punctual::__private",
                "punctual::testing",
            ];
            assert!(allowed.iter().any(|root| path.starts_with(root)), "{path}");
        }
    }
}

#[test]
fn expansions_without_mistakes_have_no_messages() {
    for expansion in [a_page(), a_page_with_a_time_of_its_own()] {
        let (messages, traits) = outcome(expansion);
        assert_eq!(messages, [""; 0]);
        assert_eq!(traits, ["PageInfo", "Page"]);
    }
    let (messages, traits) = outcome(a_layout());
    assert_eq!(messages, [""; 0]);
    assert_eq!(traits, ["LayoutInfo", "Layout"]);
    for expansion in [a_loader(), a_guard(), a_blocking_loader()] {
        let (messages, traits) = outcome(expansion);
        assert_eq!(messages, [""; 0]);
        assert_eq!(traits, ["LoaderInfo", "Loader"]);
    }
}

#[test]
fn a_mistake_leaves_the_types_there() {
    let (messages, traits) = outcome(page(
        quote!(asynk, path = "x", timeout = "1"),
        quote!(
            fn HomePage<T>(a: &str) {}
        ),
    ));
    assert_eq!(messages.len(), 6, "{messages:?}");
    assert_eq!(traits, ["PageInfo", "Page"]);
    let (messages, traits) = outcome(loader(
        quote!(x),
        quote!(
            fn product(a: &str) -> u8 {}
        ),
    ));
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert_eq!(traits, ["LoaderInfo", "Loader"]);
}

#[test]
fn what_is_no_function_comes_back() {
    for attribute in [page, layout, loader, main, test] {
        let (messages, traits) = outcome(attribute(
            quote!(),
            quote!(
                struct ProductPage;
            ),
        ));
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert_eq!(traits, [""; 0]);
    }
}

#[test]
fn the_program_begins_in_a_plain_function() {
    let expansion = main(
        quote!(),
        quote!(
            #[allow(x)]
            pub async fn main() -> Exit {
                x
            }
        ),
    );
    let expected = quote! {
        #[allow(x)]
        pub fn main() -> ::std::process::ExitCode {
            async fn main() -> Exit { x }
            ::punctual::__private::run(main())
        }
    };
    assert_eq!(expansion.to_string(), expected.to_string());
}
