//! Files: where they are found, what is said of them, and what is never served.

use crate::support::Refused;
use axum::{Router, routing};
use punctual::{
    Problem, SiteBuilder,
    prelude::*,
    testing::{TestPage, TestSite},
};
use std::{
    fs::{self, File},
    path::Path as FilePath,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::{Duration, SystemTime},
};
use tempfile::{TempDir, tempdir};

#[page(async, path = "/")]
fn HomePage() -> impl IntoView {
    "home"
}

#[loader]
async fn refused() -> Result<u8, Refused> {
    Err(Refused)
}

#[page(async, path = "/broken")]
fn BrokenPage(refused: Loaded<refused>) -> impl IntoView {
    *refused
}

#[page(async, path = "/{category}/{product}")]
fn ProductPage(Path((category, product)): Path<(String, String)>) -> impl IntoView {
    format!("{product} of {category}")
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html>
            <head><SiteStyle/></head>
            <body>{page}</body>
        </html>
    }
}

/// Writes a file that was last changed a minute ago.
fn write(folder: &TempDir, file: &str, contents: impl AsRef<[u8]>) {
    let path = folder.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, contents).unwrap();
    let minute = Duration::from_secs(60);
    change_time(&path, SystemTime::now() - minute);
}

fn change_time(path: &FilePath, time: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

/// A site whose folder is `site` in this one, and whose output has the name `shop`.
fn builder(folder: &TempDir) -> SiteBuilder<()> {
    Site::builder()
        .shell(shell)
        .pages(pages![HomePage, BrokenPage])
        .site_root(folder.path().join("site"))
        .site_pkg_dir("pkg")
        .output_name("shop")
}

fn site(folder: &TempDir) -> TestSite {
    TestSite::new(builder(folder))
}

async fn head(site: &TestSite, path: &str) -> TestPage {
    site.head(path).await
}

async fn get_with(site: &TestSite, path: &str, headers: &[(&str, &str)]) -> TestPage {
    let visit = headers.iter().fold(site.get(path), |visit, (name, value)| {
        visit.header(*name, *value)
    });
    visit.await
}

#[track_caller]
fn assert_not_found(page: &TestPage) {
    assert_eq!(page.status(), 404);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
}

#[tokio::test]
async fn what_no_page_matches_is_looked_up_in_the_site_folder() {
    let folder = tempdir().unwrap();
    write(&folder, "site/robots.txt", "User-agent: *");
    write(&folder, "site/a b/\u{e4}.txt", "spaced");
    write(&folder, "site/LICENSE", "free");
    let site = site(&folder);
    let page = site.get("/robots.txt?a=1").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.html(), "User-agent: *");
    assert_eq!(page.header("content-length"), Some("13"));
    assert_eq!(site.get("/a%20b/%C3%A4.txt").await.html(), "spaced");
    assert_eq!(site.get("/LICENSE").await.html(), "free");
    let missing = site.get("/nowhere.txt").await;
    assert_not_found(&missing);
    missing
        .assert_whole()
        .assert_shows("There is no such page.");
}

#[tokio::test]
async fn pages_and_routes_come_before_files() {
    let folder = tempdir().unwrap();
    write(&folder, "site/index.html", "file");
    write(&folder, "site/plain", "file");
    let routes = Router::new().route("/plain", routing::get(|| async { "route" }));
    let site = TestSite::new(builder(&folder).routes(routes));
    site.get("/").await.assert_whole().assert_shows("home");
    assert_eq!(site.get("/plain").await.html(), "route");
    assert_eq!(site.get("/index.html").await.html(), "file");
}

#[tokio::test]
async fn only_get_and_head_get_files() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "text");
    let site = site(&folder);
    for (method, status) in [
        ("POST", 405),
        ("PUT", 405),
        ("DELETE", 405),
        ("OPTIONS", 204),
    ] {
        let page = site.request(method.parse().unwrap(), "/a.txt").await;
        assert_eq!(page.status(), status, "{method}");
        assert_eq!(page.header("allow"), Some("GET,HEAD"), "{method}");
        assert!(!page.html().contains("text"), "{method}");
        let page = site.request(method.parse().unwrap(), "/b.txt").await;
        assert_not_found(&page);
    }
    let (get, head) = (site.get("/a.txt").await, head(&site, "/a.txt").await);
    assert_eq!(head.html(), "");
    assert_eq!(head.status(), get.status());
    assert_eq!(head.headers(), get.headers());
    assert_eq!(head.header("content-length"), Some("4"));
    assert!(head.header("etag").is_some());
}

