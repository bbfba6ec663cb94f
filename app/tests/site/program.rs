//! The program around the site.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use super::harness::{LIMIT, Page, ask, client, form, within};
use reqwest::header::COOKIE;

/// The program, with nothing in its environment that the test did not put there.
fn command(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pwg"));
    for name in [
        "LEPTOS_SITE_ADDR",
        "CATALOG_URL",
        "CATALOG_DELAY",
        "COOKIE_KEY",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = command(arguments, environment).output();
    let Output { status, stderr, .. } = output.expect("it starts");
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

/// A program that does not outlive its test.
struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// What it said until it was ready.
    said: String,
    url: String,
}

impl Running {
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = command(arguments, environment).spawn().expect("it starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut said = String::new();
        while !said.contains("listening on ") {
            let read = stderr.read_line(&mut said).expect("a line of text");
            assert_ne!(read, 0, "it ended: {said}");
        }
        let (_, url) = said.trim_end().rsplit_once(' ').expect("an address");
        let url = url.to_owned();
        Self {
            child,
            stderr,
            said,
            url,
        }
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
fn bad_values_end_with_code_2_and_say_what_to_write() {
    for (arguments, environment, advice) in [
        (
            &[][..],
            &[("LEPTOS_SITE_ADDR", "localhost")][..],
            "such as 127.0.0.1:3000",
        ),
        (&[], &[("CATALOG_URL", "ftp://shop.test")], "http://"),
        (&[], &[("CATALOG_DELAY", "500")], "write `500ms`"),
        (&["--catalog-delay", "2s..1s"], &[], "write `1s..2s`"),
        (&[], &[("COOKIE_KEY", "short")], "write 64 or more"),
        (&["--port", "1"], &[], "unexpected argument"),
    ] {
        let (code, message) = output(arguments, environment);
        assert_eq!(code, Some(2), "{message}");
        assert!(message.contains(advice), "{message}");
    }
}

#[test]
fn a_taken_port_ends_with_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, message) = output(&[], &[("LEPTOS_SITE_ADDR", &address)]);
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains(&address), "{message}");
    assert!(message.contains("choose another address"), "{message}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn signals_stop_it_in_order_with_code_0() {
    for signal in ["INT", "TERM"] {
        let environment = [("LEPTOS_SITE_ADDR", "127.0.0.1:0")];
        let mut running = Running::start(&["--catalog-delay", "1s"], &environment);
        assert!(
            running
                .said
                .contains("the catalog is inside the site, at http://127.0.0.1:"),
            "{}",
            running.said
        );
        let client = client();
        let home = within(client.get(&running.url).send()).await;
        assert_eq!(home.expect("an answer").status(), 200);
        let url = format!("{}/pwg-async", running.url);
        let mut response = within(client.get(&url).send()).await.expect("an answer");
        within(response.chunk()).await.expect("a good connection");

        // The page that is on its way arrives whole, with data from the catalog inside.
        running.signal(signal);
        let rest = Page::read(response).await;
        rest.assert_contains("Gizmo 3");
        assert!(rest.text.ends_with("</body></html>"), "{}", rest.text);
        assert_eq!(running.ended().await.code(), Some(0), "SIG{signal}");

        // There is a line for each page in the log.
        let mut log = String::new();
        running.stderr.read_to_string(&mut log).expect("text");
        let line = r#"method=GET path="/" status=200 outcome="complete""#;
        assert!(log.contains(line), "{log}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let environment = [("LEPTOS_SITE_ADDR", "127.0.0.1:0")];
    let mut running = Running::start(&["--catalog-delay", "2s"], &environment);
    let client = client();
    // Three calls, one after another.
    let url = format!("{}/pwg-sequential", running.url);
    let mut response = within(client.get(&url).send()).await.expect("an answer");
    within(response.chunk()).await.expect("a good connection");
    running.signal("TERM");
    let mut log = String::new();
    while !log.contains("what is in flight is finished") {
        let read = running.stderr.read_line(&mut log).expect("a line of text");
        assert_ne!(read, 0, "it ended: {log}");
    }
    running.signal("TERM");
    assert_eq!(running.ended().await.code(), Some(0));
    // What was on its way did not arrive.
    let rest = within(response.text()).await;
    assert!(rest.is_err(), "{rest:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_on_a_unix_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    let address = format!("unix:{}", path.display());
    let environment = [("LEPTOS_SITE_ADDR", address.as_str())];
    let mut running = Running::start(&[], &environment);
    assert_eq!(running.url, address);
    let mut stream = UnixStream::connect(&path).expect("a connection");
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("to be heard");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    running.signal("TERM");
    assert_eq!(running.ended().await.code(), Some(0));
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_elsewhere_is_used_as_it_is() {
    // Nothing listens there: the port was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let environment = [("LEPTOS_SITE_ADDR", "127.0.0.1:0"), ("CATALOG_URL", &url)];
    let running = Running::start(&[], &environment);
    let said = format!("the catalog is elsewhere, at {url}");
    assert!(running.said.contains(&said), "{}", running.said);
    let client = client();
    let response = within(client.get(format!("{}/gizmos-async", running.url)).send()).await;
    let page = Page::read(response.expect("an answer")).await;
    assert_eq!(page.status, 200);
    page.assert_contains("The catalog cannot be reached.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_counts_wherever_the_key_is_the_same() {
    let address = ("LEPTOS_SITE_ADDR", "127.0.0.1:0");
    let key = ["0123456789abcdef"; 4].concat();
    let with_key = [address, ("COOKIE_KEY", &key)];
    let start = |environment: &[_]| Running::start(&["--catalog-delay", "0ms"], environment);
    let (first, second, other) = (start(&with_key), start(&with_key), start(&[address]));
    let client = client();
    let signed_in = form(
        &client,
        &format!("{}/sign-in", first.url),
        "password=sprocket",
    );
    let signed_in = ask(signed_in).await;
    let cookie = signed_in.cookie().expect("a session");
    for (site, status) in [(&first, 200), (&second, 200), (&other, 303)] {
        let stock = client.get(format!("{}/stock", site.url));
        assert_eq!(ask(stock.header(COOKIE, cookie)).await.status, status);
    }
}
