//! The gizmos in the stock room.

use punctual::prelude::*;

use super::{Failed, Late, Pending, current_path, thousands};
use crate::loaders::gizmos;
use crate::pages::StockGizmoPage;

/// Links to all gizmos in the stock room, with a mark at the one that is shown.
#[component]
pub(crate) fn DeferredGizmoLinks(
    /// The loader.
    gizmos: Deferred<gizmos>,
) -> impl IntoView {
    let path = current_path();
    view! {
        <Resolve
            data=gizmos
            fallback=|| view! { <Pending what="gizmos"/> }
            on_timeout=|| view! { <Late what="gizmos"/> }
            on_error=|error| view! { <Failed what="gizmos" error/> }
            let:gizmos
        >
            <ul class="links">
                {gizmos.iter().map(|gizmo| {
                    let href = StockGizmoPage::href(gizmo.id);
                    let current = (path == href).then_some("page");
                    let pieces = format!("{} pieces", thousands(gizmo.quantity.into()));
                    view! {
                        <li><a href=href aria-current=current>{gizmo.name.clone()}" "<span>{pieces}</span></a></li>
                    }
                }).collect_view()}
            </ul>
        </Resolve>
    }
}
