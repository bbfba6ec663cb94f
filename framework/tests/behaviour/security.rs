//! What the heads of documents say for their safety, the nonces of scripts, and hostile data in every place.

use crate::support::{Refused, sleep};
use axum::{
    Router,
    response::{AppendHeaders, IntoResponse as _},
    routing,
};
use futures::future::join_all;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY},
};
use leptos::nonce::use_nonce;
use punctual::{
    ContentSecurityPolicy, Problem, SiteBuilder,
    prelude::*,
    testing::{TestPage, TestSite},
};
use std::{collections::HashSet, fs, process::Command};
use tempfile::{TempDir, tempdir};

const REST: &str = "object-src 'none'; base-uri 'self'; frame-ancestors 'self'";
const OPENER: &str = "cross-origin-opener-policy";

#[loader]
async fn late() -> Result<String, Refused> {
    sleep(50).await;
    Ok("late".to_owned())
}

#[loader]
async fn refused() -> Result<String, Refused> {
    Err(Refused)
}

#[loader]
async fn stuck() -> Result<String, Refused> {
    std::future::pending().await
}

#[page(async, path = "/plain")]
fn PlainPage() -> impl IntoView {
    "plain"
}

/// With a script of its own.
#[page(async, path = "/script")]
fn ScriptPage() -> impl IntoView {
    view! { <script nonce=use_nonce()>"window.own = 1"</script> }
}

/// What writes scripts: a late part with a late title, a late view of Leptos, and two of its components.
#[component]
fn Scripts(late: Deferred<late>) -> impl IntoView {
    let wait = move || {
        Suspend::new(async {
            sleep(30).await;
            view! { <u>"suspended"</u> }
        })
    };
    view! {
        <leptos_meta::Script>"window.meta = 1"</leptos_meta::Script>
        <script nonce=use_nonce()>"window.own = 1"</script>
        <Suspense fallback=|| "wait">{wait}</Suspense>
        <Resolve data=late let:late><Title text=late.to_string()/><b>{late.to_string()}</b></Resolve>
    }
}

#[page(async, path = "/out-of-order")]
fn OutOfOrderPage(late: Deferred<late>) -> impl IntoView {
    view! { <Scripts late/> }
}

#[page(async, path = "/in-order", stream = "in-order")]
fn InOrderPage(late: Deferred<late>) -> impl IntoView {
    view! { <Scripts late/> }
}

#[page(async, path = "/off", stream = "off")]
fn OffPage(late: Deferred<late>) -> impl IntoView {
    view! { <Scripts late/> }
}

/// Without a script, although something in it comes later.
#[page(async, path = "/off/quiet", stream = "off")]
fn QuietPage(late: Deferred<late>, head: ResponseHead) -> impl IntoView {
    let cached = head.set([(CACHE_CONTROL, "public, max-age=60")]);
    view! { <Resolve data=late let:late>{late.to_string()}</Resolve> {cached.is_ok()} }
}

#[page(async, path = "/failing")]
fn FailingPage(refused: Loaded<refused>) -> impl IntoView {
    refused.to_string()
}

#[page(async, path = "/slow", timeout = "100ms")]
fn SlowPage(stuck: Loaded<stuck>) -> impl IntoView {
    stuck.to_string()
}

#[page(async, path = "/away")]
fn AwayPage() -> Result<&'static str, PageError> {
    Err(PageError::redirect("/plain"))
}

#[page(async, path = "/unchanged")]
fn UnchangedPage(head: ResponseHead) -> impl IntoView {
    head.set_status(StatusCode::NOT_MODIFIED)
        .is_ok()
        .to_string()
}

#[page(async, path = "/nothing")]
fn NothingPage() -> Result<&'static str, PageError> {
    Err(PageError::status(StatusCode::NO_CONTENT))
}

#[page(async, path = "/form", method = "post")]
fn FormPage() -> impl IntoView {
    "sent"
}

