//! The products that go with another one.

use punctual::prelude::*;

use crate::loaders::related;
use crate::pages::ProductPage;

/// The products that go with another one, as cards that lead to their pages.
#[component]
pub(crate) fn RelatedProducts(
    /// What the loader has.
    related: Loaded<related>,
) -> impl IntoView {
    let cards = related.iter().map(|product| {
        view! {
            <li class="card">
                <h3><a href=ProductPage::href(product.id)>{product.name.clone()}</a></h3>
                <p>{product.description.clone()}</p>
                <p class="price">{product.price.to_string()}</p>
            </li>
        }
    });
    view! { <ul class="cards">{cards.collect_view()}</ul> }
}