#[tokio::test]
async fn files_are_no_pages() {
    static RECORDS: AtomicUsize = AtomicUsize::new(0);
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "text");
    let site = TestSite::new(builder(&folder).on_record(|_| {
        RECORDS.fetch_add(1, SeqCst);
    }));
    assert_eq!(site.get("/a.txt").await.status(), 200);
    assert_eq!(RECORDS.load(SeqCst), 0);
    assert_not_found(&site.get("/b.txt").await);
    assert_eq!(RECORDS.load(SeqCst), 1);
}

#[tokio::test]
async fn nothing_outside_or_hidden_is_served() {
    let folder = tempdir().unwrap();
    write(&folder, "secret.txt", "secret");
    write(&folder, "site/.env", "secret");
    write(&folder, "site/.git/config", "secret");
    write(&folder, "site/a/b.txt", "text");
    write(&folder, "site/.well-known/security.txt", "contact");
    write(&folder, "site/.well-known/.env", "secret");
    let site = site(&folder);
    let absolute = folder.path().join("secret.txt").display().to_string();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/a/../../secret.txt",
        "/a/%2e%2e/%2e%2e/secret.txt",
        &format!("/{absolute}"),
        &format!("/{}", absolute.replace('/', "%2f")),
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/.well-known/.env",
        "/a/./b.txt",
        "//a/b.txt",
        "/a/b.txt/",
        "/a/b.txt%00",
        "/a/b.txt/c",
        &format!("/{}", "a".repeat(300)),
    ] {
        assert_not_found(&site.get(path).await);
        assert_eq!(head(&site, path).await.status(), 404, "{path}");
    }
    assert_eq!(site.get("/a/b.txt").await.html(), "text");
    let well_known = site.get("/.well-known/security.txt").await;
    assert_eq!(well_known.html(), "contact");
}

