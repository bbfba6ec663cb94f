//! User code that blocks its thread: only real time and a second thread can show that the visitor
//! does not wait. The bounds leave room for a loaded machine.

use crate::support::{Alive, Gate, Refused, ms, sleep};
use http::StatusCode;
use punctual::{prelude::*, testing::TestSite};

static SHELL_ALIVE: std::sync::LazyLock<Alive> = std::sync::LazyLock::new(Alive::default);

/// Blocks its thread: only real time and a second worker can show that the visitor does not wait.
#[page(async, path = "/wedged", timeout = "200ms")]
fn WedgedPage(State(gate): State<Gate>) -> impl IntoView {
    let _token = SHELL_ALIVE.token();
    gate.block(ms(3000));
    view! { <p>"woke"</p> }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_blocks_its_thread_is_answered_on_time() {
    let gate = Gate::default();
    let builder = Site::builder().state(gate.clone());
    let site = TestSite::new(builder.pages(pages![WedgedPage]));
    let page = tokio::spawn(async move { site.get("/wedged").await })
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    page.assert_whole();
    // It blocks for 3 s; the bound leaves room for a loaded machine.
    assert!(page.end() < ms(2500), "{:?}", page.end());
    assert_eq!(SHELL_ALIVE.count(), 1);
    gate.open();
}

#[loader]
async fn fast() -> Result<&'static str, Refused> {
    sleep(100).await;
    Ok("fast value")
}

/// Blocks its thread in a part.
#[component]
fn Wedge() -> impl IntoView {
    let cx = RequestContext::<Gate>::current().unwrap();
    cx.state().block(ms(3000));
    "woke"
}

#[page(async, path = "/wedged-part", timeout = "1s")]
fn WedgedPartPage(fast: Deferred<fast>, also: Deferred<also_fast>) -> impl IntoView {
    view! {
        <Resolve data=also on_timeout=|| "wedged late" let:_n><Wedge/></Resolve>
        <Resolve data=fast let:value>{*value}</Resolve>
    }
}

#[loader]
async fn also_fast() -> Result<u8, Refused> {
    sleep(50).await;
    Ok(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_blocks_its_thread_is_late_and_holds_up_nothing_else() {
    let gate = Gate::default();
    let builder = Site::builder().state(gate.clone());
    let site = TestSite::new(builder.pages(pages![WedgedPartPage]));
    let page = tokio::spawn(async move { site.get("/wedged-part").await })
        .await
        .unwrap();
    gate.open();
    let html = page.assert_whole().html();
    assert!(
        html.contains("fast value") && html.contains("wedged late"),
        "{html}"
    );
    assert!(!html.contains("woke"), "{html}");
    assert!(
        page.at("fast value") < ms(1000),
        "{:?}",
        page.at("fast value")
    );
    assert!(page.end() < ms(2500), "{:?}", page.end());
}
