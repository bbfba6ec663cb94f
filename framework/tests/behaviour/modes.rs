//! How the parts of a page reach the browser: in order, and as one document. (Out of order is what
//! the other tests are about.)

use crate::support::{Refused, by, ms, sleep};
use futures::future::join_all;
use http::{HeaderValue, StatusCode, header};
use leptos_axum::ResponseOptions;
use punctual::{
    prelude::*,
    testing::{TestPage, TestSite},
};

#[loader]
async fn slow() -> Result<u8, Refused> {
    sleep(300).await;
    Ok(3)
}

#[loader]
async fn fast() -> Result<u8, Refused> {
    sleep(100).await;
    Ok(1)
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader]
async fn fails() -> Result<u8, Refused> {
    sleep(10).await;
    Err(Refused)
}

#[component]
fn Parts(slow: Deferred<slow>, fast: Deferred<fast>) -> impl IntoView {
    let (inner, deep) = (slow.clone(), fast.clone());
    view! {
        <h1>"top"</h1>
        <table><tbody>
            <Resolve data=fast fallback=|| view! { <tr><td>"wait"</td></tr> } let:n>
                <tr><td>"fast " {*n}</td></tr>
                <Resolve data=inner let:n>
                    <tr><td>"inner " {*n} <Resolve data=deep let:n>" deep " {*n}</Resolve></td></tr>
                </Resolve>
            </Resolve>
        </tbody></table>
        <p>"middle"</p>
        <Resolve data=slow let:n><p>"slow " {*n}</p></Resolve>
        <p>"bottom"</p>
    }
}

/// What a visitor reads, from top to bottom, whatever the mode.
const READ: &str = "<h1>top</h1><table><tbody><tr><td>fast 1</td></tr><tr><td>inner 3 deep 1</td></tr>\
                    </tbody></table><p>middle</p><p>slow 3</p><p>bottom</p></body></html>";

#[page(async, path = "/in-order", timeout = "1s", stream = "in-order")]
fn InOrderPage(slow: Deferred<slow>, fast: Deferred<fast>) -> impl IntoView {
    view! { <Parts slow fast/> }
}

#[page(async, path = "/off", timeout = "1s", stream = "off")]
fn OffPage(slow: Deferred<slow>, fast: Deferred<fast>) -> impl IntoView {
    view! { <Parts slow fast/> }
}

#[page(async, path = "/out-of-order", timeout = "1s")]
fn OutOfOrderPage(slow: Deferred<slow>, fast: Deferred<fast>) -> impl IntoView {
    view! { <Parts slow fast/> }
}

#[track_caller]
fn is_in_order(page: &TestPage) {
    let html = page.assert_whole().html().replace("<!>", "");
    assert!(html.ends_with(READ), "{html}");
    for stranger in ["<script", "<template", "<!--/p:", "wait", "noscript"] {
        assert!(!html.contains(stranger), "{stranger} in {html}");
    }
}

#[punctual::test]
async fn in_order_the_document_comes_from_top_to_bottom() {
    let page = TestSite::new(Site::builder().pages(pages![InOrderPage]))
        .get("/in-order")
        .await;
    is_in_order(&page);
    assert_eq!(page.at("top"), ms(0));
    assert_eq!(page.at("fast "), ms(100));
    assert_eq!(page.at("inner"), ms(300));
    assert_eq!(page.end(), ms(300));
    assert!(page.header("content-length").is_none());
}

#[punctual::test]
async fn off_sends_one_document_when_all_of_it_is_there() {
    let page = TestSite::new(Site::builder().pages(pages![OffPage]))
        .get("/off")
        .await;
    is_in_order(&page);
    assert_eq!((page.first_byte(), page.end()), (ms(300), ms(300)));
    assert_eq!(page.chunks().len(), 1);
    let length = page.html().len().to_string();
    assert_eq!(page.header("content-length"), Some(length.as_str()));
}

#[page(async, path = "/late-in-order", timeout = "1s", stream = "in-order")]
fn LateInOrderPage(fast: Deferred<fast>, stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Late fast stuck/> }
}

#[page(async, path = "/late-off", timeout = "1s", stream = "off")]
fn LateOffPage(fast: Deferred<fast>, stuck: Deferred<stuck>) -> impl IntoView {
    view! { <Late fast stuck/> }
}