#[tokio::test]
async fn a_folder_is_no_file() {
    let folder = tempdir().unwrap();
    write(&folder, "site/docs/index.html", "index");
    let site = site(&folder);
    for path in ["/docs", "/docs/", "/pkg", "/.well-known"] {
        assert_not_found(&site.get(path).await);
        assert_eq!(head(&site, path).await.status(), 404, "{path}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_and_what_is_no_file_is_not_opened() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let folder = tempdir().unwrap();
    write(&folder, "elsewhere.txt", "linked");
    write(&folder, "site/a.txt", "");
    let link = |to: &str, from: &str| symlink(to, folder.path().join("site").join(from)).unwrap();
    link("../elsewhere.txt", "link.txt");
    link("nowhere", "broken.txt");
    link("/dev/null", "device");
    let _socket = UnixListener::bind(folder.path().join("site/socket")).unwrap();
    let site = site(&folder);
    assert_eq!(site.get("/link.txt").await.html(), "linked");
    for path in ["/broken.txt", "/device", "/socket"] {
        assert_not_found(&site.get(path).await);
    }
}

#[tokio::test]
async fn types_are_told_and_not_guessed() {
    let folder = tempdir().unwrap();
    let types = [
        ("a.css", "text/css; charset=utf-8"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "application/javascript; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("a.png", "image/png"),
        ("a.webmanifest", "application/manifest+json"),
        ("unknown", "application/octet-stream"),
    ];
    for (file, _) in types {
        write(&folder, &format!("site/{file}"), "1");
    }
    let site = site(&folder);
    for (file, expected) in types {
        let page = site.get(&format!("/{file}")).await;
        assert_eq!(page.header("content-type"), Some(expected), "{file}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn a_browser_that_has_the_file_gets_none() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "text");
    let site = site(&folder);
    let first = site.get("/a.txt").await;
    assert_eq!(first.header("cache-control"), Some("public, no-cache"));
    assert_eq!(first.header("last-modified"), None);
    let etag = first.header("etag").unwrap();
    for asked in [etag, &format!("\"other\", W/{etag}"), "*"] {
        let again = get_with(&site, "/a.txt", &[("if-none-match", asked)]).await;
        assert_eq!(again.status(), 304, "{asked}");
        assert_eq!(again.html(), "");
        for name in ["etag", "cache-control", "vary", "x-content-type-options"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
    }
    let other = get_with(&site, "/a.txt", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.html(), "text");
    let failed = get_with(&site, "/a.txt", &[("if-match", "\"other\"")]).await;
    assert_eq!(failed.status(), 412);
    assert_eq!(failed.header("cache-control"), None);
}

#[tokio::test]
async fn other_contents_have_another_etag_whatever_their_size_and_time() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("site/a.css");
    let etag_of = async |contents: &str, time: SystemTime| {
        write(&folder, "site/a.css", contents);
        change_time(&path, time);
        // Another process, as after a deployment.
        let page = site(&folder).get("/a.css").await;
        page.header("etag").unwrap().to_owned()
    };
    let epoch = SystemTime::UNIX_EPOCH;
    let first = etag_of("a { color: #0a6552 }", epoch).await;
    assert_ne!(etag_of("a { color: #0a6553 }", epoch).await, first);
    // And the same contents have the same one, on every machine.
    let later = SystemTime::now() + Duration::from_secs(60);
    assert_eq!(etag_of("a { color: #0a6552 }", later).await, first);
    let before_1970 = epoch - Duration::from_secs(60);
    assert_eq!(etag_of("a { color: #0a6552 }", before_1970).await, first);
}

#[tokio::test]
async fn times_say_nothing_of_changes() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "text");
    let site = site(&folder);
    let future = "Mon, 01 Jan 3100 00:00:00 GMT";
    let past = "Thu, 01 Jan 1970 00:00:01 GMT";
    for (name, time) in [("if-modified-since", future), ("if-unmodified-since", past)] {
        let page = get_with(&site, "/a.txt", &[(name, time)]).await;
        assert_eq!(page.html(), "text", "{name}");
    }
}

#[tokio::test]
async fn an_edited_file_is_seen_at_the_next_request() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("site/a.css");
    write(&folder, "site/a.css", "one");
    let site = site(&folder);
    let mut known = site.get("/a.css").await.header("etag").unwrap().to_owned();
    // As fast as it goes, and of the same size.
    for n in 100..200 {
        let contents = n.to_string();
        fs::write(&path, &contents).unwrap();
        let page = get_with(&site, "/a.css", &[("if-none-match", &known)]).await;
        assert_eq!(page.status(), 200, "{n}");
        assert_eq!(page.html(), contents);
        page.header("etag").unwrap().clone_into(&mut known);
    }
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_when_it_is_asked_for() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "0123456789");
    let site = site(&folder);
    let part = get_with(&site, "/a.txt", &[("range", "bytes=2-4")]).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.html(), "234");
    assert_eq!(part.header("content-range"), Some("bytes 2-4/10"));
    let none = get_with(&site, "/a.txt", &[("range", "bytes=20-")]).await;
    assert_eq!(none.status(), 416);
    assert_eq!(none.header("content-range"), Some("bytes */10"));
    assert_eq!(none.header("cache-control"), None);
    for whole in ["lines=2-4", "bytes=0-1,4-5"] {
        let page = get_with(&site, "/a.txt", &[("range", whole)]).await;
        assert_eq!(page.status(), 200, "{whole}");
        assert_eq!(page.html(), "0123456789");
    }
    let page = site.head("/a.txt").header("range", "bytes=2-4").await;
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn a_part_is_sent_only_of_the_file_that_the_rest_is_there_of() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "0123456789");
    let site = site(&folder);
    let etag = site.get("/a.txt").await;
    let etag = etag.header("etag").unwrap();
    let ask = async |range: &str, part_of: &str| {
        get_with(&site, "/a.txt", &[("range", range), ("if-range", part_of)]).await
    };
    assert_eq!(ask("bytes=2-4", etag).await.html(), "234");
    assert_eq!(ask("bytes=20-", etag).await.status(), 416);
    let date = "Fri, 01 Jan 2100 00:00:00 GMT";
    for other in ["\"other\"", &format!("W/{etag}"), date] {
        for range in ["bytes=2-4", "bytes=20-"] {
            let page = ask(range, other).await;
            assert_eq!(page.status(), 200, "{other} {range}");
            assert_eq!(page.html(), "0123456789");
        }
    }
}

