//! How it ends.

use super::*;

#[tokio::test]
async fn stopping_finishes_what_is_in_flight() {
    let server = serve().await;
    let mut stream = server.ask("/stream").await;
    server.loads_become(1).await;
    server.stop.send(()).expect("the server runs");
    let text = read_to_end(&mut stream).await;
    assert!(text.ends_with("</body></html>\r\n0\r\n\r\n"), "{text}");
    let exit = tokio::time::timeout(Duration::from_secs(10), server.task).await;
    assert!(exit.expect("it stops").expect("no panic").is_ok());
    assert!(TcpStream::connect(server.addr).await.is_err());
}

#[tokio::test]
async fn stopping_finishes_what_is_done_after_responses() {
    let server = serve().await;
    let text = read_to_end(&mut server.ask("/after").await).await;
    assert!(text.contains("true"), "{text}");
    assert_eq!(server.alive.count(), 1, "the visitor does not wait for it");
    server.stop.send(()).expect("the server runs");
    let exit = tokio::time::timeout(Duration::from_secs(10), server.task).await;
    assert!(exit.expect("it stops").expect("no panic").is_ok());
    assert_eq!(server.alive.count(), 0);
}

#[tokio::test]
async fn those_who_wait_to_be_accepted_are_served() {
    let limits = ConnectionLimits::default().connections(1);
    let server = serve_with(|site| site.connection_limits(limits)).await;
    // There is room for one, who is there when the site stops.
    let mut first = server.ask("/stream").await;
    server.loads_become(1).await;
    let mut others = Vec::new();
    for _ in 0..10 {
        others.push(server.ask("/form").await);
    }
    let stopped = tokio::spawn(server.stop());
    for stream in [&mut first].into_iter().chain(&mut others) {
        let text = in_time(read_to_end(stream)).await;
        assert!(text.starts_with("HTTP/1.1 "), "{text}");
        assert!(text.contains("</html>"), "{text}");
    }
    stopped.await.expect("no panic");
}

#[tokio::test]
async fn a_connection_that_is_there_may_still_send_its_first_request() {
    let server = serve().await;
    let mut stream = server.send("").await;
    let mut begun = server.send("GET /fo").await;
    // Both have been accepted when a later one is answered.
    let last = read_to_end(&mut server.ask("/form").await).await;
    assert!(last.starts_with("HTTP/1.1 405"), "{last}");
    server.stop.send(()).expect("the server runs");
    let mut probe = server.addr;
    in_time(async {
        while TcpStream::connect(probe).await.is_ok() {
            probe = server.addr;
            tokio::time::sleep(ms(5)).await;
        }
    })
    .await;
    for (stream, request) in [
        (&mut stream, "GET /form HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        (&mut begun, "rm HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    ] {
        stream
            .write_all(request.as_bytes())
            .await
            .expect("to be heard");
        let text = in_time(read_to_end(stream)).await;
        assert!(text.starts_with("HTTP/1.1 405"), "{text}");
        assert!(text.contains("\r\nconnection: close\r\n"), "{text}");
    }
    assert!(in_time(server.task).await.expect("no panic").is_ok());
}

#[tokio::test]
async fn a_connection_that_sends_nothing_does_not_hold_it_up() {
    let server = serve_with(|site| site.shutdown_grace(Duration::from_secs(60))).await;
    let mut stream = server.send("").await;
    let mut idle = server
        .send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    read_one(&mut idle).await;
    server.stop().await;
    closed(&mut stream).await;
    closed(&mut idle).await;
}

#[tokio::test]
async fn a_document_that_is_not_done_after_the_grace_has_its_end() {
    let server = serve_with(|site| site.shutdown_grace(ms(100))).await;
    let mut stream = server.ask("/waits").await;
    let mut whole = server.ask("/waits?__stream=in-order").await;
    server.loads_become(2).await;
    let alive = server.alive.clone();
    server.stop().await;
    for stream in [&mut stream, &mut whole] {
        let text = in_time(read_to_end(stream)).await;
        assert!(text.contains("late"), "{text}");
        assert!(text.ends_with("</body></html>\r\n0\r\n\r\n"), "{text}");
    }
    assert_eq!(alive.count(), 0);
}

#[tokio::test]
async fn a_page_that_has_sent_nothing_after_the_grace_is_503() {
    let server = serve_with(|site| site.shutdown_grace(ms(100))).await;
    let mut stream = server.ask("/critical").await;
    server.loads_become(1).await;
    let alive = server.alive.clone();
    server.stop().await;
    let text = in_time(read_to_end(&mut stream)).await;
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    assert!(text.ends_with("</body></html>"), "{text}");
    assert_eq!(alive.count(), 0);
}

#[tokio::test]
async fn who_waits_for_a_place_after_the_grace_is_refused() {
    let configure = |site: SiteBuilder<Alive>| {
        let site = site.max_in_flight(1).longest_wait(Duration::from_secs(60));
        site.shutdown_grace(ms(300))
    };
    let server = serve_with(configure).await;
    let mut first = server.ask("/waits").await;
    server.loads_become(1).await;
    let mut second = server.ask("/waits").await;
    tokio::time::sleep(ms(100)).await;
    server.stop().await;
    let text = in_time(read_to_end(&mut first)).await;
    assert!(
        text.starts_with("HTTP/1.1 200") && text.contains("late"),
        "{text}"
    );
    // Nothing of it has begun.
    let text = in_time(read_to_end(&mut second)).await;
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    assert!(
        text.contains("The site is busy") && text.ends_with("</body></html>"),
        "{text}"
    );
}

#[tokio::test]
async fn a_visitor_who_reads_nothing_does_not_hold_it_up() {
    let limits = ConnectionLimits::default().write_time(Duration::from_secs(60));
    let server = serve_with(|site| site.shutdown_grace(ms(100)).connection_limits(limits)).await;
    let _stream = server.ask("/plain-large").await;
    server.loads_become(1).await;
    let alive = server.alive.clone();
    server.stop().await;
    assert_eq!(alive.count(), 0);
}

#[tokio::test]
async fn connections_end_with_the_future_that_serves_them() {
    let server = serve().await;
    let mut stream = server.ask("/waits").await;
    server.loads_become(1).await;
    server.task.abort();
    let mut bytes = Vec::new();
    let _ = in_time(stream.read_to_end(&mut bytes)).await;
    assert!(!bytes.ends_with(b"0\r\n\r\n"));
    server.loads_become(0).await;
}

#[tokio::test]
async fn a_connection_whose_last_response_did_not_say_so_takes_one_more_request() {
    let server = serve().await;
    let mut stream = server
        .send("GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    server.loads_become(1).await;
    // Its head is there, and says nothing about the end of the connection.
    let mut bytes = Vec::new();
    in_time(stream.read_buf(&mut bytes)).await.expect("a head");
    let stopped = tokio::spawn(server.stop());
    while !bytes.ends_with(b"\r\n0\r\n\r\n") {
        let read = in_time(stream.read_buf(&mut bytes)).await;
        assert!(read.expect("a good connection") > 0);
    }
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(request).await.expect("it is open");
    let text = in_time(read_to_end(&mut stream)).await;
    assert!(text.contains("\r\nconnection: close\r\n"), "{text}");
    assert!(text.ends_with("ok"), "{text}");
    stopped.await.expect("no panic");
}
