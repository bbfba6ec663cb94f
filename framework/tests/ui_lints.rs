//! The strictest user once more, for clippy, which does not see the cases of `ui.rs`.

#[path = "ui/pass/lints.rs"]
pub mod lints;

#[test]
fn the_site_is_built_and_stopped() {
    let code = format!("{:?}", lints::main());
    assert_eq!(code, format!("{:?}", std::process::ExitCode::SUCCESS));
}