#[tokio::test]
async fn variants_are_sent_to_who_takes_them() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.css", "plain");
    write(&folder, "site/b.css", "plain");
    for (ending, contents) in [("br", "brotli"), ("zst", "zstd"), ("gz", "gzip")] {
        write(&folder, &format!("site/a.css.{ending}"), contents);
    }
    write(&folder, "site/b.css.gz", "gzip");
    write(&folder, "site/only.css.gz", "gzip");
    let site = site(&folder);
    let mut etags = Vec::new();
    for (path, accepted, encoding, body) in [
        ("/a.css", "", None, "plain"),
        ("/a.css", "br", Some("br"), "brotli"),
        ("/a.css", "zstd", Some("zstd"), "zstd"),
        ("/a.css", "gzip, deflate", Some("gzip"), "gzip"),
        ("/a.css", "gzip;q=0.5, br;q=0.8", Some("br"), "brotli"),
        ("/a.css", "br;q=0", None, "plain"),
        ("/b.css", "br, gzip", Some("gzip"), "gzip"),
        ("/b.css", "br", None, "plain"),
    ] {
        let headers = [("accept-encoding", accepted)];
        let page = get_with(&site, path, &headers).await;
        assert_eq!(page.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(page.html(), body);
        assert_eq!(page.header("vary"), Some("accept-encoding"));
        assert_eq!(page.header("content-type"), Some("text/css; charset=utf-8"));
        let etag = page.header("etag").unwrap().to_owned();
        let both = [headers[0], ("if-none-match", &etag)];
        let again = get_with(&site, path, &both).await;
        assert_eq!(again.status(), 304);
        assert_eq!(again.header("vary"), Some("accept-encoding"));
        etags.push((body, etag));
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 4, "one for each contents: {etags:?}");
    assert_not_found(&get_with(&site, "/only.css", &[("accept-encoding", "gzip")]).await);
}

/// The MD5 of `hello`, as cargo-leptos writes it.
const HASH_OF_HELLO: &str = "XUFAKrxLKna5cZ2REBfFkg";
const FOR_EVER: Option<&str> = Some("public, max-age=31536000, immutable");
const ASK_AGAIN: Option<&str> = Some("public, no-cache");

#[tokio::test]
async fn only_a_file_with_the_hash_of_its_contents_in_its_name_is_kept_for_ever() {
    let folder = tempdir().unwrap();
    let hashed = format!("shop.{HASH_OF_HELLO}.css");
    write(&folder, &format!("site/pkg/{hashed}"), "hello");
    write(
        &folder,
        &format!("site/pkg/deep/chunk.{HASH_OF_HELLO}.wasm"),
        "hello",
    );
    // Contents that were changed after the file got its name.
    write(
        &folder,
        &format!("site/pkg/shop.{HASH_OF_HELLO}.js"),
        "hello, again",
    );
    write(&folder, "site/pkg/shop.css", "hello");
    write(&folder, "site/pkg/shop.0123456789abcdef012345.css", "hello");
    write(&folder, &format!("site/{hashed}"), "hello");
    // One that is written at the moment, or that cannot be told from one.
    let new = format!("new.{HASH_OF_HELLO}.css");
    write(&folder, &format!("site/pkg/{new}"), "hello");
    change_time(
        &folder.path().join("site/pkg").join(&new),
        SystemTime::now(),
    );
    let site = site(&folder);
    for (path, expected) in [
        (format!("/pkg/{hashed}"), FOR_EVER),
        (format!("/pkg/deep/chunk.{HASH_OF_HELLO}.wasm"), FOR_EVER),
        (format!("/pkg/shop.{HASH_OF_HELLO}.js"), ASK_AGAIN),
        ("/pkg/shop.css".to_owned(), ASK_AGAIN),
        ("/pkg/shop.0123456789abcdef012345.css".to_owned(), ASK_AGAIN),
        (format!("/{hashed}"), ASK_AGAIN),
        (format!("/pkg/{new}"), ASK_AGAIN),
    ] {
        let page = site.get(&path).await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.header("cache-control"), expected, "{path}");
        let etag = page.header("etag").unwrap();
        let again = get_with(&site, &path, &[("if-none-match", etag)]).await;
        assert_eq!(again.header("cache-control"), expected, "{path}");
    }
    assert_eq!(
        head(&site, &format!("/pkg/{hashed}"))
            .await
            .header("cache-control"),
        FOR_EVER
    );
}

#[tokio::test]
async fn a_file_is_not_kept_for_ever_while_a_variant_of_it_is_written() {
    let folder = tempdir().unwrap();
    let path = format!("/pkg/shop.{HASH_OF_HELLO}.css");
    write(&folder, &format!("site{path}"), "hello");
    write(&folder, &format!("site{path}.br"), "br");
    let site = site(&folder);
    let ask = async || get_with(&site, &path, &[("accept-encoding", "br")]).await;
    assert_eq!(ask().await.header("cache-control"), FOR_EVER);
    let variant = folder.path().join(format!("site{path}.br"));
    change_time(&variant, SystemTime::now());
    assert_eq!(ask().await.header("cache-control"), ASK_AGAIN);
}

