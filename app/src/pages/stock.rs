//! The stock room: a section of the site for its staff.
//!
//! Everything in it has the layout [`StockRoom`], which takes the guard [`staff`]: whoever has not signed in sees
//! nothing of it, and nothing is loaded for them.

mod failure;
mod gizmo;
mod layout;

pub use failure::{not_in_stock_page, stock_error_page};
pub use gizmo::StockGizmoPage;
pub use layout::{Shelf, StockRoom};

use punctual::prelude::*;

use crate::catalog::CallOptions;
use crate::components::{DeferredGizmoLinks, DeferredProducts, SettledTimeline, Trial, Trials};
use crate::loaders::{gizmos, products};

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("500 ms", "delay=500ms"),
    Trial::new("5 s", "delay=5s"),
    Trial::STATUS,
    Trial::HANG,
];

/// What lies in the stock room. The layout around it sums up the same products and gizmos, and each is loaded once.
#[page(async, path = "/stock", layout = StockRoom, timeout = "2s")]
pub fn StockPage(
    Query(options): Query<CallOptions>,
    products: Deferred<products>,
    gizmos: Deferred<gizmos>,
    recorder: Recorder,
) -> impl IntoView {
    view! {
        <Title text="Stock room"/>
        <h2>"Overview"</h2>
        <Trials trials=TRIALS options/>
        <div class="columns">
            <section>
                <h3>"Products"</h3>
                <DeferredProducts products/>
            </section>
            <section>
                <h3>"Gizmos"</h3>
                <DeferredGizmoLinks gizmos/>
            </section>
        </div>
        <h2>"What to look at"</h2>
        <p>
            "The heading, the sums and the navigation are those of a layout, which loads its sums itself. It takes the same two calls as this page: 2 calls in all, not 4. Both waited for the guard, the first line of the timeline."
        </p>
        <SettledTimeline recorder/>
    }
}
