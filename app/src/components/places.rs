//! The places of the tables: the table, or why it is not there.

use punctual::{LoaderInfo, prelude::*};

use super::{Failed, GizmoTable, Late, Pending, ProductTable, WidgetTable};
use crate::catalog::CatalogError;
use crate::loaders::{gizmos, products, widgets};

/// The table of a loader that is done, or why there is none.
pub(crate) fn table_or_reason<L, V>(
    what: &'static str,
    result: LoadResult<L>,
    table: impl FnOnce(Loaded<L>) -> V,
) -> AnyView
where
    L: LoaderInfo<Error = CatalogError>,
    V: IntoView + 'static,
{
    match result {
        Ok(value) => table(value).into_any(),
        Err(error) => view! { <Failed what error/> }.into_any(),
    }
}

/// The table of the products, when they are there.
#[component]
pub(crate) fn DeferredProducts(
    /// The loader.
    products: Deferred<products>,
) -> impl IntoView {
    view! {
        <Resolve
            data=products
            fallback=|| view! { <Pending what="products"/> }
            on_timeout=|| view! { <Late what="products"/> }
            on_error=|error| view! { <Failed what="products" error/> }
            let:products
        >
            <ProductTable products/>
        </Resolve>
    }
}

/// The table of the widgets, when they are there.
#[component]
pub(crate) fn DeferredWidgets(
    /// The loader.
    widgets: Deferred<widgets>,
) -> impl IntoView {
    view! {
        <Resolve
            data=widgets
            fallback=|| view! { <Pending what="widgets"/> }
            on_timeout=|| view! { <Late what="widgets"/> }
            on_error=|error| view! { <Failed what="widgets" error/> }
            let:widgets
        >
            <WidgetTable widgets/>
        </Resolve>
    }
}

/// The table of the gizmos, when they are there.
#[component]
pub(crate) fn DeferredGizmos(
    /// The loader.
    gizmos: Deferred<gizmos>,
) -> impl IntoView {
    view! {
        <Resolve
            data=gizmos
            fallback=|| view! { <Pending what="gizmos" rows=3/> }
            on_timeout=|| view! { <Late what="gizmos"/> }
            on_error=|error| view! { <Failed what="gizmos" error/> }
            let:gizmos
        >
            <GizmoTable gizmos/>
        </Resolve>
    }
}
