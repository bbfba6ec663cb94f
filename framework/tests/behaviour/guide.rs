//! What the guides say of the tests.

use std::{fs, path::Path};

const PAGE_LIFE: &str = include_str!("../../docs/page-life.md");

/// What stands in backticks, without the brackets of links.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Whether a file has a test of this name.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let is_attribute = |line: &&str| line.starts_with("#[");
    let mut functions = lines.iter().enumerate();
    functions.any(|(index, line)| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let of_name = line
            .strip_prefix("fn ")
            .and_then(|rest| rest.strip_prefix(name));
        let mut attributes = lines[..index]
            .iter()
            .rev()
            .take_while(|line| is_attribute(line));
        of_name.is_some_and(|rest| rest.starts_with('('))
            && attributes.any(|it| it.contains("test"))
    })
}

#[test]
fn the_life_of_a_page_names_tests_that_there_are() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut tables, mut tests, mut missing) = (0, 0, Vec::new());
    let mut lines = PAGE_LIFE.lines();
    while let Some(line) = lines.next() {
        if !line.ends_with("| test |") {
            continue;
        }
        tables += 1;
        for row in lines
            .by_ref()
            .take_while(|line| line.starts_with('|'))
            .skip(1)
        {
            let cell = row.trim_end_matches('|').rsplit('|').next().unwrap();
            let mut file = None;
            let before = tests;
            for name in quoted(cell) {
                if name.ends_with(".rs") {
                    file = Some((
                        name,
                        fs::read_to_string(package.join(name)).unwrap_or_default(),
                    ));
                    continue;
                }
                tests += 1;
                match &file {
                    Some((_, source)) if has_test(source, name) => {}
                    Some((file, _)) => missing.push(format!("{file}, {name}")),
                    None => missing.push(format!("{name}, of which no file is named")),
                }
            }
            if tests == before {
                missing.push(format!("a test in the row {row}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "there is no such test:\n{}",
        missing.join("\n")
    );
    assert!(
        tables == 4 && tests > 50,
        "{tests} tests in {tables} tables were found"
    );
}
