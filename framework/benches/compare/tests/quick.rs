//! The commands with small numbers: that each has its tables, and that all contenders do what they are compared in. How fast
//! they are is not looked at.

use serde_json::Value;
use std::process::{Command, Output, Stdio};

/// Plays a command and returns its tables.
fn play(command: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let output = Command::new(env!("CARGO_BIN_EXE_punctual-compare"))
        .args([command, "--quick", "--json"])
        .arg(&file)
        .stdin(Stdio::null())
        .output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.expect("it starts");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    assert!(status.success(), "{status}: {said}");
    let json = std::fs::read(&file).expect("there is a report");
    let mut report: Value = serde_json::from_slice(&json).expect("it is JSON");
    match report["tables"].take() {
        Value::Array(tables) => tables,
        other => panic!("no tables: {other}: {said}"),
    }
}

/// The rows below the first one, which has the names of the columns.
fn rows(table: &Value) -> Vec<Vec<&str>> {
    let rows = table["rows"].as_array().expect("there are rows");
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| {
            let cells = row.as_array().expect("a row has cells").iter();
            cells.filter_map(Value::as_str).collect()
        })
        .collect();
    let columns = rows[0].len();
    assert!(rows.iter().all(|row| row.len() == columns), "{table:#}");
    rows.into_iter().skip(1).collect()
}

#[test]
fn all_contenders_show_the_shop() {
    let tables = play("shop");
    let rows: Vec<_> = tables.iter().map(|table| rows(table).len()).collect();
    assert_eq!(rows, [6, 6, 6, 4], "{tables:#?}");
}

#[test]
fn every_page_that_waits_is_complete() {
    let tables = play("waiting");
    assert_eq!(tables.len(), 2);
    for table in &tables {
        let rows = rows(table);
        assert_eq!(rows.len(), 5, "{table:#}");
        for row in rows {
            let mut cells = row.iter();
            let complete = cells.find_map(|cell| cell.split_once(" of "));
            let (complete, asked) = complete.expect("it says how many are complete");
            assert_eq!(complete, asked, "{table:#}");
        }
    }
}

#[test]
fn what_grows_is_measured_and_what_it_allocates_is_counted() {
    let tables = play("growth");
    assert_eq!(tables.len(), 5);
    for table in &tables {
        for row in rows(table) {
            let allocated: f64 = row[6].parse().expect("kilobytes");
            assert!(allocated > 0.0, "{table:#}");
        }
    }
}
