use super::{Given, KeySpec, Shape, Spec, Word};
use crate::ast::Keys;
use crate::ctxt::Ctxt;
use proc_macro2::TokenStream;
use quote::quote;

const SPEC: Spec = Spec {
    attribute: "page",
    keys: &[
        KeySpec {
            name: "async",
            shape: Shape::Flag,
        },
        KeySpec {
            name: "on_timeout",
            shape: Shape::Value("late"),
        },
        KeySpec {
            name: "timeout",
            shape: Shape::Value("\"1s\""),
        },
        KeySpec {
            name: "stream",
            shape: Shape::OneOf(&WORDS),
        },
    ],
};

const WORDS: [Word; 2] = [
    Word {
        text: "in-order",
        variant: "InOrder",
        others: &[],
    },
    Word {
        text: "off",
        variant: "Off",
        others: &["false"],
    },
];

fn read(tokens: TokenStream) -> (Given, Vec<String>) {
    let cx = Ctxt::new();
    let keys = Keys::parse(&cx, tokens);
    let given = Given::new(&cx, &SPEC, keys);
    let errors = cx.check().err().into_iter().flatten();
    (given, errors.map(|error| error.to_string()).collect())
}

#[track_caller]
fn assert_refused(tokens: TokenStream, expected: &[&str]) {
    let (given, errors) = read(tokens);
    assert_eq!(errors, expected);
    assert!(given.doubtful);
}

#[test]
fn finds_what_was_given() {
    let (given, errors) = read(quote!(async, timeout = "1s"));
    assert!(errors.is_empty());
    assert!(given.span("async").is_some() && given.value("async").is_none());
    assert!(given.value("timeout").is_some());
    assert!(given.span("on_timeout").is_none());
    assert!(!given.doubtful);
}

#[test]
fn suggests_the_nearest_key() {
    assert_refused(
        quote!(asinc, onTimeout = x, tiemout = "1s"),
        &[
            "unknown key `asinc` of `#[page]`: did you mean `async`?",
            "unknown key `onTimeout` of `#[page]`: did you mean `on_timeout`?",
            "unknown key `tiemout` of `#[page]`: did you mean `timeout`?",
        ],
    );
    let (given, _) = read(quote!(asinc));
    assert!(given.span("async").is_some(), "it is taken for the other");
}

#[test]
fn lists_the_keys_when_none_is_near() {
    assert_refused(
        quote!(colour = "red"),
        &[
            "unknown key `colour` of `#[page]`: it takes `async`, `on_timeout = late`, \
             `timeout = \"1s\"` and `stream = \"off\"`",
        ],
    );
}

#[test]
fn refuses_doubled_keys_and_wrong_shapes() {
    assert_refused(
        quote!(async, async, timeout),
        &[
            "`async` is given twice: keep one",
            "`timeout` needs a value: write `timeout = \"1s\"`",
        ],
    );
    assert_refused(
        quote!(async = true, timeout = ),
        &[
            "`async` takes no value: write `async` alone",
            "the value of `timeout` is missing: write `timeout = \"1s\"`",
        ],
    );
    assert_refused(
        quote!(async = false, timeout("2s")),
        &[
            "`async` takes no value: leave `async` out to say no",
            "the value of `timeout` stands after `=`: write `timeout = \"2s\"`",
        ],
    );
    assert_refused(
        quote!(async(x)),
        &["`async` takes no value: write `async` alone"],
    );
    assert_refused(
        quote!("1s", timeout = = 2),
        &[
            "a key is expected here: write `timeout = \"1s\"`",
            "this is no value for `timeout`: write `timeout = \"1s\"`",
        ],
    );
}

#[test]
fn says_which_words_a_key_takes() {
    assert_refused(
        quote!(stream, timeout = "1s"),
        &["`stream` needs a value: write `\"in-order\"` or `\"off\"`"],
    );
    assert_refused(
        quote!(stream = ),
        &["the value of `stream` is missing: write `\"in-order\"` or `\"off\"`"],
    );
    assert_refused(
        quote!(stream = in-order),
        &["this is no value for `stream`: write `stream = \"in-order\"`"],
    );
    for written in [
        quote!(stream(off)),
        quote!(stream("Off")),
        quote!(stream(false)),
    ] {
        assert_refused(
            written,
            &["the value of `stream` stands after `=`: write `stream = \"off\"`"],
        );
    }
    assert_refused(
        quote!(stream(fast)),
        &["the value of `stream` stands after `=`: write `\"in-order\"` or `\"off\"`"],
    );
}

#[test]
fn finds_the_key_of_a_word() {
    assert_refused(
        quote!("off", in_order),
        &[
            "a key is expected here: write `stream = \"off\"`",
            "unknown key `in_order` of `#[page]`: write `stream = \"in-order\"`",
        ],
    );
}
