//! A long job whose progress can be watched.

use punctual::prelude::*;

use crate::catalog::{CallOptions, Catalog};
use crate::components::{
    Failed, Running, SettledTimeline, StopButton, Stopped, Terminal, Trial, Trials, is_stopped,
    site_url, thousands,
};
use crate::running;
use crate::stock_taking::{STEPS, Step, Stock, take_stock};

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("200 ms", "delay=200ms"),
    Trial::new("each its own time", "delay=100ms..800ms"),
    Trial::new("1 s", "delay=1s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// A stock-taking. The page is there at once, and says how far it is until the result takes that place.
#[page(async, path = "/progress", timeout = "8s")]
pub fn ProgressPage(
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
    State(running): State<running::Running>,
    tasks: Tasks,
    recorder: Recorder,
) -> impl IntoView {
    let stop = running.begin();
    let stop_address = stop.address();
    let stock = tasks.register_with_progress("stock-taking", move |progress| {
        stop.or(take_stock(catalog, options, progress))
    });
    let address = format!("{}{}", site_url(), ProgressPage::href());
    view! {
        <Title text="Progress"/>
        <h1>"Taking stock"</h1>
        <p class="lead">
            {format!("A job of {STEPS} calls, one after another, which says how far it is. It may take 8 seconds. It ends when you leave, and when you stop it.")}
        </p>
        <Trials trials=TRIALS options/>
        <StopButton address=stop_address label="Stop the stock-taking">
            <div role="status">
                <Resolve
                    data=stock
                    fallback=|| view! { <Running percent=0 text="The stock-taking begins.".to_owned()/> }
                    progress=|step: Step| view! { <Running percent=step.percent() text=step.text/> }
                    on_timeout=|| view! {
                        <p class="late">
                            <strong>"The stock-taking did not end in time."</strong>
                            " It had 8 seconds. The call that it had come to was cancelled, and nobody counts on."
                        </p>
                    }
                    on_error=|error| match is_stopped(&error) {
                        true => view! { <Stopped text="You have stopped the stock-taking."/> }.into_any(),
                        false => view! { <Failed what="results of the stock-taking" error/> }.into_any(),
                    }
                    let:stock
                >
                    <Found stock/>
                </Resolve>
            </div>
        </StopButton>
        <h2>"What to look at"</h2>
        <p>
            "The text and the bar change where they stand, over the one connection on which the page came, and the result takes their place. The button stops the job on the site, and the call that it has come to. Without JavaScript, only the result is sent."
        </p>
        <Terminal line=format!("curl -N '{address}?delay=300ms'\ncurl '{address}?delay=300ms&__stream=in-order'")/>
        <SettledTimeline recorder/>
    }
}

/// What was found.
#[component]
fn Found(
    /// What was found.
    stock: Stock,
) -> impl IntoView {
    let pieces = thousands(stock.pieces.into());
    view! {
        <p class="notice"><strong>"The stock-taking is done."</strong></p>
        <dl class="facts">
            <dt>"On sale"</dt>
            <dd>
                {format!("{} products, {} widgets, {} gizmos", stock.on_sale, stock.widgets, stock.gizmos)}
            </dd>
            <dt>"Counted"</dt>
            <dd>{format!("{} products, {pieces} pieces", stock.counted)}</dd>
            <dt>"Sold out"</dt>
            <dd>{stock.sold_out}</dd>
        </dl>
    }
}
