//! What the macros accept, and what they say about the rest.
//!
//! The texts of the errors stand beside the cases. `TRYBUILD=overwrite cargo test -p punctual --test
//! ui` writes them anew; read them before you keep them.

#[test]
fn accepts_every_form() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

#[test]
fn says_what_is_wrong() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}
