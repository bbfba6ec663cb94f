//! Where the pages get their data from: mostly one call to the catalog each.
//!
//! Every loader that makes one hands the options of the page's query on, so that a visitor can make the
//! catalog slow or faulty: `?delay=5s`, `?fail=500`, `?fail=json`, `?hang`.

use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::http::header::CACHE_CONTROL;
use axum_extra::extract::SignedCookieJar;
use punctual::{Loaded, PageError, Respond, ResponseHead, loader};

use crate::catalog::{CallOptions, Catalog, CatalogError, Gizmo, Product, Widget};
use crate::pages::sign_in_and_return_to;
use crate::session::Session;

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

/// Somebody of the staff. Strangers are sent to the sign-in page, and no other loader of the page has begun by then. What
/// the staff sees, no cache keeps.
#[loader(guard)]
pub async fn staff(
    uri: Uri,
    cookies: SignedCookieJar,
    head: ResponseHead,
) -> Result<Session, PageError> {
    head.set([(CACHE_CONTROL, "no-store")])?;
    Session::of(&cookies).ok_or_else(|| PageError::redirect(&sign_in_and_return_to(&uri)))
}

/// The gizmo in the path, found among all of them: the catalog has no call for one.
#[loader]
pub async fn gizmo(Path(id): Path<u32>, gizmos: Loaded<gizmos>) -> Result<Gizmo, PageError> {
    let gizmo = gizmos.iter().find(|gizmo| gizmo.id == id);
    gizmo.cloned().ok_or_else(PageError::not_found)
}

/// What lies in the stock room, in sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Kinds of products.
    pub products: usize,
    /// Pieces of all products.
    pub product_pieces: u64,
    /// Kinds of gizmos.
    pub gizmos: usize,
    /// Pieces of all gizmos.
    pub gizmo_pieces: u64,
}

/// The sums over what other loaders have. The pages around which they stand show the same data, and it is loaded once.
#[loader]
pub async fn inventory(
    products: Loaded<products>,
    gizmos: Loaded<gizmos>,
) -> Result<Inventory, CatalogError> {
    Ok(Inventory {
        products: products.len(),
        product_pieces: products
            .iter()
            .map(|product| u64::from(product.in_stock))
            .sum(),
        gizmos: gizmos.len(),
        gizmo_pieces: gizmos.iter().map(|gizmo| u64::from(gizmo.quantity)).sum(),
    })
}
