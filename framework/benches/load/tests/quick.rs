//! The scenarios with small numbers: that the harness works, and that the site keeps its promises when nobody is in a hurry.

use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::{Mutex, PoisonError},
};

/// They would be in one another's way.
static TURN: Mutex<()> = Mutex::new(());

/// Plays a scenario and returns its report. Promises about how fast something is are not looked at, because it is not, in
/// a test: `fast` has a word of each of them.
fn play(scenario: &str, fast: &[&str]) -> Value {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let output = Command::new(env!("CARGO_BIN_EXE_punctual-load"))
        .args([scenario, "--quick", "--json"])
        .arg(&file)
        .env_remove("RUST_LOG")
        // The site of the harness has an address of its own.
        .env("LEPTOS_SITE_ADDR", "nowhere")
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
    assert!(matches!(status.code(), Some(0 | 1)), "{status}: {said}");
    let json = std::fs::read(&file).expect("there is a report");
    let mut reports: Vec<Value> = serde_json::from_slice(&json).expect("it is JSON");
    assert_eq!(reports.len(), 1, "{said}");
    let report = reports.remove(0);
    assert_eq!(report["scenario"], scenario);
    let checks = report["checks"].as_array().expect("there are promises");
    assert!(!checks.is_empty(), "{said}");
    for check in checks {
        let promise = check["promise"].as_str().expect("a text");
        if !fast.iter().any(|word| promise.contains(word)) {
            assert_eq!(check["kept"], true, "{promise}: {said}");
        }
    }
    report
}

/// A figure that is a number.
fn count(report: &Value, name: &str) -> u64 {
    let figures = report["figures"].as_array().expect("there are figures");
    let figure = figures.iter().find(|figure| figure["name"] == name);
    let count = figure.and_then(|figure| figure["count"].as_u64());
    count.unwrap_or_else(|| panic!("no {name:?} in {report:#}"))
}

#[test]
fn a_hundred_pages_wait_at_once_and_all_are_complete() {
    let report = play("waiting", &[]);
    assert_eq!(count(&report, "offered"), 100);
    assert_eq!(count(&report, "completed"), 100);
}

#[test]
fn nobody_fails_when_more_come_than_can_be_served() {
    let fast = [
        "completed per second",
        "latency",
        "at once",
        "recovers",
        "memory",
    ];
    for scenario in ["overload", "computing"] {
        let report = play(scenario, &fast);
        let answered = count(&report, "completed") + count(&report, "refused");
        assert_eq!(answered, count(&report, "offered"));
        assert!(count(&report, "refused") > 0);
    }
}

#[test]
fn nothing_is_left_of_visitors_who_leave() {
    let report = play("leaving", &["memory"]);
    assert!(count(&report, "left") > 0);
}

#[test]
fn what_stalled_readers_held_is_released() {
    let report = play("slow", &["notice nothing"]);
    assert!(count(&report, "beside the slow: completed") > 0);
}

#[test]
fn accepted_requests_have_whole_documents_when_the_site_is_stopped() {
    let report = play("terminate", &[]);
    assert!(count(&report, "under way at the signal") > 0);
}

#[test]
fn all_are_answered_while_pages_block_all_threads() {
    play("blocked", &["on time"]);
}

#[test]
fn no_page_fails_where_connections_have_threads_of_their_own() {
    play("threads", &[]);
}

#[test]
fn no_page_is_lost_when_instances_behind_nginx_are_restarted() {
    if !Path::new("/usr/sbin/nginx").is_file() {
        eprintln!("left out: there is no nginx (Debian: `apt-get install nginx-light`)");
        return;
    }
    let report = play("rolling", &[]);
    assert_eq!(count(&report, "restarts"), 2);
}