/// Says all of it itself, through the head of the response.
#[page(async, path = "/own")]
fn OwnPage(head: ResponseHead) -> impl IntoView {
    let opener = HeaderName::from_static(OPENER);
    let said = head.set(AppendHeaders([
        (CONTENT_SECURITY_POLICY, "default-src 'self'"),
        (opener, "unsafe-none"),
        (REFERRER_POLICY, "no-referrer"),
    ]));
    said.is_ok().to_string()
}

/// The same, through Leptos, and with the nonce.
#[page(async, path = "/own/leptos")]
fn OwnLeptosPage() -> impl IntoView {
    let policy = format!("script-src 'nonce-{}'", use_nonce().unwrap());
    let policy = HeaderValue::try_from(policy).unwrap();
    expect_context::<ResponseOptions>().insert_header(CONTENT_SECURITY_POLICY, policy);
    view! { <script nonce=use_nonce()>"window.own = 1"</script> }
}

#[page(async, path = "/own/error")]
fn OwnErrorPage() -> Result<&'static str, PageError> {
    let policy = HeaderValue::from_static("default-src 'none'");
    Err(PageError::not_found().with_header(CONTENT_SECURITY_POLICY, policy))
}

/// HTML as the server renders islands.
#[page(async, path = "/islands")]
fn IslandsPage() -> impl IntoView {
    view! { <div inner_html="<leptos-island data-component=\"x\"></leptos-island>"></div> }
}

fn builder() -> SiteBuilder<()> {
    Site::builder()
        .pages(pages![
            PlainPage,
            ScriptPage,
            OutOfOrderPage,
            InOrderPage,
            OffPage,
            QuietPage,
            FailingPage,
            SlowPage,
            AwayPage,
            UnchangedPage,
            NothingPage,
            FormPage,
            OwnPage,
            OwnLeptosPage,
            OwnErrorPage,
            IslandsPage,
        ])
        .routes(Router::new().route("/route", routing::get(|| async { "route".into_response() })))
}

fn site() -> TestSite {
    TestSite::new(builder())
}

fn policy(page: &TestPage) -> &str {
    page.header("content-security-policy").unwrap_or_default()
}

/// The nonce that the policy tells.
fn nonce(page: &TestPage) -> &str {
    let rest = policy(page).split_once("'nonce-").unwrap().1;
    rest.split('\'').next().unwrap()
}

fn has_other_headers(page: &TestPage) -> bool {
    let is = |name, value| page.header(name) == Some(value);
    is("x-content-type-options", "nosniff")
        && is("referrer-policy", "strict-origin-when-cross-origin")
        && is(OPENER, "same-origin")
}