#[component]
fn Late(fast: Deferred<fast>, stuck: Deferred<stuck>) -> impl IntoView {
    let (inner, behind, recorder) = (stuck.clone(), fast.clone(), Recorder::current());
    view! {
        <p>"top"</p>
        <Resolve data=fast let:_n><i>"one " <Resolve data=inner on_timeout=|| "inner late" let:_n>"no"</Resolve></i></Resolve>
        <Resolve data=stuck on_timeout=|| view! { <b>"late"</b> } let:_n>"no"</Resolve>
        <Resolve data=behind let:n><p>"behind " {*n}</p></Resolve>
        {recorder.map(|recorder| view! {
            <Resolve data=recorder.settled() let:record>
                <p>{record.loads.iter().map(|load| format!("{} {} ", load.name, load.outcome.unwrap())).collect::<String>()}</p>
            </Resolve>
        })}
        <p>"bottom"</p>
    }
}

#[punctual::test]
async fn the_deadline_holds_in_every_mode() {
    let site = TestSite::new(Site::builder().pages(pages![LateInOrderPage, LateOffPage]));
    for path in ["/late-in-order", "/late-off"] {
        let page = site.get(path).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        let read = "<p>top</p><i>one inner late</i><b>late</b><p>behind 1</p>\
                    <p>fast complete stuck late </p><p>bottom</p></body></html>";
        let html = page.assert_whole().html().replace("<!>", "");
        assert!(html.ends_with(read), "{path}: {html}");
        assert!(
            page.end() >= ms(1000) && page.end() <= by(1000),
            "{:?}",
            page.end()
        );
    }
    let page = site.get("/late-in-order").await;
    assert_eq!(page.at("one "), ms(100));
}

#[page(async, path = "/leptos-in-order", timeout = "1s", stream = "in-order")]
fn LeptosInOrderPage(fast: Deferred<fast>) -> impl IntoView {
    view! { <LeptosViews fast/> }
}

#[page(async, path = "/leptos-off", timeout = "1s", stream = "off")]
fn LeptosOffPage(fast: Deferred<fast>) -> impl IntoView {
    view! { <LeptosViews fast/> }
}

/// Views of Leptos that wait, around places, in them and beside them.
#[component]
fn LeptosViews(fast: Deferred<fast>) -> impl IntoView {
    let in_suspense = fast.clone();
    let wait = |time: u64| {
        move || {
            Suspend::new(async move {
                sleep(time).await;
                view! { <em>{time}</em> }
            })
        }
    };
    view! {
        <Suspense fallback=|| "suspended">
            {wait(200)}
            <Resolve data=in_suspense let:n><i>"in " {*n}</i></Resolve>
        </Suspense>
        <p>"between"</p>
        <Resolve data=fast let:n>
            <b>{*n}<Suspense fallback=|| "suspended">{wait(50)}</Suspense></b>
        </Resolve>
        <ErrorBoundary fallback=|_| "boundary">
            <p>{Err::<u8, _>(Refused)}</p>
        </ErrorBoundary>
        <p>"bottom"</p>
    }
}

#[punctual::test]
async fn leptos_views_stand_in_order_too() {
    let site = TestSite::new(Site::builder().pages(pages![LeptosInOrderPage, LeptosOffPage]));
    for path in ["/leptos-in-order", "/leptos-off"] {
        let page = site.get(path).await;
        let html = page.assert_whole().html().replace("<!>", "");
        let read = "<em>200</em><i>in 1</i><p>between</p><b>1<em>50</em></b>boundary<p>bottom</p></body></html>";
        assert!(
            html.replace("<!---->", "").ends_with(read),
            "{path}: {html}"
        );
        assert!(
            !html.contains("suspended") && !html.contains("<script"),
            "{html}"
        );
        assert_eq!(page.end(), ms(200), "{path}");
    }
}

#[page(async, path = "/svg", timeout = "1s")]
fn SvgPage(fast: Deferred<fast>, slow: Deferred<slow>) -> impl IntoView {
    let (circle, text, title, free) = (slow.clone(), fast.clone(), fast.clone(), fast.clone());
    view! {
        <Resolve data=free fallback=|| "wait" let:n><p>"free " {*n}</p></Resolve>
        <svg viewBox="0 0 9 9">
            <title><Resolve data=title fallback=|| "never shown" let:n>"title " {*n}</Resolve></title>
            <Resolve data=circle let:n><circle r=*n/><Resolve data=text let:n><circle r=*n/></Resolve></Resolve>
        </svg>
        <textarea>"is "<Resolve data=fast let:n>{*n}</Resolve></textarea>
        <p>"bottom"</p>
    }
}

