//! What pages say about their document.

use crate::support::{Refused, sleep};
use punctual::{prelude::*, testing::TestSite};

const HOSTILE: &str = "</title><script>alert(1)</script>";

#[loader]
async fn name() -> Result<String, Refused> {
    sleep(10).await;
    Ok(HOSTILE.to_owned())
}

#[page(async, path = "/")]
fn HeadPage() -> impl IntoView {
    view! {
        <Title text="Gizmos & more"/>
        <Meta name="description" content="All \"gizmos\""/>
        <Link rel="canonical" href="/gizmos"/>
        <h1>"Gizmos"</h1>
    }
}

#[page(async, path = "/hostile")]
fn HostilePage(name: Loaded<name>) -> impl IntoView {
    view! { <Title text=name.to_string()/><p>{name.to_string()}</p> }
}

#[page(async, path = "/late")]
fn LatePage(name: Deferred<name>) -> impl IntoView {
    view! { <Resolve data=name let:name><Title text=name.to_string()/><Meta name="late" content="x"/>"part"</Resolve> }
}

#[page(async, path = "/none")]
fn NonePage() -> impl IntoView {
    "no title"
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html>
            <head><Title text="Shop" formatter=|title: String| format!("{title} - Shop")/></head>
            <body>{page}</body>
        </html>
    }
}

#[punctual::test]
async fn title_meta_and_link_go_into_the_head() {
    let html = TestSite::new(Site::builder().pages(pages![HeadPage]))
        .get("/")
        .await
        .assert_whole()
        .html();
    let head = html.split("</head>").next().unwrap();
    assert!(head.contains("<title>Gizmos &amp; more</title>"), "{html}");
    assert!(
        head.contains("name=\"description\"") && head.contains("rel=\"canonical\""),
        "{html}"
    );
}

#[punctual::test]
async fn a_hostile_title_is_text() {
    let html = TestSite::new(Site::builder().pages(pages![HostilePage]))
        .get("/hostile")
        .await
        .assert_whole()
        .html();
    assert!(
        html.contains("<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>"),
        "{html}"
    );
    assert!(!html.contains("<script>alert"), "{html}");
}

#[punctual::test]
async fn a_title_in_a_late_part_is_set_by_a_script() {
    let html = TestSite::new(Site::builder().pages(pages![LatePage]))
        .get("/late")
        .await
        .assert_whole()
        .html();
    assert!(
        html.contains(r#"">document.title="\u003c/title\u003e\u003cscript\u003ealert(1)"#),
        "{html}"
    );
    assert!(!html.contains("<script>alert"), "{html}");
}

#[punctual::test]
async fn the_page_s_title_counts_before_the_shell_s() {
    let site = TestSite::new(
        Site::builder()
            .shell(shell)
            .pages(pages![HeadPage, NonePage, LatePage]),
    );
    site.get("/")
        .await
        .assert_whole()
        .assert_shows("<title>Gizmos &amp; more - Shop</title>");
    site.get("/none")
        .await
        .assert_whole()
        .assert_shows("<title>Shop</title>");
    let page = site.get("/late").await;
    page.assert_whole()
        .assert_shows("&lt;script&gt;alert(1)&lt;/script&gt; - Shop</title>");
    assert!(page.html().contains("\\u003c/script\\u003e - Shop\""));
}

#[punctual::test]
async fn a_shell_without_a_head_is_sent_as_it_is() {
    let site = TestSite::new(
        Site::builder()
            .shell(|page| view! { <div>{page}</div> })
            .pages(pages![HeadPage]),
    );
    let html = site.get("/").await.html();
    assert!(
        html.starts_with("<div>") && html.ends_with("</div>") && html.contains("Gizmos"),
        "{html}"
    );
}

fn cutting_shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html>
            <head><Title formatter=|title: String| title[..60].to_owned()/></head>
            <body>{page}</body>
        </html>
    }
}