#[punctual::test]
async fn a_document_without_scripts_allows_none_and_tells_no_nonce() {
    let site = site();
    let none = format!("script-src 'none'; {REST}");
    for path in [
        "/plain",
        "/off/quiet",
        "/failing",
        "/slow",
        "/no/such/page",
        "/form",
    ] {
        let page = site.get(path).await;
        assert_eq!(policy(&page), none, "{path}");
        assert!(has_other_headers(&page), "{path}: {:?}", page.headers());
        assert!(!page.html().contains("nonce"), "{path}");
    }
    let page = site.post("/form").await;
    assert_eq!(policy(&page), none);
    assert!(has_other_headers(&page));
    // It is one that may be kept for all visitors.
    let page = site.get("/off/quiet").await;
    assert_eq!(page.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(policy(&site.head("/plain").await), none);
}

#[punctual::test]
async fn a_document_with_scripts_allows_those_with_its_nonce() {
    let site = site();
    for path in ["/script", "/out-of-order", "/in-order", "/off"] {
        let page = site.get(path).await;
        let nonce = nonce(&page);
        assert_eq!(nonce.len(), 22, "{nonce}");
        assert_eq!(
            policy(&page),
            format!("script-src 'nonce-{nonce}' 'strict-dynamic'; {REST}"),
            "{path}"
        );
        assert!(has_other_headers(&page), "{path}");
        let html = page.assert_whole().html();
        let own = format!("<script nonce=\"{nonce}\">window.own = 1</script>");
        assert!(html.contains(&own), "{path}: {html}");
    }
    let page = site.head("/out-of-order").await;
    assert!(policy(&page).starts_with("script-src 'nonce-") && has_other_headers(&page));
}

#[punctual::test]
async fn every_script_has_the_nonce_in_every_mode() {
    let site = site();
    for path in [
        "/out-of-order",
        "/in-order",
        "/off",
        "/in-order?__stream=in-order",
    ] {
        let page = site.get(path).await;
        let (html, nonce) = (page.assert_whole().html(), nonce(&page));
        assert!(
            html.contains("suspended") && html.contains("window.meta"),
            "{html}"
        );
        let scripts: Vec<_> = html.match_indices("<script").collect();
        assert!(scripts.len() >= 2, "{html}");
        for (at, _) in scripts {
            let tag = html[at..].split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: {tag}");
        }
    }
    let crawler = site.get("/out-of-order").header("user-agent", "Googlebot");
    let page = crawler.await;
    let scripts = page.html().matches("<script").count();
    let known = format!("nonce=\"{}\"", nonce(&page));
    assert_eq!(page.html().matches(&known).count(), scripts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_documents_has_a_nonce_of_its_own() {
    let site = site();
    let pages = (0..200).map(|_| {
        let site = site.clone();
        tokio::spawn(async move { site.get("/out-of-order").await })
    });
    let mut nonces = HashSet::new();
    for page in join_all(pages).await {
        let page = page.unwrap();
        let (html, nonce) = (page.assert_whole().html(), nonce(&page).to_owned());
        let known = format!("<script nonce=\"{nonce}\"");
        assert_eq!(
            html.matches("<script").count(),
            html.matches(&known).count()
        );
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 200);
}

#[punctual::test]
async fn what_is_no_document_has_none_of_it() {
    let site = site();
    let options = site.request(http::Method::OPTIONS, "/plain").await;
    let answers = [
        site.get("/away").await,
        site.get("/unchanged").await,
        site.get("/plain/").await,
        site.get("/route").await,
        options,
    ];
    for page in answers {
        assert_eq!(policy(&page), "", "{page:?}");
        for name in ["x-content-type-options", "referrer-policy", OPENER] {
            assert_eq!(page.header(name), None, "{name}: {page:?}");
        }
    }
}

fn panicking() -> &'static str {
    panic!("the error page panics")
}

#[punctual::test]
async fn the_page_of_last_resort_has_it() {
    let page = TestSite::new(builder().error_page(panicking))
        .get("/failing")
        .await;
    assert_eq!(page.status(), 500);
    assert_eq!(policy(&page), format!("script-src 'none'; {REST}"));
    assert!(has_other_headers(&page));
}

#[punctual::test]
async fn what_a_page_says_itself_counts() {
    let site = site();
    let page = site.get("/own").await;
    let all = page.headers().get_all(CONTENT_SECURITY_POLICY);
    assert_eq!(all.iter().collect::<Vec<_>>(), ["default-src 'self'"]);
    assert_eq!(page.header(OPENER), Some("unsafe-none"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));

    let page = site.get("/own/leptos").await;
    assert_eq!(
        policy(&page),
        format!("script-src 'nonce-{}'", nonce(&page))
    );
    assert!(page.html().contains(nonce(&page)));

    let page = site.get("/own/error").await;
    assert_eq!(
        (page.status(), policy(&page)),
        (StatusCode::NOT_FOUND, "default-src 'none'")
    );
}

#[punctual::test]
async fn the_site_changes_it() {
    let of = |policy| TestSite::new(builder().content_security_policy(policy));
    let own = ContentSecurityPolicy::default()
        .directive("Script-Src", "{nonce} https:")
        .directive("img-src", " 'self' ")
        .directive("style-src", "'self' {nonce}")
        .without("base-uri");
    let page = of(own).get("/out-of-order").await;
    let nonce = nonce(&page);
    assert_eq!(
        policy(&page),
        format!(
            "script-src 'nonce-{nonce}' https:; object-src 'none'; frame-ancestors 'self'; \
             img-src 'self'; style-src 'self' 'nonce-{nonce}'"
        )
    );

    let page = of(ContentSecurityPolicy::off()).get("/out-of-order").await;
    assert_eq!(policy(&page), "");
    assert!(has_other_headers(&page) && page.html().contains("<script nonce=\""));

    let site = of(ContentSecurityPolicy::default().report_only());
    let page = site.get("/out-of-order").await;
    assert_eq!(policy(&page), "");
    let reported = page.header("content-security-policy-report-only").unwrap();
    assert!(reported.starts_with("script-src 'nonce-") && reported.ends_with(REST));
    // A page that has one of its own is not told of by the site's.
    let page = site.get("/own").await;
    assert_eq!(page.header("content-security-policy-report-only"), None);
}

#[punctual::test]
async fn the_site_changes_the_other_headers() {
    let opener = HeaderName::from_static(OPENER);
    let site = TestSite::new(
        builder()
            .document_header(opener, None)
            .document_header(REFERRER_POLICY, HeaderValue::from_static("same-origin"))
            .document_header(
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("camera=()"),
            ),
    );
    for path in ["/plain", "/out-of-order", "/failing", "/nowhere"] {
        let page = site.get(path).await;
        assert_eq!(page.header(OPENER), None);
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(page.header("permissions-policy"), Some("camera=()"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(
        site.get("/own").await.header("referrer-policy"),
        Some("no-referrer")
    );
}

#[test]
fn what_is_wrong_is_told_when_the_site_is_built() {
    let policy = ContentSecurityPolicy::default()
        .directive("img_src", "'self'")
        .directive("img-src", "self; font-src x")
        .directive("script-src", "'self'");
    let error = builder()
        .content_security_policy(policy)
        .document_header(CACHE_CONTROL, HeaderValue::from_static("public"))
        .build()
        .unwrap_err();
    let text = error.to_string();
    for part in [
        "`img_src` of `.content_security_policy(..)`",
        "`img-src` of `.content_security_policy(..)`",
        "write `{nonce}` into it",
        "`cache-control` cannot be the same for all documents",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(error.problems().len(), 4, "{text}");
    assert!(matches!(error.problems()[0], Problem::Policy { .. }));
}

/// A site whose islands are built.
fn with_islands() -> (TempDir, TestSite) {
    let folder = tempdir().unwrap();
    let pkg = folder.path().join("pkg");
    fs::create_dir(&pkg).unwrap();
    for file in ["shop.js", "shop.wasm"] {
        fs::write(pkg.join(file), "").unwrap();
    }
    let builder = builder()
        .islands()
        .site_root(folder.path())
        .site_pkg_dir("pkg")
        .output_name("shop");
    (folder, TestSite::new(builder))
}

#[punctual::test]
async fn webassembly_is_allowed_where_islands_may_be() {
    const WASM: &str = "'strict-dynamic' 'wasm-unsafe-eval';";
    let (_folder, site) = with_islands();
    let page = site.get("/islands").await;
    assert!(policy(&page).contains(WASM), "{}", policy(&page));
    assert!(page.html().contains(nonce(&page)));
    // A late part may bring one.
    assert!(policy(&site.get("/out-of-order").await).contains(WASM));
    for path in ["/plain", "/script", "/off", "/failing"] {
        assert!(!policy(&site.get(path).await).contains("wasm"), "{path}");
    }
    // Where they are not built, no WebAssembly runs.
    let site = self::site();
    assert!(policy(&site.get("/islands").await).contains("script-src 'none'"));
    assert!(!policy(&site.get("/out-of-order").await).contains("wasm"));
}

/// Raw HTML from elsewhere in a late part, and a script of the page's own.
#[page(async, path = "/raw")]
fn RawPage(late: Deferred<late>) -> impl IntoView {
    let raw = "<ScRipt>window.pwned=1</ScRipt><script type=\"application/json\">1</script>";
    view! {
        <Resolve data=late let:late>
            {late.to_string()}
            <div inner_html=raw></div>
            <script nonce=use_nonce()>"window.own = 1"</script>
        </Resolve>
    }
}

#[punctual::test]
async fn in_a_late_part_only_scripts_with_the_nonce_run() {
    let builder = || Site::builder().pages(pages![RawPage]);
    let html = TestSite::new(builder())
        .get("/raw")
        .await
        .assert_whole()
        .html();
    assert!(
        html.contains("<ScRipt type=\"text/plain\">window.pwned=1"),
        "{html}"
    );
    assert!(
        html.contains("<script type=\"application/json\">1"),
        "{html}"
    );
    assert!(!html.contains("<script type=\"text/plain\""), "{html}");
    // Under such a policy browsers see to it.
    for policy in [
        ContentSecurityPolicy::off(),
        ContentSecurityPolicy::default().directive("script-src", "{nonce}"),
        ContentSecurityPolicy::default().report_only(),
    ] {
        let site = TestSite::new(builder().content_security_policy(policy));
        let html = site.get("/raw").await.assert_whole().html();
        assert!(html.contains("<ScRipt>window.pwned=1"), "{html}");
    }
}

/// What is said in the environment counts for a process: the test runs itself in another one.
#[test]
fn documents_load_themselves_anew_while_somebody_watches() {
    let run = |watch: &[(&str, &str)]| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "security::shows_documents", "--nocapture"])
            .env("PUNCTUAL_SHOW_DOCUMENTS", "1")
            .envs(watch.iter().copied())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
        text
    };
    let text = run(&[]);
    assert!(
        text.contains("DOCUMENT") && !text.contains("live_reload"),
        "{text}"
    );
    let text = run(&[("LEPTOS_WATCH", "true"), ("LEPTOS_RELOAD_PORT", "4001")]);
    let documents: Vec<_> = text.split("DOCUMENT").skip(1).collect();
    assert_eq!(documents.len(), 6);
    for document in documents {
        let (policy, html) = document.split_once('\n').unwrap();
        let nonce = policy.split_once("'nonce-").unwrap().1;
        let nonce = nonce.split('\'').next().unwrap();
        let head = html.split("</head>").next().unwrap();
        let mut scripts = head
            .split("<script")
            .filter(|script| script.contains("live_reload"));
        let script = scripts.next().unwrap();
        assert!(
            script.starts_with(&format!(" nonce=\"{nonce}\">")),
            "{document}"
        );
        assert!(script.contains("})(4001,"), "{document}");
        assert_eq!(html.matches("live_reload").count(), 1, "{document}");
        assert!(
            policy.contains("connect-src 'self' ws://*:4001"),
            "{policy}"
        );
    }
    let text = run(&[("LEPTOS_WATCH", "true"), ("LEPTOS_RELOAD_PORT", "x")]);
    assert!(
        text.contains("`LEPTOS_RELOAD_PORT` is `x`, but should be"),
        "{text}"
    );
}

/// Does nothing by itself, see above.
#[punctual::test]
async fn shows_documents() {
    if std::env::var_os("PUNCTUAL_SHOW_DOCUMENTS").is_none() {
        return;
    }
    let policy = ContentSecurityPolicy::default().directive("connect-src", "'self'");
    let site = match builder().content_security_policy(policy).build() {
        Ok(site) => TestSite::of_site(site),
        Err(error) => {
            println!("{error}");
            return;
        }
    };
    for path in [
        "/plain",
        "/out-of-order",
        "/in-order",
        "/off",
        "/failing",
        "/nowhere",
    ] {
        let page = site.get(path).await;
        println!("DOCUMENT{}\n{}", self::policy(&page), page.html());
    }
}
