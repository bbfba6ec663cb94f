//! The products, sent in one piece.

use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{DeferredProducts, SettledTimeline, Terminal, Trial, Trials, site_url};
use crate::loaders::products;

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("1 s", "delay=1s"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// The products. Nothing of the page is sent before all of it is there, so it may be kept for the next
/// visitor, for a minute. The framework sees to it that only a complete document is.
#[page(async, path = "/products", timeout = "2s", stream = "off")]
pub fn ProductsPage(
    Query(options): Query<CallOptions>,
    products: Deferred<products>,
    recorder: Recorder,
) -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        let minute = HeaderValue::from_static("public, max-age=60");
        response.insert_header(CACHE_CONTROL, minute);
    }
    let address = format!("{}{}", site_url(), ProductsPage::href());
    view! {
        <Title text="Products"/>
        <h1>"Products"</h1>
        <p class="lead">
            "This page is sent in one piece, when all of it is there or its 2 seconds are over. No script puts it together, and nobody sees it grow."
        </p>
        <Trials trials=TRIALS options/>
        <DeferredProducts products/>
        <h2>"What to look at"</h2>
        <p>
            "The page says "<code>"stream = \"off\""</code>". In the network panel of the browser, or in a terminal, the whole response comes after the delay, headers and all, and says its length. It may be kept for a minute, for everybody, unless something is missing in it."
        </p>
        <Terminal line=format!("curl -iN '{address}?delay=1s'")/>
        <SettledTimeline recorder/>
    }
}
