//! A hundred calls, a few of them at a time.

use punctual::{FanOutProgress, prelude::*};

use crate::catalog::{CallOptions, Catalog};
use crate::components::{
    ProductCells, ProductCellsToCome, SettledTimeline, Terminal, Trial, Trials, site_url,
};

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("100 ms", "delay=100ms"),
    Trial::new("each its own time", "delay=50ms..500ms"),
    Trial::new("1 s", "delay=1s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// How many products there are, each with a call of its own.
const PRODUCTS: u32 = 100;

/// How many calls the catalog gets at once.
const AT_ONCE: usize = 8;

/// A hundred products, each asked for by itself: what is there after 5 seconds is shown.
#[page(async, path = "/fan-out", timeout = "5s")]
pub fn FanOutPage(
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
    tasks: Tasks,
    recorder: Recorder,
) -> impl IntoView {
    let products = tasks
        .fan_out(1..=PRODUCTS, move |id| {
            let catalog = catalog.clone();
            async move { catalog.product(id, &options).await }
        })
        .concurrency(AT_ONCE)
        .name("100 products");
    let address = format!("{}{}", site_url(), FanOutPage::href());
    view! {
        <Title text="A hundred calls"/>
        <h1>"A hundred calls"</h1>
        <p class="lead">
            {format!("{PRODUCTS} products, each with a call of its own, of which {AT_ONCE} run at once. What is not there after 5 seconds is marked, and all the rest is shown.")}
        </p>
        <Trials trials=TRIALS options/>
        <h2>"How many are in stock"</h2>
        <Resolve
            data=products
            fallback=|| view! { <ProductCellsToCome done=0 total=PRODUCTS as usize/> }
            progress=|FanOutProgress { done, total, .. }: FanOutProgress| {
                view! { <ProductCellsToCome done total/> }
            }
            let:products
        >
            <ProductCells products/>
        </Resolve>
        <h2>"What to look at"</h2>
        <p>
            "With 100 ms, 13 rounds of 8 calls take 1.3 seconds. With 1 s there is time for 5 rounds at most, the last of which is cut short: the page ends after 5 seconds with what it has. The catalog never sees more than 8 calls of one visitor at a time:"
        </p>
        <Terminal line=format!("curl -s -o /dev/null -w '%{{time_total}} s\\n' '{address}?delay=100ms'")/>
        <SettledTimeline recorder/>
    }
}
