//! On Unix sockets.

use super::*;
use axum::extract::ConnectInfo;
use std::{fs, path::Path};
use tokio::net::{UnixListener, UnixStream};

async fn connect(path: &Path) -> UnixStream {
    in_time(async {
        loop {
            match UnixStream::connect(path).await {
                Ok(stream) => return stream,
                Err(_) => tokio::time::sleep(ms(5)).await,
            }
        }
    })
    .await
}

async fn ask(path: &Path, page: &str) -> String {
    let mut stream = connect(path).await;
    let request = format!("GET {page} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("to be heard");
    let mut text = String::new();
    in_time(stream.read_to_string(&mut text))
        .await
        .expect("to read");
    text
}

fn start(path: &Path) -> JoinHandle<Exit> {
    let who = |ConnectInfo(addr): ConnectInfo<SocketAddr>| async move { addr.to_string() };
    let site = builder(&Alive::default())
        .routes(Router::new().route("/who", get(who)))
        .addr(ListenAddr::Unix(path.to_owned()))
        .build()
        .expect("the site is right");
    tokio::spawn(site.serve())
}

#[tokio::test]
async fn a_site_is_served_until_it_ends_and_its_file_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    let site = start(&path);
    let text = ask(&path, "/stream").await;
    assert!(text.ends_with("</body></html>\r\n0\r\n\r\n"), "{text}");
    let text = ask(&path, "/who").await;
    assert!(
        text.starts_with("HTTP/1.1 500"),
        "there is no address: {text}"
    );
    site.abort();
    assert!(site.await.is_err());
    assert!(!path.exists());
}

#[tokio::test]
async fn a_socket_that_answers_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    let _other = UnixListener::bind(&path).expect("a socket");
    let failure = in_time(start(&path)).await.expect("no panic");
    let failure = failure.expect_err("it is taken");
    assert!(matches!(
        failure.error().downcast_ref(),
        Some(ServeError::Taken { .. })
    ));
    let text = failure.to_string();
    let advice = format!(
        "LEPTOS_SITE_ADDR=unix:{}/site.2.sock",
        folder.path().display()
    );
    assert!(text.contains(&advice), "{text}");
    assert!(path.exists());
}

#[tokio::test]
async fn the_file_of_a_socket_that_nobody_listens_on_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    drop(UnixListener::bind(&path).expect("a socket"));
    assert!(path.exists());
    let site = start(&path);
    let text = ask(&path, "/stream").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    site.abort();
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    fs::write(&path, "my diary").expect("a file");
    let failure = in_time(start(&path)).await.expect("no panic");
    let failure = failure.expect_err("there is a file");
    assert!(matches!(
        failure.error().downcast_ref(),
        Some(ServeError::NoSocket { .. })
    ));
    assert_eq!(fs::read_to_string(&path).expect("the file"), "my diary");
}

#[tokio::test]
async fn the_file_of_another_instance_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    let first = start(&path);
    ask(&path, "/form").await;
    // The way in which one is put in the place of another without a gap.
    let new = folder.path().join("new.sock");
    let second = start(&new);
    ask(&new, "/form").await;
    fs::rename(&new, &path).expect("to rename");
    first.abort();
    assert!(first.await.is_err());
    let text = ask(&path, "/stream").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    second.abort();
}

#[tokio::test]
async fn a_listener_that_is_there_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("site.sock");
    let listener = UnixListener::bind(&path).expect("a socket");
    let site = builder(&Alive::default())
        .build()
        .expect("the site is right");
    let (stop, stopped) = oneshot::channel::<()>();
    let site = tokio::spawn(site.serve_on(listener, async { drop(stopped.await) }));
    let text = ask(&path, "/healthz").await;
    assert!(text.ends_with("ok"), "{text}");
    drop(stop);
    assert!(in_time(site).await.expect("no panic").is_ok());
    assert!(path.exists(), "it is its owner's");
}
