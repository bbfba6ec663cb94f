//! A stock-taking: a long job that asks the catalog one thing after another and says how far it is.

use punctual::Progress;

use crate::catalog::{CallOptions, Catalog, CatalogError};

/// The products up to this number are counted one by one.
const COUNTED: u32 = 9;

/// How many calls to the catalog it takes: three lists, and a call for each product.
pub const STEPS: u32 = 3 + COUNTED;

/// What is done next, and how far the whole is by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many steps are done, of [`STEPS`].
    pub done: u32,
    /// What is being done, as a sentence for visitors.
    pub text: String,
}

impl Step {
    /// How far the whole is.
    #[must_use]
    pub fn percent(&self) -> u32 {
        self.done * 100 / STEPS
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Products that are on sale.
    pub on_sale: usize,
    /// Widgets.
    pub widgets: usize,
    /// Gizmos.
    pub gizmos: usize,
    /// Products that were counted one by one, on sale or not.
    pub counted: u32,
    /// Pieces of them.
    pub pieces: u64,
    /// How many of them are sold out.
    pub sold_out: u32,
}

/// Takes stock, a call after the other.
///
/// # Errors
///
/// With the first call that fails.
pub async fn take_stock(
    catalog: Catalog,
    options: CallOptions,
    progress: Progress<Step>,
) -> Result<Stock, CatalogError> {
    let mut done = 0;
    let mut begin = |text: String| {
        progress.send(Step { done, text });
        done += 1;
    };
    let mut stock = Stock::default();
    begin("Listing the products.".to_owned());
    stock.on_sale = catalog.products(&options).await?.len();
    begin("Listing the widgets.".to_owned());
    stock.widgets = catalog.widgets(&options).await?.len();
    begin("Listing the gizmos.".to_owned());
    stock.gizmos = catalog.gizmos(&options).await?.len();
    for id in 1..=COUNTED {
        begin(format!("Counting product {id} of {COUNTED}."));
        let Some(product) = catalog.product(id, &options).await? else {
            continue;
        };
        stock.counted += 1;
        stock.pieces += u64::from(product.in_stock);
        stock.sold_out += u32::from(product.in_stock == 0);
    }
    Ok(stock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog_api::{CatalogServer, ServiceOptions};

    #[tokio::test]
    async fn counts_what_the_catalog_has() {
        let options = ServiceOptions {
            delay: "0ms".parse().expect("a delay"),
            seed: None,
        };
        let server = CatalogServer::bind(([127, 0, 0, 1], 0).into(), options)
            .await
            .expect("there is a free port");
        let catalog = Catalog::new(server.url()).expect("a client");
        let _running = server.spawn();
        let stock = take_stock(catalog, CallOptions::default(), Progress::ignored()).await;
        let stock = stock.expect("the catalog answers");
        assert_eq!((stock.on_sale, stock.widgets, stock.gizmos), (2, 2, 3));
        assert_eq!((stock.counted, stock.sold_out), (COUNTED, 1));
        assert!(stock.pieces > 0);
    }

    #[test]
    fn says_how_far_it_is() {
        let percent = |done| {
            let text = String::new();
            Step { done, text }.percent()
        };
        assert_eq!((percent(0), percent(STEPS)), (0, 100));
        assert_eq!(percent(STEPS / 2), 50);
    }
}