#[punctual::test]
async fn where_no_template_can_stand_the_document_waits_also_out_of_order() {
    let page = TestSite::new(Site::builder().pages(pages![SvgPage]))
        .get("/svg")
        .await;
    let html = page.assert_whole().html().replace("<!>", "");
    let read = "<svg viewBox=\"0 0 9 9\"><title>title 1</title><circle r=\"3\"></circle><circle r=\"1\"></circle></svg>\
                <textarea>is 1</textarea><p>bottom</p>";
    assert!(html.contains(read), "{html}");
    // The rest of the page is out of order all the same, and what is ready waits for the end of the element.
    assert_eq!(page.at("wait"), ms(0));
    assert_eq!(page.at("free "), ms(300));
    assert!(html.find("bottom") < html.find("free 1"), "{html}");
    assert!(!html.contains("never shown"), "{html}");
}

#[punctual::test]
async fn crawlers_get_one_document() {
    let pages = pages![OutOfOrderPage, InOrderPage];
    let googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    let default = TestSite::new(Site::builder().pages(pages));
    for path in ["/out-of-order", "/in-order"] {
        let page = default.get(path).header("user-agent", googlebot).await;
        is_in_order(&page);
        assert_eq!(page.first_byte(), ms(300), "{path}");
    }
    let ours = TestSite::new(Site::builder().pages(pages).crawlers(["our-checker"]));
    let as_agent = |agent| ours.get("/out-of-order").header("user-agent", agent);
    is_in_order(&as_agent("Our-Checker/1.0").await);
    let streamed = as_agent(googlebot).await;
    assert_eq!(streamed.first_byte(), ms(0));
    assert!(streamed.html().contains("<template"));
}

#[tokio::test]
async fn a_crawler_without_a_name_is_a_problem() {
    let site = Site::builder()
        .pages(pages![InOrderPage])
        .crawlers(["bot", " "]);
    let error = site.build().expect_err("every name has an empty part");
    assert!(
        error.to_string().contains("one of them is empty"),
        "{error}"
    );
}

#[punctual::test]
async fn head_starts_no_deferred_loads_in_any_mode() {
    let site = TestSite::new(Site::builder().pages(pages![OutOfOrderPage, InOrderPage, OffPage]));
    for path in ["/out-of-order", "/in-order", "/off"] {
        let page = site.head(path).await;
        assert_eq!(
            (page.status(), page.end()),
            (StatusCode::OK, ms(0)),
            "{path}"
        );
        assert_eq!(
            (page.html().as_str(), page.loads().len()),
            ("", 0),
            "{path}"
        );
    }
    assert_eq!(site.get("/off").await.loads().len(), 2);
}

#[page(async, path = "/titled", timeout = "1s", stream = "off")]
fn TitledPage(fast: Deferred<fast>) -> impl IntoView {
    view! {
        <Title text="before"/>
        <Resolve data=fast let:n>
            <Title text=format!("</title> {}", *n)/>
            <Meta name="description" content="late"/>
            <p>"part"</p>
        </Resolve>
    }
}

#[punctual::test]
async fn a_part_says_the_title_and_the_head_of_a_document_that_is_sent_as_a_whole() {
    let page = TestSite::new(Site::builder().pages(pages![TitledPage]))
        .get("/titled")
        .await;
    let html = page.assert_whole().html();
    let (head, body) = html.split_once("</head>").unwrap();
    assert!(head.contains("<title>&lt;/title&gt; 1</title>"), "{html}");
    assert!(head.contains("name=\"description\""), "{html}");
    assert!(!body.contains("<script") && body.contains("part"), "{html}");
    let length = page.html().len().to_string();
    assert_eq!(page.header("content-length"), Some(length.as_str()));
}

fn cache(value: &'static str) {
    let response = expect_context::<ResponseOptions>();
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static(value));
}

#[page(async, path = "/cached-off", timeout = "1s", stream = "off")]
fn CachedOffPage(fast: Deferred<fast>) -> impl IntoView {
    cache("public, max-age=60");
    view! { <Resolve data=fast let:_n>"there"</Resolve> }
}

#[page(async, path = "/impaired", timeout = "1s", stream = "off")]
fn ImpairedPage(fails: Deferred<fails>) -> impl IntoView {
    cache("public, max-age=60");
    view! { <Resolve data=fails on_error=|_| "failed" let:_n>"there"</Resolve> }
}

