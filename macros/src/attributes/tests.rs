use super::{loader, main, page};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, File, Item};

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
                let names = ["LoaderInfo", "Loader", "PageInfo", "Page"];
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
            timeout = "1s",
            on_timeout = late
        ),
        quote! {
            /// Documented.
            #[cfg(here)]
            pub(crate) fn ProductPage(product: Loaded<product>, Path(_): Path<u32>) -> impl IntoView {}
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

#[test]
fn the_item_stays_as_it_is() {
    let item = quote! {
        #[doc = "x"]
        pub async fn product(State(a): State<A>, mut b: B, _: C) -> Fallible<u8> { any thing }
    };
    let expansion = loader(quote!(), item.clone()).to_string();
    assert!(expansion.contains(&format!("] {item} ")), "{expansion}");
    let item = quote!(fn HomePage() -> impl IntoView { any thing });
    let expansion = page(quote!(path = "/"), item.clone()).to_string();
    assert!(expansion.contains(&format!("] {item} ")), "{expansion}");
}

#[test]
fn everything_generated_has_the_cfg_of_the_item() {
    for expansion in [a_page(), a_loader()] {
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
    for expansion in [a_page(), a_loader(), entry] {
        let mut found = Vec::new();
        roots(expansion, &mut found);
        assert!(!found.is_empty());
        for path in found {
            let allowed = ["core::", "std::", "punctual::__private"];
            assert!(allowed.iter().any(|root| path.starts_with(root)), "{path}");
        }
    }
}

#[test]
fn expansions_without_mistakes_have_no_messages() {
    let (messages, traits) = outcome(a_page());
    assert_eq!(messages, [""; 0]);
    assert_eq!(traits, ["PageInfo", "Page"]);
    let (messages, traits) = outcome(a_loader());
    assert_eq!(messages, [""; 0]);
    assert_eq!(traits, ["LoaderInfo", "Loader"]);
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
    for attribute in [page, loader, main] {
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
