//! The command that shows what waiting costs.

use std::process::{Command, Output, Stdio};

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_starvation"))
        .args(arguments)
        .env_remove("RUST_LOG")
        // The measurement has ports of its own.
        .env("LEPTOS_SITE_ADDR", "nowhere")
        .stdin(Stdio::null())
        .output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

/// The two values in the row of this name.
fn row<'a>(table: &'a str, name: &str) -> [&'a str; 2] {
    let row = table.lines().find_map(|line| line.strip_prefix(name));
    let row = row.unwrap_or_else(|| panic!("no {name:?} in {table}"));
    // A value may have blanks in it, but no more than one in a row.
    let mut values = row
        .split("  ")
        .map(str::trim)
        .filter(|value| !value.is_empty());
    [(); 2].map(|()| {
        values
            .next()
            .unwrap_or_else(|| panic!("two values in {row:?}"))
    })
}

fn seconds(value: &str) -> f64 {
    let number = value.strip_suffix(" s").expect("a number of seconds");
    number.parse().expect("a number of seconds")
}

#[test]
fn visitors_of_the_synchronous_page_wait_for_threads_and_the_others_do_not() {
    let arguments = ["--visitors", "6", "--threads", "2", "--delay", "300ms"];
    let (code, table, log) = output(&arguments);
    assert_eq!(code, Some(0), "{table}{log}");
    assert_eq!(log, "");

    let [synchronous, asynchronous] = row(&table, "all answered after").map(seconds);
    assert!(synchronous >= 0.9, "three rounds: {table}");
    assert!(asynchronous >= 0.3, "{table}");
    assert!(asynchronous < synchronous, "{table}");
    assert_eq!(row(&table, "visitors at once"), ["6", "6"]);
    assert_eq!(row(&table, "most threads busy"), ["2 of 2", "0 of 2"]);
    let [in_line, none] = row(&table, "most visitors in line");
    assert_ne!(in_line, "0", "{table}");
    assert_eq!(none, "0", "{table}");
    assert_eq!(row(&table, "refused (503)"), ["0", "0"]);
    assert_eq!(row(&table, "failed"), ["0", "0"]);
    assert!(
        table.ends_with("make 6.7 pages a second at most.\n"),
        "{table}"
    );
}

#[test]
fn a_visitor_without_a_whole_page_makes_exit_code_1() {
    // The call has 3 s, so that the pages come without their gizmos.
    let (code, table, log) = output(&["--visitors", "1", "--delay", "4s"]);
    assert_eq!(code, Some(1), "{table}{log}");
    assert!(log.contains("2 of 2 visitors got no whole page"), "{log}");
    assert_eq!(row(&table, "failed"), ["1", "1"]);
    for page in ["/gizmos", "/gizmos-async"] {
        let reason = format!("1 x {page}: the page came without its gizmos");
        assert!(table.contains(&reason), "{table}");
    }
}

#[test]
fn bad_values_end_with_code_2() {
    let (code, _, log) = output(&["--delay", "1s..2s"]);
    assert_eq!(code, Some(2), "{log}");
    assert!(log.contains("write one duration"), "{log}");
}