#[punctual::test]
async fn a_formatter_that_panics_costs_what_it_is_called_in() {
    let site = TestSite::new(
        Site::builder()
            .shell(cutting_shell)
            .pages(pages![HeadPage, LatePage]),
    );
    // The title is shorter than what the formatter takes of it.
    assert_eq!(
        site.get("/late")
            .await
            .assert_whole()
            .html()
            .matches("could not be loaded")
            .count(),
        1
    );
    let page = site.get("/").await;
    assert_eq!(page.status().as_u16(), 500);
    page.assert_whole();
}

#[component]
fn SaysMeta() -> impl IntoView {
    view! {
        <leptos_meta::Title text="too late"/>
        <leptos_meta::Meta name="robots" content="none"/>
        <leptos_meta::Html attr:lang="de"/>
        <leptos_meta::Body attr:class="dark"/>
        <p>"with meta"</p>
    }
}

#[page(async, path = "/late-meta")]
fn LateMetaPage(name: Deferred<name>) -> impl IntoView {
    view! { <Resolve data=name let:_name><SaysMeta/></Resolve> }
}

#[page(async, path = "/late-and-early-meta")]
fn LateAndEarlyMetaPage(name: Deferred<name>) -> impl IntoView {
    view! {
        <leptos_meta::Meta name="early" content="1"/>
        <Resolve data=name let:_name><SaysMeta/></Resolve>
    }
}

#[punctual::test]
async fn what_a_late_part_says_with_leptos_meta_comes_too_late_and_harms_nothing() {
    let pages = pages![LateMetaPage, LateAndEarlyMetaPage];
    let site = TestSite::new(Site::builder().pages(pages));
    for (path, early) in [("/late-meta", false), ("/late-and-early-meta", true)] {
        let page = site.get(path).await;
        page.assert_whole().assert_shows("<p>with meta</p>");
        let html = page.html();
        assert_eq!(html.contains("name=\"early\""), early, "{html}");
        for late in ["too late", "robots", "\"de\"", "dark"] {
            assert!(!html.contains(late), "{html}");
        }
    }
    site.assert_nothing_remains().await;
}

#[page(async, path = "/both")]
fn BothPage() -> impl IntoView {
    view! { <Title text="ours"/><leptos_meta::Title text="of leptos_meta"/> }
}

#[page(async, path = "/from-a-closure")]
fn ClosureTitlePage() -> impl IntoView {
    view! { <Title text="early"/>{|| view! { <Title text="from a closure"/> }} }
}

/// The title is mostly written in front of the page, before it is known whether it is the last one.
#[punctual::test]
async fn a_document_has_one_title_whoever_sets_it() {
    let pages = pages![BothPage, ClosureTitlePage];
    let site = TestSite::new(Site::builder().shell(shell).pages(pages));
    for (path, title) in [
        ("/both", "<title>ours - Shop</title>"),
        ("/from-a-closure", "<title>from a closure - Shop</title>"),
    ] {
        // The first time in Leptos' asynchronous form, and then in its synchronous one.
        for _ in 0..2 {
            let html = site.get(path).await.assert_whole().html();
            assert!(html.contains(title), "{html}");
            assert_eq!(html.matches("<title>").count(), 1, "{html}");
        }
    }
}

#[layout]
fn TitledLayout(children: Children) -> impl IntoView {
    view! { <Title text="too long"/>{children()} }
}

#[page(async, path = "/nowhere", layout = TitledLayout)]
async fn NowherePage() -> Result<impl IntoView, PageError> {
    Err::<(), _>(PageError::not_found())
}

/// The title of the layout is formatted when the shell comes to it; what the page has answered counts before that.
#[punctual::test]
async fn a_formatter_that_panics_is_not_what_a_page_answers() {
    let shell = |page: AnyView| {
        let formatter = |title: String| match title.as_str() {
            "too long" => panic!("too long"),
            _ => title,
        };
        view! {
            <!DOCTYPE html>
            <html><head><Title formatter=formatter/></head><body>{page}</body></html>
        }
    };
    let builder = Site::builder().shell(shell).pages(pages![NowherePage]);
    let page = TestSite::new(builder).get("/nowhere").await;
    assert_eq!(page.status(), 404);
}
