//! The program around the service.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::Instant;

use super::*;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalog-api"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command(arguments).output().expect("it starts");
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

/// A program that does not outlive its test.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: CatalogUrl,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line of text");
        let url = line
            .trim_end()
            .strip_prefix("catalog-api listening on ")
            .unwrap_or_else(|| panic!("a ready line in place of {line:?}"))
            .parse()
            .expect("a URL");
        Self { child, stdout, url }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("there is a shell").success());
    }

    async fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(started.elapsed() < LIMIT, "it does not end");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, or its test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn bad_values_end_with_code_2() {
    for (arguments, advice) in [
        (["--delay", "500"], "write `500ms`, `500s` or `500m`"),
        (["--delay", "2s..1s"], "write `1s..2s`"),
        (["--listen", "localhost"], "such as 127.0.0.1:4000"),
        (["--seed", "x"], "invalid digit"),
        (["--port", "1"], "unexpected argument"),
    ] {
        let (code, message) = output(&arguments);
        assert_eq!(code, Some(2), "{message}");
        assert!(message.contains(advice), "{message}");
    }
}

#[test]
fn a_taken_port_ends_with_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, message) = output(&["--listen", &address]);
    assert_eq!(code, Some(1), "{message}");
    assert_eq!(
        message.trim_end(),
        format!(
            "error: the catalog cannot listen on {address}, because the address is in use: \
             stop the program that uses it, or choose another port (port 0 takes a free one)"
        )
    );
}

#[test]
fn an_address_of_another_machine_ends_with_code_1() {
    // 192.0.2.0/24 is for documentation: no machine has it.
    let (code, message) = output(&["--listen", "192.0.2.1:0"]);
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("192.0.2.1:0"), "{message}");
    assert!(message.contains("because: "), "{message}");
}

#[cfg(unix)]
#[tokio::test]
async fn signals_stop_it_in_order_with_code_0() {
    for signal in ["INT", "TERM"] {
        let mut running = Running::start(&["--listen", "127.0.0.1:0", "--delay", "0ms"]);
        let catalog = Catalog::new(running.url.clone()).expect("a client");
        let gizmos = within(catalog.gizmos(&CallOptions::default())).await;
        assert_eq!(gizmos.expect("gizmos").len(), 3);

        // A call that hangs does not hold it up, and neither does an idle connection.
        let hanging = tokio::spawn({
            let catalog = catalog.clone();
            async move { catalog.gizmos(&options("hang")).await }
        });
        let client = Client::builder().no_proxy().build().expect("a client");
        let stats = format!("{}/api/stats", running.url);
        within(async {
            loop {
                let stats = client.get(&stats).send().await.expect("an answer");
                if stats.json::<Stats>().await.expect("stats").in_flight == 1 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;

        running.signal(signal);
        assert_eq!(running.ended().await.code(), Some(0), "SIG{signal}");
        let answer = within(hanging).await.expect("no panic");
        assert!(
            matches!(&answer, Err(CatalogError::Status { status }) if *status == 503),
            "{answer:?}"
        );
        let mut rest = String::new();
        running.stdout.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "");
    }
}
