//! What a task says while it runs.

use crate::support::{ms, sleep};
use punctual::{
    prelude::*,
    testing::{TestPage, TestSite},
};
use std::convert::Infallible;

#[page(async, path = "/steps/{pause}", timeout = "2s")]
fn StepsPage(tasks: Tasks, Path(pause): Path<u64>) -> impl IntoView {
    let steps = tasks.register_with_progress("steps", move |progress| async move {
        for step in 1..=5 {
            progress.send(step);
            sleep(pause).await;
        }
        Ok::<_, Infallible>("all steps")
    });
    view! {
        <main>
            <Resolve
                data=steps
                fallback=|| view! { <p>"starting"</p> }
                progress=|step: u64| view! { <p>"step <" {step} ">"</p> }
                let:text
            >
                <p>{text}</p>
            </Resolve>
        </main>
    }
}

#[page(async, path = "/odd")]
fn OddPage(tasks: Tasks) -> impl IntoView {
    let task = tasks.register_with_progress("odd", |progress| async move {
        progress.send(1);
        sleep(200).await;
        progress.send(2);
        sleep(200).await;
        Ok::<_, Infallible>("done")
    });
    view! {
        <Resolve
            data=task
            fallback=|| "starting"
            progress=|n: u64| {
                assert!(n != 2, "two");
                n.to_string()
            }
            let:text
        >
            {text}
        </Resolve>
    }
}

/// Sends a long text every 100 ms, and then says nothing for a while.
#[page(async, path = "/long/{count}/{silence}", timeout = "10s")]
fn LongPage(tasks: Tasks, Path((count, silence)): Path<(u64, u64)>) -> impl IntoView {
    let steps = tasks.register_with_progress("steps", move |progress| async move {
        for step in 1..=count {
            progress.send(step);
            sleep(100).await;
        }
        sleep(silence).await;
        Ok::<_, Infallible>("all steps")
    });
    view! {
        <Resolve
            data=steps
            fallback=|| "starting"
            progress=|step: u64| format!("[{step}]{}", "x".repeat(LONG))
            let:text
        >
            <p>{text}</p>
        </Resolve>
    }
}

/// How long each of those texts is.
const LONG: usize = 8_000;

/// How many bytes of a document may wait for its reader when a progress is shown.
const UNREAD: usize = 64 * 1024;

/// Room for the document itself, and for what stands around each text.
const DOCUMENT: usize = 4_096;

fn site() -> TestSite {
    TestSite::new(Site::builder().pages(pages![StepsPage, OddPage, LongPage]))
}

#[punctual::test]
async fn is_shown_in_place_until_the_result_is_there() {
    let page = site().get("/steps/200").await;
    page.assert_whole();
    assert!(page.chunks()[0].text.contains("<p>starting</p>"));
    for step in 1..=5 {
        let at = page.at(&format!("&lt;<!>{step}<!>&gt;"));
        assert_eq!(at, ms((step - 1) * 200), "step {step}");
    }
    assert_eq!(page.end(), ms(1000));
    let shown = page.shown();
    assert!(shown.contains("<main><p>all steps</p></main>"), "{shown}");
    assert_eq!(page.html().matches("function $p").count(), 1);
}

#[punctual::test]
async fn of_what_comes_quickly_the_latest_is_shown() {
    let page = site().get("/steps/30").await;
    let html = page.assert_whole().html();
    let shown = |step: u64| html.contains(&format!("&lt;<!>{step}<!>&gt;"));
    let steps: Vec<_> = (1..=5).filter(|step| shown(*step)).collect();
    assert_eq!(steps, [1, 4]);
    assert_eq!(page.end(), ms(150));
}

#[punctual::test]
async fn without_scripts_only_the_result_is_sent() {
    let site = site();
    let page = site.get("/steps/200?__stream=in-order").await;
    let html = page.assert_whole().html();
    assert!(
        html.contains("<p>all steps</p>") && !html.contains("&lt;"),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn a_view_of_it_that_panics_costs_nothing_else() {
    let page = site().get("/odd").await;
    page.assert_whole().assert_shows("done");
    assert_eq!(page.at(">1<"), ms(0));
    assert_eq!(page.end(), ms(400));
}

#[punctual::test]
async fn nothing_remains_when_the_visitor_leaves() {
    let site = site();
    site.get("/steps/200").leave_at(ms(500)).await;
    site.assert_nothing_remains().await;
}

/// Which of the long texts were sent.
fn sent(page: &TestPage, count: u64) -> Vec<u64> {
    let html = page.html();
    let is_sent = |step: &u64| html.contains(&format!("[{step}]"));
    (1..=count).filter(is_sent).collect()
}

#[punctual::test]
async fn none_is_piled_up_for_a_visitor_who_does_not_read() {
    let site = site();
    let page = site.get("/long/50/0").open().await;
    sleep(6000).await;
    assert_eq!(
        page.load("steps").ended,
        Some(ms(5000)),
        "it waits for nobody"
    );
    let page = page.finish().await;
    page.assert_whole().assert_shows("<p>all steps</p>");
    let length = page.bytes().len();
    assert!(length < UNREAD + LONG + DOCUMENT, "{length} bytes");
    // Up to there it is sent as for anybody.
    assert!(length > UNREAD, "{length} bytes");
    let sent = sent(&page, 50);
    assert!(sent.iter().copied().eq(1..=sent.len() as u64), "{sent:?}");
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn who_reads_again_is_shown_the_latest_and_what_follows() {
    let site = site();
    let page = site.get("/long/50/0").open().await;
    sleep(3050).await;
    let page = page.finish().await;
    page.assert_whole().assert_shows("<p>all steps</p>");
    let sent = sent(&page, 50);
    let (before, after): (Vec<u64>, Vec<u64>) = sent.iter().partition(|step| **step < 20);
    assert!(before.len() as u64 == *before.last().unwrap(), "{sent:?}");
    assert!(before.len() <= UNREAD / LONG + 1, "{sent:?}");
    // What was said at 3.0 s, or what comes next; of those in between none.
    assert!(after[0] == 31 || after[0] == 32, "{sent:?}");
    assert_eq!(after.last(), Some(&50), "{sent:?}");
    assert_eq!(after.len() as u64, 51 - after[0], "{sent:?}");
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn who_reads_again_is_shown_the_latest_although_nothing_follows() {
    let site = site();
    let page = site.get("/long/20/3000").open().await;
    sleep(3050).await;
    let page = page.finish().await;
    page.assert_whole().assert_shows("<p>all steps</p>");
    let sent = sent(&page, 20);
    assert_eq!(sent.last(), Some(&20), "{sent:?}");
    assert!(page.at("[20]") < ms(3200), "{:?}", page.at("[20]"));
}
