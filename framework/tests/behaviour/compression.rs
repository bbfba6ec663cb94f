//! Documents that take less room on their way.

use crate::support::{Refused, ms, sleep};
use axum::{
    Router,
    http::header::{CONTENT_TYPE, ETAG},
    routing,
};
use punctual::{
    prelude::*,
    testing::{End, TestPage, TestSite},
};
use std::{io::Write, time::Duration};

#[loader]
async fn soon() -> Result<&'static str, Refused> {
    sleep(300).await;
    Ok("the part that came later")
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[page(async, path = "/stream", timeout = "1s")]
fn StreamPage(soon: Deferred<soon>, stuck: Deferred<stuck>) -> impl IntoView {
    view! {
        <p>{"the beginning ".repeat(500)}</p>
        <Resolve data=soon let:text>{*text}</Resolve>
        <Resolve data=stuck on_timeout=|| "the part that was late" let:_x>"never"</Resolve>
    }
}

#[page(async, path = "/whole")]
fn WholePage() -> impl IntoView {
    "all of it ".repeat(500)
}

#[page(async, path = "/small")]
fn SmallPage() -> impl IntoView {
    "small"
}

fn site() -> TestSite {
    let text = || async { "plain ".repeat(500) };
    let picture = || async { ([(CONTENT_TYPE, "image/png")], "pixels".repeat(500)) };
    let events = || async {
        (
            [(CONTENT_TYPE, "text/event-stream")],
            "data: x\n\n".repeat(500),
        )
    };
    let tagged = || async { ([(ETAG, "\"strong\"")], "tagged ".repeat(500)) };
    let routes = Router::new()
        .route("/tagged", routing::get(tagged))
        .route("/text", routing::get(text))
        .route("/picture", routing::get(picture))
        .route("/events", routing::get(events));
    let builder = Site::builder()
        .pages(pages![StreamPage, WholePage, SmallPage])
        .routes(routes);
    TestSite::new(builder.compress())
}

const ENCODINGS: [&str; 3] = ["br", "gzip", "zstd"];

/// Takes the next bytes, and gives all text that can be read so far.
type Decoder = Box<dyn FnMut(&[u8]) -> String>;

fn decoder(encoding: &str) -> Decoder {
    fn unpack<D: Write + 'static>(mut decoder: D, text: fn(&D) -> &Vec<u8>) -> Decoder {
        Box::new(move |bytes| {
            decoder.write_all(bytes).unwrap();
            decoder.flush().unwrap();
            String::from_utf8(text(&decoder).clone()).unwrap()
        })
    }
    match encoding {
        "br" => unpack(
            brotli::DecompressorWriter::new(Vec::new(), 4096),
            |decoder| decoder.get_ref(),
        ),
        "gzip" => unpack(flate2::write::GzDecoder::new(Vec::new()), |decoder| {
            decoder.get_ref()
        }),
        "zstd" => unpack(
            zstd::stream::write::Decoder::new(Vec::new()).unwrap(),
            |decoder| decoder.get_ref(),
        ),
        _ => unreachable!(),
    }
}

/// When each of the texts could be read.
fn times<const N: usize>(page: &TestPage, encoding: &str, texts: [&str; N]) -> [Duration; N] {
    let mut decoder = decoder(encoding);
    let mut times = [None; N];
    for chunk in page.chunks() {
        let so_far = decoder(&chunk.bytes);
        for (time, text) in times.iter_mut().zip(texts) {
            if time.is_none() && so_far.contains(text) {
                *time = Some(chunk.at);
            }
        }
    }
    times.map(|time| time.expect("it has come"))
}

async fn get(site: &TestSite, path: &str, encoding: &str) -> TestPage {
    site.get(path).header("accept-encoding", encoding).await
}

#[punctual::test]
async fn each_piece_of_a_streamed_page_is_there_at_once() {
    let site = site();
    for encoding in ENCODINGS {
        let page = get(&site, "/stream", encoding).await;
        assert_eq!(page.header("content-encoding"), Some(encoding));
        assert_eq!(page.ended(), End::Whole);
        let texts = [
            "the beginning",
            "the part that came later",
            "the part that was late",
            "</html>",
        ];
        let [beginning, later, late, end] = times(&page, encoding, texts);
        assert_eq!((beginning, later), (ms(0), ms(300)), "{encoding}");
        assert!(late >= ms(1000) && late <= ms(1050), "{encoding}: {late:?}");
        assert!(end <= ms(1050), "{encoding}: {end:?}");
        let bytes: usize = page.chunks().iter().map(|chunk| chunk.bytes.len()).sum();
        assert!(bytes < 3_000, "{encoding}: {bytes} bytes");
        site.assert_nothing_remains().await;
    }
}

#[punctual::test]
async fn whole_documents_and_plain_texts_are_compressed() {
    let site = site();
    for (path, text) in [("/whole", "all of it "), ("/text", "plain ")] {
        for encoding in ENCODINGS {
            let page = get(&site, path, encoding).await;
            assert_eq!(page.header("content-encoding"), Some(encoding));
            assert!(
                page.header("vary")
                    .is_some_and(|it| it.contains("accept-encoding"))
            );
            assert_eq!(page.header("content-length"), None);
            let mut decoder = decoder(encoding);
            let texts = page.chunks().iter().map(|chunk| decoder(&chunk.bytes));
            assert!(texts.last().unwrap().contains(&text.repeat(500)));
        }
    }
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn what_gains_nothing_stays_as_it_is() {
    let site = site();
    for path in ["/small", "/picture", "/events"] {
        let page = get(&site, path, "br, gzip, zstd").await;
        assert_eq!(page.header("content-encoding"), None, "{path}");
    }
    let page = get(&site, "/whole", "identity").await;
    assert_eq!(page.header("content-encoding"), None);
    assert!(page.html().contains("all of it"));
    let head = site.head("/whole").header("accept-encoding", "br").await;
    assert_eq!(head.status(), 200);
}

#[punctual::test]
async fn what_is_packed_has_a_tag_of_its_own() {
    let site = site();
    let page = get(&site, "/tagged", "gzip").await;
    assert_eq!(page.header("etag"), Some("W/\"strong\""));
    let page = get(&site, "/tagged", "identity").await;
    assert_eq!(page.header("etag"), Some("\"strong\""));
}

#[punctual::test]
async fn who_leaves_ends_a_compressed_page_as_well() {
    let site = site();
    for encoding in ENCODINGS {
        let left = site
            .get("/stream")
            .header("accept-encoding", encoding)
            .leave_at(ms(500));
        assert_eq!(left.await.ended(), End::Left);
        site.assert_nothing_remains().await;
    }
}