#[page(async, path = "/cached-late", timeout = "1s", stream = "off")]
fn CachedLatePage(stuck: Deferred<stuck>) -> impl IntoView {
    cache("public, max-age=60");
    view! { <Resolve data=stuck let:_n>"there"</Resolve> }
}

#[page(async, path = "/cached-streamed", timeout = "1s")]
fn CachedStreamedPage(fast: Deferred<fast>) -> impl IntoView {
    cache("Public, s-maxage=600, max-age=60");
    view! { <Resolve data=fast let:_n>"there"</Resolve> }
}

#[page(async, path = "/private", timeout = "1s")]
fn PrivatePage() -> impl IntoView {
    cache("private, max-age=60");
}

#[page(path = "/cached-sync")]
fn CachedSyncPage() -> impl IntoView {
    cache("public, max-age=60");
}

#[tokio::test]
async fn only_what_is_sent_as_a_whole_and_is_complete_may_be_cached_for_others() {
    let site = TestSite::new(Site::builder().pages(pages![
        OffPage,
        CachedOffPage,
        ImpairedPage,
        CachedLatePage,
        CachedStreamedPage,
        PrivatePage,
        CachedSyncPage
    ]));
    let cases = [
        ("/off", "private, no-cache"),
        ("/cached-off", "public, max-age=60"),
        ("/cached-sync", "public, max-age=60"),
        ("/impaired", "private, no-cache"),
        ("/cached-late", "private, no-cache"),
        ("/cached-streamed", "private, max-age=60"),
        ("/private", "private, max-age=60"),
    ];
    let visits = cases.map(|(path, _)| site.get(path).into_future());
    for (page, (path, cached)) in join_all(visits).await.iter().zip(cases) {
        assert_eq!(page.header("cache-control"), Some(cached), "{path}");
    }
    // The same page as one document for a crawler is not what others get.
    let page = site.get("/cached-streamed");
    let page = page.header("user-agent", "bingbot/2.0").await;
    assert_eq!(page.header("cache-control"), Some("private, max-age=60"));
}

fn headers(values: &[(&'static str, &'static str)]) {
    let response = expect_context::<ResponseOptions>();
    for (name, value) in values {
        response.insert_header(
            http::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
}

#[page(async, path = "/targeted", timeout = "1s")]
fn TargetedPage() -> impl IntoView {
    headers(&[
        ("cdn-cache-control", "max-age=600"),
        ("surrogate-control", "max-age=600"),
    ]);
}

#[page(async, path = "/impaired-secret", timeout = "1s", stream = "off")]
fn ImpairedSecretPage(fails: LoadResult<fails>) -> impl IntoView {
    headers(&[
        ("cache-control", "private, no-store"),
        ("cdn-cache-control", "no-store"),
    ]);
    fails.is_err().then_some("failed")
}

#[page(async, path = "/impaired-redirect", timeout = "1s", stream = "off")]
fn ImpairedRedirectPage(fails: LoadResult<fails>) -> impl IntoView {
    headers(&[("cache-control", "public, max-age=60"), ("location", "/")]);
    expect_context::<ResponseOptions>().set_status(StatusCode::FOUND);
    fails.is_err().then_some("failed")
}

/// Data of the page's own that fails.
struct Own;

impl punctual::Resolvable for Own {
    type Value = u8;
    type Error = Refused;

    fn resolve(
        self,
    ) -> futures::future::BoxFuture<'static, Result<u8, punctual::LoadError<Refused>>> {
        Box::pin(async {
            sleep(10).await;
            Err(punctual::LoadError::Failed(std::sync::Arc::new(Refused)))
        })
    }
}

#[page(async, path = "/impaired-own", timeout = "1s", stream = "off")]
fn ImpairedOwnPage() -> impl IntoView {
    cache("public, max-age=60");
    view! { <Resolve data=Own let:_n>"there"</Resolve> }
}

#[punctual::test]
async fn what_is_said_to_shared_caches_by_other_names_counts_as_well() {
    let site = TestSite::new(Site::builder().pages(pages![
        TargetedPage,
        ImpairedSecretPage,
        ImpairedRedirectPage,
        ImpairedOwnPage
    ]));
    let page = site.get("/targeted").await;
    assert_eq!(page.header("cdn-cache-control"), None);
    assert_eq!(page.header("surrogate-control"), None);
    let page = site.get("/impaired-secret").await;
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("cdn-cache-control"), None);
    let page = site.get("/impaired-redirect").await;
    assert_eq!(page.status(), StatusCode::FOUND);
    assert_eq!(page.header("cache-control"), Some("private, no-cache"));
    let page = site.get("/impaired-own").await;
    assert_eq!(page.header("cache-control"), Some("private, no-cache"));
}

