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
    let item = quote!(fn HomePage() -> impl IntoView { any thing });
    let expansion = page(quote!(path = "/"), item.clone()).to_string();
    assert!(expansion.contains(&format!("] {item} ")), "{expansion}");
}

#[test]
fn everything_generated_has_the_cfg_of_the_item() {
    for expansion in [a_page(), a_loader(), a_blocking_loader()] {
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
    for expansion in [a_page(), a_loader(), a_blocking_loader(), entry] {
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
    for expansion in [a_loader(), a_blocking_loader()] {
        let (messages, traits) = outcome(expansion);
        assert_eq!(messages, [""; 0]);
        assert_eq!(traits, ["LoaderInfo", "Loader"]);
    }
}

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
           `method = \"post\"`, `timeout = \"1s\"`, `stream = \"off\"`, `load = \"sequential\"` and \
           `on_timeout = late_page`",
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
