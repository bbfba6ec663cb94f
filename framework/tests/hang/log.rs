//! What the log says of a page that was late.

use crate::{
    captured::Log,
    way::{Asked, frame, never, waits},
};
use punctual::{prelude::*, testing::TestSite};

#[loader]
async fn stuck_loader() -> Result<String, crate::way::Refused> {
    std::future::pending().await
}

#[page(async, path = "/late", timeout = "200ms")]
fn LatePlacesPage(asked: Query<Asked>, stuck_loader: Deferred<stuck_loader>) -> impl IntoView {
    frame(asked, || {
        let [first, second] = [(); 2].map(|()| Resource::new(|| (), never));
        view! {
            <section>{waits(first, 20)}</section>
            <Resolve data=stuck_loader let:text>{text.to_string()}</Resolve>
            <aside>{waits(second, 30)}</aside>
        }
    })
}

/// The log names the page and each place that was late, in a line of its own.
#[punctual::test]
async fn the_log_names_the_page_and_the_places_that_were_late() {
    let (log, _logged) = Log::begin();
    let site = TestSite::new(Site::builder().pages(pages![LatePlacesPage]));
    site.get("/late?who=me").await.assert_whole();
    let all = log.lines(&["late"]).join("\n");
    let places = log.lines(&["WARN", "LatePlacesPage", "place="]);
    assert_eq!(places.len(), 3, "{all}");
    // One has the name of its data. Those of Leptos have none: what they show tells which they are.
    for text in ["place=\"stuck_loader\"", "[20:me]", "[30:me]"] {
        let lines: Vec<_> = places.iter().filter(|line| line.contains(text)).collect();
        assert_eq!(lines.len(), 1, "{text}: {all}");
    }
}
