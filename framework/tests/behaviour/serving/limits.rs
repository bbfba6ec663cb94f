//! What a visitor may take of a connection.

use super::*;

#[tokio::test]
async fn heads_that_come_too_slowly_are_cut_off_and_others_notice_nothing() {
    let limits = ConnectionLimits::default().header_time(ms(500));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        slow.push(server.send("GET / HTTP/1.1\r\nhost: localhost\r\n").await);
    }
    let trickling = async {
        loop {
            for stream in &mut slow {
                if stream.write_all(b"x").await.is_err() {
                    return;
                }
            }
            tokio::time::sleep(ms(50)).await;
        }
    };
    let visiting = async {
        let text = read_to_end(&mut server.ask("/stream").await).await;
        assert!(text.ends_with("</body></html>\r\n0\r\n\r\n"), "{text}");
    };
    in_time(async { tokio::join!(trickling, visiting) }).await;
    for stream in &mut slow {
        closed(stream).await;
    }
}

#[tokio::test]
async fn a_connection_that_sends_nothing_is_closed() {
    let limits = ConnectionLimits::default().header_time(ms(200));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    closed(&mut server.send("").await).await;
    // The time for a later head runs from its first byte.
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut stream = server.send(request).await;
    read_one(&mut stream).await;
    tokio::time::sleep(ms(400)).await;
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it is open");
    read_one(&mut stream).await;
    stream.write_all(b"GET").await.expect("it is open");
    closed(&mut stream).await;
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let limits = ConnectionLimits::default().idle_time(ms(200));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let mut stream = server
        .send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    let text = read_one(&mut stream).await;
    assert!(text.ends_with("ok"), "{text}");
    closed(&mut stream).await;
}

#[tokio::test]
async fn a_page_that_takes_longer_than_a_connection_may_be_idle_is_sent() {
    let limits = ConnectionLimits::default()
        .idle_time(ms(50))
        .header_time(ms(50));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let text = read_to_end(&mut server.ask("/stream").await).await;
    assert!(text.ends_with("</body></html>\r\n0\r\n\r\n"), "{text}");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_431() {
    let limits = ConnectionLimits::default().header_bytes(8192);
    let server = serve_with(|site| site.connection_limits(limits)).await;
    for (length, status) in [(7000, "200"), (8192, "431")] {
        let start = "GET /healthz HTTP/1.1\r\nconnection: close\r\nhost: localhost\r\nx: ";
        let mut text = format!("{start:x<length$}");
        if length < 8000 {
            text.push_str("\r\n\r\n");
        }
        let text = in_time(read_to_end(&mut server.send(&text).await)).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
    }
}

async fn post(server: &Server, path: &str, length: usize) -> String {
    let head = format!(
        "POST {path} HTTP/1.1\r\nconnection: close\r\nhost: localhost\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut stream = server.send(&head).await;
    let body = format!("{:x<length$}", "a=");
    // Who refuses it need not read it all.
    let _ = stream.write_all(body.as_bytes()).await;
    let mut bytes = Vec::new();
    let _ = in_time(stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_body_that_is_too_long_is_413_where_no_route_says_another_limit() {
    let limits = ConnectionLimits::default().body_bytes(1000);
    let server = serve_with(|site| site.connection_limits(limits)).await;
    for (path, length, status) in [
        ("/form", 1000, "200"),
        ("/form", 1001, "413"),
        ("/length", 1000, "200"),
        ("/length", 1001, "413"),
        ("/long", 1001, "200"),
    ] {
        let text = post(&server, path, length).await;
        let expected = format!("HTTP/1.1 {status}");
        assert!(text.starts_with(&expected), "{path} {length}: {text}");
    }
}

#[tokio::test]
async fn a_layer_of_the_site_may_say_another_limit_for_bodies() {
    let limits = ConnectionLimits::default().body_bytes(1000);
    let server = serve_with(|site| {
        site.connection_limits(limits)
            .wrap(|router| router.layer(DefaultBodyLimit::max(2000)))
    })
    .await;
    let text = post(&server, "/form", 2000).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn a_body_that_stops_coming_is_408() {
    let limits = ConnectionLimits::default().body_time(ms(200));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    for (path, status) in [("/form", "408"), ("/length", "400")] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\na="
        );
        // The connection is closed, because nobody knows where the next request would begin.
        let text = in_time(read_to_end(&mut server.send(&head).await)).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
    }
}

#[tokio::test]
async fn a_body_that_comes_slowly_is_read() {
    let limits = ConnectionLimits::default().body_time(ms(500));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let head = "POST /form HTTP/1.1\r\nconnection: close\r\nhost: localhost\r\ncontent-length: 10\r\n\
                content-type: application/x-www-form-urlencoded\r\n\r\n";
    let mut stream = server.send(head).await;
    for byte in b"a=12345678".chunks(1) {
        tokio::time::sleep(ms(80)).await;
        stream.write_all(byte).await.expect("to be heard");
    }
    let text = in_time(read_to_end(&mut stream)).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn a_visitor_who_stops_reading_what_is_no_page_is_cut_off() {
    let limits = ConnectionLimits::default().write_time(ms(300));
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let mut stream = server.ask("/plain-large").await;
    server.loads_become(1).await;
    // What it held is let go of.
    server.loads_become(0).await;
    let mut bytes = Vec::new();
    let _ = in_time(stream.read_to_end(&mut bytes)).await;
    assert!(bytes.len() < 16 << 20, "{} bytes came", bytes.len());
}

#[tokio::test]
async fn there_are_no_more_connections_than_may_be() {
    let limits = ConnectionLimits::default().connections(2);
    let server = serve_with(|site| site.connection_limits(limits)).await;
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let (mut first, mut second) = (server.send(request).await, server.send(request).await);
    read_one(&mut first).await;
    read_one(&mut second).await;
    let mut third = server.send(request).await;
    let mut byte = [0];
    let early = tokio::time::timeout(ms(200), third.read(&mut byte)).await;
    assert!(early.is_err(), "a third one is served");
    drop(first);
    let text = read_one(&mut third).await;
    assert!(text.ends_with("ok"), "{text}");
}

#[test]
fn limits_that_leave_nothing_are_problems() {
    let zero = Duration::ZERO;
    let limits = ConnectionLimits::default()
        .header_bytes(8191)
        .header_time(zero)
        .idle_time(zero)
        .body_time(zero)
        .write_time(zero)
        .connections(0)
        .streams(0);
    let error = builder(&Alive::default())
        .connection_limits(limits)
        .build()
        .expect_err("nobody could be served");
    let names: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| match problem {
            Problem::ConnectionLimit { name, .. } => *name,
            other => panic!("{other}"),
        })
        .collect();
    let all = [
        "header_time",
        "idle_time",
        "body_time",
        "write_time",
        "header_bytes",
        "connections",
        "streams",
    ];
    assert_eq!(names, all);
}

#[tokio::test]
async fn times_without_end_are_no_limits() {
    let limits = ConnectionLimits::default()
        .header_time(Duration::MAX)
        .idle_time(Duration::MAX)
        .body_time(Duration::MAX)
        .write_time(Duration::MAX);
    let server = serve_with(|site| site.connection_limits(limits).drain(Duration::MAX)).await;
    let text = post(&server, "/form", 100).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}
