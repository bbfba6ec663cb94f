//! `<Resolve>` in all kinds of places.

use crate::support::{Refused, by, ms, sleep};
use punctual::{prelude::*, testing::TestSite};

#[loader]
async fn row() -> Result<u8, Refused> {
    sleep(100).await;
    Ok(7)
}

#[loader]
async fn outer() -> Result<u8, Refused> {
    sleep(200).await;
    Ok(1)
}

#[loader]
async fn stuck() -> Result<u8, Refused> {
    std::future::pending().await
}

#[loader]
async fn text() -> Result<String, Refused> {
    sleep(10).await;
    Ok("<script>alert(1)</script>".to_owned())
}

#[page(async, path = "/places")]
fn PlacesPage(row: Deferred<row>) -> impl IntoView {
    let (list, any, spread) = (row.clone(), row.clone(), row.clone());
    view! {
        <div>"before " <Resolve data=row.clone() fallback=|| "wait" let:n><i>{*n}</i></Resolve> " after"</div>
        <ul>{(0..3).map(|_| view! { <li><Resolve data=list.clone() let:n>{*n}</Resolve></li> }).collect_view()}</ul>
        <table><tbody>
            <tr><td>"0"</td></tr>
            <Resolve data=row.clone() fallback=|| view! { <tr><td>"wait"</td></tr> } let:n>
                <tr><td>{*n}</td></tr>
                <tr><td>"two"</td></tr>
            </Resolve>
        </tbody></table>
        {view! { <Resolve data=any let:n><em>{*n}</em></Resolve> }.into_any()}
        <select><Resolve data=row let:n><option>{*n}</option></Resolve></select>
        <Resolve data=spread let:n {..} class="spread"><b>{*n}</b></Resolve>
    }
}

#[punctual::test]
async fn it_stands_in_elements_lists_tables_and_selects() {
    let html = TestSite::new(Site::builder().pages(pages![PlacesPage]))
        .get("/places")
        .await
        .assert_whole()
        .html();
    assert!(
        html.contains("before <template id=\"p:1\"></template>wait<!--/p:1--> after"),
        "{html}"
    );
    assert!(html.contains("<b class=\"spread\">7</b>"), "{html}");
    assert_eq!(html.matches(":c\">").count(), 8, "{html}");
    assert_eq!(html.matches("$p(\"").count(), 8, "{html}");
    assert!(
        html.contains("<template id=\"p:1:c\"><i>7</i></template><script nonce=\"")
            && html.contains("\">$p(\"1\")</script>"),
        "{html}"
    );
    assert!(
        html.contains(":c\"><tr><td>7</td></tr><tr><td>two</td></tr></template>"),
        "{html}"
    );
    assert!(html.contains("<option>7</option>"), "{html}");
}

#[component]
fn Provides(n: u16, children: Children) -> impl IntoView {
    provide_context(n);
    view! { <section>{children()}</section> }
}

#[page(async, path = "/nested", timeout = "1s")]
fn NestedPage(row: Deferred<row>, outer: Deferred<outer>, stuck: Deferred<stuck>) -> impl IntoView {
    view! {
        <Provides n=42>
            <Resolve data=outer let:_n>
                <p>"context " {use_context::<u16>().unwrap_or_default()}</p>
                <Resolve data=row fallback=|| "never seen" let:n>"inner " {*n}</Resolve>
                <Resolve data=stuck fallback=|| "seen" on_timeout=|| "inner late" let:n>{*n}</Resolve>
            </Resolve>
        </Provides>
    }
}

#[punctual::test]
async fn a_part_may_hold_parts_and_keeps_its_contexts() {
    let page = TestSite::new(Site::builder().pages(pages![NestedPage]))
        .get("/nested")
        .await;
    let html = page.assert_whole().html();
    assert_eq!(page.at("context "), ms(200));
    page.assert_shows("<p>context 42</p>inner 7inner late</section>");
    // Its data is there by then, so it stands in its parent at once.
    assert_eq!(page.at("inner "), ms(200));
    assert!(!html.contains("never seen"), "{html}");
    assert_eq!(page.at("inner late"), ms(1000));
    assert!(html.find("p:1:c") < html.find("p:2:c"), "{html}");
}

#[page(async, path = "/ready")]
fn ReadyPage(_row: Loaded<row>, row: Deferred<row>) -> impl IntoView {
    view! { <Resolve data=row fallback=|| "never seen" let:n>"ready " {*n}</Resolve> }
}

#[punctual::test]
async fn data_that_is_there_is_rendered_in_place() {
    let page = TestSite::new(Site::builder().pages(pages![ReadyPage]))
        .get("/ready")
        .await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("ready ") && !html.contains("<template") && !html.contains("<script"),
        "{html}"
    );
    assert_eq!(
        page.header("content-length"),
        Some(html.len().to_string().as_str())
    );
}

#[page(async, path = "/hostile")]
fn HostilePage(text: Deferred<text>) -> impl IntoView {
    view! { <Resolve data=text.clone() let:text><p title=text.to_string()>{text.to_string()}</p></Resolve> }
}

#[punctual::test]
async fn data_is_escaped_in_late_parts() {
    let html = TestSite::new(Site::builder().pages(pages![HostilePage]))
        .get("/hostile")
        .await
        .assert_whole()
        .html();
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("&lt;script&gt;"), "{html}");
}

#[page(async, path = "/many")]
fn ManyPage(row: Deferred<row>) -> impl IntoView {
    (0..500)
        .map(|_| view! { <Resolve data=row.clone() let:n><b>{*n}</b></Resolve> })
        .collect_view()
}

#[punctual::test]
async fn hundreds_on_one_page_come_together() {
    let page = TestSite::new(Site::builder().pages(pages![ManyPage]))
        .get("/many")
        .await;
    let html = page.assert_whole().html();
    assert_eq!(html.matches("<b>7</b>").count(), 500);
    assert_eq!(page.end(), ms(100));
}

/// A source of data of one's own.
struct Countdown(u64);

impl punctual::Resolvable for Countdown {
    type Value = u64;
    type Error = Refused;

    fn resolve(self) -> futures::future::BoxFuture<'static, Result<u64, LoadError<Refused>>> {
        Box::pin(async move {
            sleep(self.0).await;
            Ok(self.0)
        })
    }
}

#[page(async, path = "/own", timeout = "1s")]
fn OwnPage() -> impl IntoView {
    view! {
        <Resolve data=Countdown(20) let:n>"counted " {n}</Resolve>
        <Resolve data=Countdown(5000) on_timeout=|| "too long" let:n>"counted " {n}</Resolve>
    }
}

#[punctual::test]
async fn a_resolvable_of_one_s_own_is_bounded_too() {
    let page = TestSite::new(Site::builder().pages(pages![OwnPage]))
        .get("/own")
        .await;
    page.assert_whole().assert_shows("too long");
    assert_eq!(page.at("counted "), ms(20));
    assert!(
        page.end() >= ms(1000) && page.end() <= by(1000),
        "{:?}",
        page.end()
    );
}
