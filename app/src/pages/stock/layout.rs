//! What stands around the pages of the stock room.

use punctual::prelude::*;

use super::{StockGizmoPage, StockPage};
use crate::components::{DeferredGizmoLinks, current_path, thousands};
use crate::loaders::{gizmos, inventory, staff};
use crate::pages::SignOutPage;

/// The heading of the section, its sums and its navigation. The sums come when they are there, and no page waits for them.
#[layout]
pub fn StockRoom(
    _staff: Loaded<staff>,
    inventory: Deferred<inventory>,
    children: Children,
) -> impl IntoView {
    view! {
        <header class="section">
            <h1>"Stock room"</h1>
            <Resolve
                data=inventory
                fallback=|| view! { <p class="sums" aria-busy="true">"Adding up ..."</p> }
                on_timeout=|| view! { <p class="sums">"The sums did not arrive in time."</p> }
                on_error=|_| view! { <p class="sums">"The sums cannot be shown."</p> }
                let:inventory
            >
                <p class="sums">
                    {format!("{} pieces of {} products, {} pieces of {} gizmos",
                        thousands(inventory.product_pieces.into()),
                        inventory.products,
                        thousands(inventory.gizmo_pieces.into()),
                        inventory.gizmos,
                    )}
                </p>
            </Resolve>
            <Navigation/>
        </header>
        {children()}
    }
}

/// What the address of every gizmo begins with.
const SHELF: &str = "/stock/gizmos/";

/// The ways within the section, and the way out.
#[component]
fn Navigation() -> impl IntoView {
    let path = current_path();
    let item = |href: String, text: &'static str, inside: bool| {
        let current = match path == href {
            true => Some("page"),
            false => inside.then_some("true"),
        };
        view! { <li><a href=href aria-current=current>{text}</a></li> }
    };
    let on_shelf = path.starts_with(SHELF);
    view! {
        <nav aria-label="Stock room">
            <ul>
                {item(StockPage::href(), "Overview", false)}
                {item(StockGizmoPage::href(1), "Gizmos", on_shelf)}
            </ul>
            <form method="post" action=SignOutPage::href()>
                <button class="button quiet">"Sign out"</button>
            </form>
        </nav>
    }
}

/// All gizmos beside the one that a page shows.
#[layout(layout = StockRoom)]
pub fn Shelf(gizmos: Deferred<gizmos>, children: Children) -> impl IntoView {
    view! {
        <div class="shelf">
            <nav aria-label="Gizmos"><DeferredGizmoLinks gizmos/></nav>
            <div>{children()}</div>
        </div>
    }
}
