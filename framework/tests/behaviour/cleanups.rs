//! What Leptos holds for a document in which nothing is missing is let go of before it is sent.

use crate::support::{Gate, ms};
use leptos::prelude::on_cleanup;
use punctual::{Outcome, prelude::*, testing::TestSite};
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

/// Longer than the page has.
const BLOCKS: Duration = Duration::from_secs(3);

#[derive(Clone, Default)]
struct Cleanups {
    gate: Gate,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Cleanups {
    fn site(&self) -> Arc<TestSite> {
        let builder = Site::builder()
            .state(self.clone())
            .pages(pages![BlocksPage, RegistersPage]);
        Arc::new(TestSite::new(builder))
    }

    async fn ended(&self, count: usize) {
        for _ in 0..500 {
            if self.ended.load(SeqCst) >= count {
                return;
            }
            tokio::time::sleep(ms(10)).await;
        }
        panic!("the cleanup has not ended");
    }
}

#[page(async, path = "/blocks", timeout = "200ms")]
fn BlocksPage(State(cleanups): State<Cleanups>) -> impl IntoView {
    on_cleanup(move || {
        cleanups.begun.fetch_add(1, SeqCst);
        cleanups.gate.block(BLOCKS);
        cleanups.ended.fetch_add(1, SeqCst);
    });
    "shown"
}

/// A cleanup that would have the document wait, and says something about its head.
#[page(async, path = "/registers")]
fn RegistersPage(tasks: Tasks, head: ResponseHead) -> impl IntoView {
    on_cleanup(move || {
        drop(tasks.register("late", std::future::pending::<Result<(), Infallible>>()));
        assert!(head.set([("x-late", "1")]).is_err());
    });
    "shown"
}

#[punctual::test]
async fn it_changes_nothing_of_a_document_that_is_there() {
    let cleanups = Cleanups::default();
    let site = cleanups.site();
    for _ in 0..2 {
        let page = site.get("/registers").await;
        page.assert_whole().assert_shows("shown");
        assert_eq!(page.record().outcome, Some(Outcome::Complete));
        assert!(page.headers().get("x-late").is_none());
        assert_eq!(page.end(), Duration::ZERO);
    }
    site.assert_nothing_remains().await;
}

/// Only real time and a second thread can show that the visitor does not wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_blocks_holds_up_one_document_until_its_deadline() {
    let cleanups = Cleanups::default();
    let site = cleanups.site();
    let asked = site.clone();
    let get = async move || {
        let asked = asked.clone();
        tokio::spawn(async move { asked.get("/blocks").await })
            .await
            .unwrap()
    };
    let first = get().await;
    first.assert_whole().assert_shows("shown");
    assert_eq!(first.status(), 200);
    assert_eq!(first.record().outcome, Some(Outcome::Complete));
    // It blocks for 3 s; the bound leaves room for a loaded machine.
    assert!(
        first.end() >= ms(200) && first.end() < ms(2500),
        "{:?}",
        first.end()
    );
    cleanups.ended(1).await;
    // From then on nobody waits for it.
    let second = get().await;
    second.assert_whole().assert_shows("shown");
    assert!(second.end() < ms(200), "{:?}", second.end());
    cleanups.gate.open();
    cleanups.ended(2).await;
    assert_eq!(cleanups.begun.load(SeqCst), 2);
}
