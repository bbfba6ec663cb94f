use super::{Word, list, read};
use crate::ctxt::Ctxt;
use syn::{Expr, parse_quote};

const WORDS: [Word; 3] = [
    Word {
        text: "out-of-order",
        variant: "OutOfOrder",
        others: &[],
    },
    Word {
        text: "in-order",
        variant: "InOrder",
        others: &["ordered"],
    },
    Word {
        text: "off",
        variant: "Off",
        others: &["false"],
    },
];

fn read_one(value: &Expr) -> Result<&'static str, String> {
    let cx = Ctxt::new();
    let word = read(&cx, "stream", &WORDS, value);
    match cx.check() {
        Ok(()) => Ok(word.expect("what is not reported is read").variant),
        Err(error) => Err(error.to_string()),
    }
}

#[track_caller]
fn assert_refused(value: &Expr, expected: &str) {
    assert_eq!(read_one(value), Err(expected.to_owned()));
}

#[test]
fn reads_every_word() {
    assert_eq!(read_one(&parse_quote!("out-of-order")), Ok("OutOfOrder"));
    assert_eq!(read_one(&parse_quote!("in-order")), Ok("InOrder"));
    assert_eq!(read_one(&parse_quote!(r#"off"#)), Ok("Off"));
}

#[test]
fn suggests_the_nearest_word() {
    for (value, word) in [
        ("of", "off"),
        ("in_order", "in-order"),
        ("in order", "in-order"),
        ("InOrder", "in-order"),
        ("inorder", "in-order"),
        ("ordered", "in-order"),
        ("out_of_order", "out-of-order"),
        ("out-off-order", "out-of-order"),
        ("false", "off"),
    ] {
        assert_refused(
            &parse_quote!(#value),
            &format!("unknown value `{value}` of `stream`: did you mean `\"{word}\"`?"),
        );
    }
}

#[test]
fn lists_the_words_when_none_is_near() {
    let write = "write `\"out-of-order\"`, `\"in-order\"` or `\"off\"`";
    assert_eq!(list(&WORDS), write.strip_prefix("write ").unwrap_or(""));
    assert_refused(
        &parse_quote!("fast"),
        &format!("unknown value `fast` of `stream`: {write}"),
    );
    assert_refused(&parse_quote!(""), &format!("`stream` is empty: {write}"));
    assert_refused(
        &parse_quote!(true),
        &format!("`stream` must be a string: {write}"),
    );
    assert_refused(
        &parse_quote!(1),
        &format!("`stream` must be a string: {write}"),
    );
}

#[test]
fn there_is_one_spelling() {
    assert_refused(
        &parse_quote!("Off"),
        "`stream` must be in lower case: write `\"off\"`",
    );
    assert_refused(
        &parse_quote!("IN-ORDER"),
        "`stream` must be in lower case: write `\"in-order\"`",
    );
}

#[test]
fn a_word_is_a_string() {
    for (value, word) in [
        (parse_quote!(off), "off"),
        (parse_quote!(false), "off"),
        (parse_quote!(in_order), "in-order"),
        (parse_quote!(out - of - order), "out-of-order"),
        (parse_quote!(StreamMode::OutOfOrder), "out-of-order"),
    ] {
        assert_refused(
            &value,
            &format!("`stream` must be a string: write `stream = \"{word}\"`"),
        );
    }
}