#[page(async, path = "/no-content", timeout = "1s")]
fn NoContentPage() -> impl IntoView {
    expect_context::<ResponseOptions>().set_status(StatusCode::RESET_CONTENT);
    "nobody reads it"
}

#[punctual::test]
async fn a_status_without_a_body_has_none() {
    let page = TestSite::new(Site::builder().pages(pages![NoContentPage]))
        .get("/no-content")
        .await;
    assert_eq!(
        (page.status(), page.html().as_str()),
        (StatusCode::RESET_CONTENT, "")
    );
}

/// Leptos' own title reads a signal of the page when the head is written.
#[component]
fn SignalTitle(panics: bool) -> impl IntoView {
    let name = RwSignal::new("from a signal".to_owned());
    let text = move || {
        assert!(!panics, "a title");
        name.get()
    };
    view! { <leptos_meta::Title text/> }
}

#[page(async, path = "/signal-off", timeout = "1s", stream = "off")]
fn SignalOffPage(fast: Deferred<fast>) -> impl IntoView {
    view! { <SignalTitle panics=false/><Resolve data=fast let:_n><Meta name="late" content="x"/>"part"</Resolve> }
}

#[page(path = "/signal-sync", timeout = "5s")]
fn SignalSyncPage() -> impl IntoView {
    view! { <SignalTitle panics=false/> }
}

#[page(async, path = "/panics-off", timeout = "1s", stream = "off")]
fn PanicsOffPage(fast: Deferred<fast>) -> impl IntoView {
    view! { <Title text="there"/><SignalTitle panics=true/><Resolve data=fast let:_n>"part"</Resolve> }
}

#[tokio::test]
async fn the_head_of_a_whole_document_is_written_while_the_page_lives() {
    let site =
        TestSite::new(Site::builder().pages(pages![SignalOffPage, SignalSyncPage, PanicsOffPage]));
    let visits = ["/signal-off", "/signal-sync"].repeat(20);
    for page in join_all(visits.into_iter().map(|path| site.get(path).into_future())).await {
        let html = page.assert_whole().html();
        assert!(html.contains("<title>from a signal</title>"), "{html}");
    }
    let html = site.get("/signal-off").await.assert_whole().html();
    assert!(
        html.split("</head>")
            .next()
            .unwrap()
            .contains("name=\"late\""),
        "{html}"
    );
    // A panic there costs what it would have written.
    let page = site.get("/panics-off").await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("<title>there</title>") && html.contains("part"),
        "{html}"
    );
}

#[page(async, path = "/raw", timeout = "1s")]
fn RawPage(fast: Deferred<fast>) -> impl IntoView {
    let raw = "<template id=\"p:1\"></template><template id=\"p:9\"></template><b>raw</b>";
    view! { <p inner_html=raw></p><p>"one"</p><Resolve data=fast let:n><p>"part " {*n}</p></Resolve><p>"bottom"</p> }
}

#[punctual::test]
async fn what_only_looks_like_a_place_takes_nothing_away() {
    let site = TestSite::new(Site::builder().pages(pages![RawPage]));
    let crawler = site.get("/raw").header("user-agent", "Googlebot");
    for visit in [site.get("/raw?__stream=in-order"), crawler] {
        let html = visit.await.assert_whole().html().replace("<!>", "");
        let read = "<b>raw</b></p><p>one</p><p>part 1</p><p>bottom</p></body></html>";
        assert!(html.ends_with(read), "{html}");
    }
}

#[page(async, path = "/shadow", timeout = "1s")]
fn ShadowPage(fast: Deferred<fast>, slow: Deferred<slow>) -> impl IntoView {
    let roots = leptos::html::template()
        .attr("shadowrootmode", "open")
        .child(view! { <Resolve data=slow let:n>"slow " {*n}</Resolve><Resolve data=fast let:n>" fast " {*n}</Resolve> });
    view! { <div>{roots}</div> }
}

#[punctual::test]
async fn all_places_of_a_shadow_root_stand_in_it() {
    let html = TestSite::new(Site::builder().pages(pages![ShadowPage]))
        .get("/shadow")
        .await
        .assert_whole()
        .html()
        .replace("<!>", "");
    let read = "<template shadowrootmode=\"open\">slow 3 fast 1</template>";
    assert!(html.contains(read), "{html}");
}
