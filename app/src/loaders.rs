//! Where the pages get their data from: one call to the catalog each.
//!
//! Every loader hands the options of the page's query on, so that a visitor can make the
//! catalog slow or faulty: `?delay=5s`, `?fail=500`, `?fail=json`, `?hang`.

use axum::extract::{Path, Query, State};
use punctual::{Loaded, PageError, Respond, loader};

use crate::catalog::{CallOptions, Catalog, CatalogError, Gizmo, Product, Widget};

/// All gizmos. A page that has more time than this loader is told that they are late, and can
/// say so where they would be.
#[loader(timeout = "3s")]
pub async fn gizmos(
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
) -> Result<Vec<Gizmo>, CatalogError> {
    catalog.gizmos(&options).await
}

/// All products on sale.
#[loader(timeout = "2s")]
pub async fn products(
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
) -> Result<Vec<Product>, CatalogError> {
    catalog.products(&options).await
}

/// All widgets.
#[loader(timeout = "2s")]
pub async fn widgets(
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
) -> Result<Vec<Widget>, CatalogError> {
    catalog.widgets(&options).await
}

/// The product in the path. A page about a product that does not exist is a page that does not
/// exist.
#[loader]
pub async fn product(
    Path(id): Path<u32>,
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
) -> Result<Product, PageError> {
    let product = catalog.product(id, &options).await;
    product
        .map_err(|error| error.respond())?
        .ok_or_else(PageError::not_found)
}

/// The products that go with the one in the path. The call begins when that one is there.
#[loader]
pub async fn related(
    product: Loaded<product>,
    Query(options): Query<CallOptions>,
    State(catalog): State<Catalog>,
) -> Result<Vec<Product>, CatalogError> {
    catalog.related(product.id, &options).await
}
