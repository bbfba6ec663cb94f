//! What a task says while it runs.

use crate::support::{ms, sleep};
use punctual::{prelude::*, testing::TestSite};
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

fn site() -> TestSite {
    TestSite::new(Site::builder().pages(pages![StepsPage, OddPage]))
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
