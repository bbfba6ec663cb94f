//! One product, and what goes with it.

use punctual::prelude::*;

use super::failure::options_of;
use crate::catalog::CallOptions;
use crate::components::{
    Failed, Late, Pending, RelatedProducts, SettledTimeline, Timeline, Trial, Trials, round,
};
use crate::loaders::{product, related};

const TRIALS: &[Trial] = &[
    Trial::PLAIN,
    Trial::new("500 ms", "delay=500ms"),
    Trial::new("1.2 s", "delay=1200ms"),
    Trial::new("3 s", "delay=3s"),
    Trial::STATUS,
    Trial::JSON,
    Trial::HANG,
];

/// A product. The page waits for it, because without it there is no page; the products that go
/// with it come later. When the product is late, the page is, and shows its own time-out page.
#[page(async, path = "/products/{id}", timeout = "2s", on_timeout = late)]
pub fn ProductPage(
    Query(options): Query<CallOptions>,
    product: Loaded<product>,
    related: Deferred<related>,
    recorder: Recorder,
) -> impl IntoView {
    let stock = match product.in_stock {
        0 => "sold out".to_owned(),
        count => format!("{count} in stock"),
    };
    let (stars, tenths) = (product.rating_tenths / 10, product.rating_tenths % 10);
    let tags = product
        .tags
        .iter()
        .map(|tag| view! { <li>{tag.clone()}</li> });
    let tags = tags.collect_view();
    view! {
        <Title text=product.name.clone()/>
        <Meta name="description" content=product.description.clone()/>
        <h1>{product.name.clone()}</h1>
        <p class="lead">{product.description.clone()}</p>
        <dl class="facts">
            <dt>"Price"</dt>
            <dd class="price">{product.price.to_string()}</dd>
            <dt>"Availability"</dt>
            <dd>{stock}</dd>
            <dt>"Rating"</dt>
            <dd>{format!("{stars}.{tenths} of 5 stars")}</dd>
            <dt>"Tags"</dt>
            <dd><ul class="tags">{tags}</ul></dd>
        </dl>
        <h2>"Goes well with"</h2>
        <Resolve
            data=related
            fallback=|| view! { <Pending what="products that go with it"/> }
            on_timeout=|| view! { <Late what="products that go with it"/> }
            on_error=|error| view! { <Failed what="products that go with it" error/> }
            let:related
        >
            <RelatedProducts related/>
        </Resolve>
        <h2>"Make the catalog slow"</h2>
        <p>
            "The products that go with this one can only be asked for when this one is there: two calls, one after the other, within 2 seconds."
        </p>
        <Trials trials=TRIALS options/>
        <SettledTimeline recorder/>
    }
}

/// What is shown when the time is over and the product is not there.
fn late(failure: PageFailure) -> impl IntoView {
    let again = failure.path_and_query().to_owned();
    let options = options_of(&failure.uri).unwrap_or_default();
    let had = round(failure.timeout);
    view! {
        <Title text="The product is late"/>
        <section class="late">
            <h1>"The product did not arrive in time"</h1>
            <p>
                {format!("The page had {had} for everything, and the catalog had not answered by then. The call was cancelled: nothing goes on in the background.")}
            </p>
        </section>
        <div class="actions">
            <a class="button" href=again>"Try again"</a>
            <a class="button quiet" href=Trial::new("", "delay=200ms").href(failure.uri.path())>
                "Try with 200 ms"
            </a>
        </div>
        <Trials trials=TRIALS options/>
        <Timeline record=failure.record/>
    }
}
