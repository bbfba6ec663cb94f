//! The widgets, sent from top to bottom.

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{DeferredWidgets, SettledTimeline, Terminal, Trial, Trials, site_url};
use crate::loaders::widgets;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("1 s", "delay=1s"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// The widgets. The page is sent at once up to the place of the table, and goes on when the table is
/// there.
#[page(async, path = "/widgets", timeout = "2s", stream = "in-order")]
pub fn WidgetsPage(
    Query(options): Query<CallOptions>,
    widgets: Deferred<widgets>,
    recorder: Recorder,
) -> impl IntoView {
    let address = format!("{}{}", site_url(), WidgetsPage::href());
    view! {
        <Title text="Widgets"/>
        <h1>"Widgets"</h1>
        <p class="lead">
            "This page comes from top to bottom. You could read this before the catalog had answered; what is below had to wait for the table, for 2 seconds at most. No script puts it together."
        </p>
        <Trials trials=TRIALS options/>
        <DeferredWidgets widgets/>
        <h2>"What to look at"</h2>
        <p>
            "The page says "<code>"stream = \"in-order\""</code>". In the browser, or in a terminal, the document stops above the table, and nothing stands in its place that is taken away again."
        </p>
        <Terminal line=format!("curl -iN '{address}?delay=1s'")/>
        <SettledTimeline recorder/>
    }
}