#[tokio::test]
async fn the_style_sheet_is_served_from_its_source_when_it_is_not_built() {
    let folder = tempdir().unwrap();
    write(&folder, "style/main.css", "body { color: red }");
    write(&folder, "style/main.css.gz", "older");
    write(&folder, "style/other.css", "secret");
    let source = folder.path().join("style/main.css");
    let site = TestSite::new(builder(&folder).style(&source));
    let html = site.get("/").await.assert_whole().html();
    assert!(
        html.contains("<link rel=\"stylesheet\" href=\"/pkg/shop.css\">"),
        "{html}"
    );
    let page = get_with(&site, "/pkg/shop.css", &[("accept-encoding", "gzip")]).await;
    assert_eq!(page.html(), "body { color: red }");
    assert_eq!(page.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(page.header("cache-control"), ASK_AGAIN);
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let etag = page.header("etag").unwrap();
    let again = get_with(&site, "/pkg/shop.css", &[("if-none-match", etag)]).await;
    assert_eq!(again.status(), 304);
    for path in [
        "/pkg/main.css",
        "/main.css",
        "/style/main.css",
        "/pkg/other.css",
    ] {
        assert_not_found(&site.get(path).await);
    }
    fs::write(&source, "body { color: tan }").unwrap();
    let edited = get_with(&site, "/pkg/shop.css", &[("if-none-match", etag)]).await;
    assert_eq!(edited.html(), "body { color: tan }");
    fs::remove_file(&source).unwrap();
    assert_not_found(&site.get("/pkg/shop.css").await);
}

#[tokio::test]
async fn the_built_style_sheet_comes_before_its_source() {
    let folder = tempdir().unwrap();
    write(&folder, "style/main.css", "source");
    write(&folder, "site/pkg/shop.css", "built");
    let site = TestSite::new(builder(&folder).style(folder.path().join("style/main.css")));
    assert_eq!(site.get("/pkg/shop.css").await.html(), "built");
    fs::remove_file(folder.path().join("site/pkg/shop.css")).unwrap();
    assert_eq!(site.get("/pkg/shop.css").await.html(), "source");
}

#[tokio::test]
async fn the_link_has_the_hash_of_the_built_style_sheet() {
    let folder = tempdir().unwrap();
    let path = format!("/pkg/shop.{HASH_OF_HELLO}.css");
    write(&folder, "style/main.css", "source");
    write(&folder, &format!("site{path}"), "hello");
    let hashes = format!("js: AAA\nwasm: BBB\ncss: {HASH_OF_HELLO}\n");
    write(&folder, "hash.txt", hashes);
    let site = builder(&folder)
        .style(folder.path().join("style/main.css"))
        .hash_file(folder.path().join("hash.txt"));
    let site = TestSite::new(site);
    let html = site.get("/").await.assert_whole().html();
    assert!(html.contains(&format!("href=\"{path}\"")), "{html}");
    let page = site.get(&path).await;
    assert_eq!(page.html(), "hello");
    assert_eq!(page.header("cache-control"), FOR_EVER);
}

#[tokio::test]
async fn error_pages_have_the_style_sheet() {
    let folder = tempdir().unwrap();
    write(&folder, "main.css", "");
    let site = TestSite::new(builder(&folder).style(folder.path().join("main.css")));
    for (path, status) in [("/broken", 500), ("/nowhere", 404)] {
        let page = site.get(path).await;
        assert_eq!(page.status(), status);
        assert!(
            page.assert_whole()
                .html()
                .contains("href=\"/pkg/shop.css\""),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_site_without_a_style_sheet_has_no_link() {
    let folder = tempdir().unwrap();
    let html = site(&folder).get("/").await.assert_whole().html();
    assert!(!html.contains("<link"), "{html}");
}

#[test]
fn a_style_sheet_that_is_nowhere_is_a_problem() {
    let folder = tempdir().unwrap();
    let source = folder.path().join("style/mian.css");
    let error = builder(&folder).style(&source).build().unwrap_err();
    let [
        Problem::Style {
            style,
            places,
            built,
        },
    ] = error.problems()
    else {
        panic!("{error}");
    };
    assert_eq!(*style, source);
    assert_eq!(*places, [source]);
    assert!(built.is_empty(), "there is no site folder");
    assert!(
        error
            .to_string()
            .contains("correct the path in `.style(..)`")
    );
}

#[test]
fn settings_that_make_no_address_are_problems_beside_others() {
    let folder = tempdir().unwrap();
    let site = builder(&folder).site_pkg_dir("a/../b").output_name("a/b");
    let error = site.timeout(Duration::ZERO).build().unwrap_err();
    let problems = error.problems();
    assert!(
        matches!(
            problems,
            [Problem::Zero { .. }, Problem::Files(_), Problem::Files(_)]
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_nested_site_serves_files_and_links_to_them_under_its_base() {
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "text");
    write(&folder, "site/pkg/shop.js", "script");
    write(&folder, "main.css", "style");
    let site = builder(&folder).style(folder.path().join("main.css"));
    let site = site.build().unwrap().into_router();
    let outer = || Router::new().route("/", routing::get(|| async { "outside" }));
    let nested = [
        outer().nest("/a/shop", site.clone()),
        outer().nest_service("/a/shop", site.clone()),
        outer().nest_service("/a", Router::new().nest("/shop", site)),
    ];
    for service in nested.map(TestSite::of_router) {
        for path in ["/a/shop", "/a/shop/broken", "/a/shop/nowhere"] {
            let html = service.get(path).await.assert_whole().html();
            let link = "<link rel=\"stylesheet\" href=\"/a/shop/pkg/shop.css\">";
            assert!(html.contains(link), "{path}: {html}");
        }
        let page = service.get("/a/shop/pkg/shop.css").await;
        assert_eq!(page.html(), "style");
        assert_eq!(service.get("/a/shop/a.txt").await.html(), "text");
        assert_eq!(service.get("/a/shop/pkg/shop.js").await.html(), "script");
        for path in ["/a.txt", "/pkg/shop.css", "/a/a.txt"] {
            assert_eq!(service.get(path).await.status(), 404, "{path}");
        }
        assert_eq!(service.get("/").await.html(), "outside");
    }
}

#[tokio::test]
async fn a_page_that_matches_everything_leaves_the_pkg_folder_alone() {
    let folder = tempdir().unwrap();
    write(&folder, "main.css", "style");
    write(&folder, "site/pkg/shop.js", "script");
    write(&folder, "site/images/logo.svg", "picture");
    let site = builder(&folder)
        .pages(pages![ProductPage])
        .style(folder.path().join("main.css"));
    let site = TestSite::new(site);
    assert_eq!(site.get("/pkg/shop.js").await.html(), "script");
    assert_eq!(site.get("/pkg/shop.css").await.html(), "style");
    for path in ["/pkg/boots", "/images/logo.svg", "/packages/shop.js"] {
        let page = site.get(path).await;
        assert!(page.assert_whole().html().contains(" of "), "{path}");
    }
}

#[tokio::test]
async fn a_large_file_arrives_whole() {
    let folder = tempdir().unwrap();
    let contents: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    write(&folder, "site/a.bin", &contents);
    let site = site(&folder);
    let body = site.get("/a.bin").await.bytes();
    assert!(body == contents, "{} bytes", body.len());
    let part = get_with(&site, "/a.bin", &[("range", "bytes=3000000-")]).await;
    let body = part.bytes();
    assert!(body == contents[3_000_000..], "{} bytes", body.len());
}

#[tokio::test]
async fn files_and_pages_come_over_one_connection() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let folder = tempdir().unwrap();
    write(&folder, "site/a.txt", "the file");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let site = builder(&folder).build().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(site.serve_on(listener, async { drop(stopped.await) }));
    let mut connection = tokio::net::TcpStream::connect(addr).await.unwrap();
    let requests = [
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "HEAD /a.txt HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /a.txt HTTP/1.1\r\nhost: a\r\nrange: bytes=4-\r\n\r\n",
        "GET /a.txt HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ];
    connection
        .write_all(requests.concat().as_bytes())
        .await
        .unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    let replies: Vec<_> = text.split("HTTP/1.1 ").skip(1).collect();
    let [page, head, part, file] = replies[..] else {
        panic!("{text}");
    };
    assert!(
        page.starts_with("200") && page.ends_with("</html>"),
        "{text}"
    );
    assert!(head.contains("content-length: 8\r\n"), "{text}");
    assert!(head.ends_with("\r\n\r\n"), "{text}");
    assert!(
        part.starts_with("206") && part.ends_with("\r\n\r\nfile"),
        "{text}"
    );
    assert!(file.ends_with("\r\n\r\nthe file"), "{text}");
    drop(stop);
    served.await.unwrap().unwrap();
}
