//! Many products, each in a small cell.

use punctual::prelude::*;

use super::part::reason;
use super::thousands;
use crate::catalog::{CatalogError, Product};
use crate::pages::ProductPage;

/// What became of the call for one product. The catalog may not know it.
pub(crate) type Asked = Result<Option<Product>, LoadError<CatalogError>>;

/// How many of each product are in stock, in the order of their numbers, from 1.
#[component]
pub(crate) fn ProductCells(
    /// What became of the call for each.
    products: Vec<Asked>,
) -> AnyView {
    let sum = Sum::of(&products).view();
    let cells = (1..).zip(products).map(|(id, product)| cell(id, product));
    view! {
        {sum}
        <ol class="cells">{cells.collect_view()}</ol>
    }
    .into_any()
}

/// Stands in their place until all of them are there, and is as high.
#[component]
pub(crate) fn ProductCellsToCome(
    /// How many calls have ended.
    done: usize,
    /// How many there are.
    total: usize,
) -> AnyView {
    let cells = (0..total).map(|_| view! { <li></li> });
    view! {
        <div aria-busy="true">
            <div class="running line">
                <p>"Asking for the products."</p>
                <span class="done">{format!("{done} of {total}")}</span>
                <progress max=total value=done aria-label="Products that have been asked for"></progress>
            </div>
            <ol class="cells to-come" aria-hidden="true">{cells.collect_view()}</ol>
        </div>
    }
    .into_any()
}

fn cell(id: u32, product: Asked) -> AnyView {
    let (outcome, text) = match product {
        Ok(Some(product)) => {
            let count = thousands(product.in_stock.into());
            let label = format!("{}: {count} in stock", product.name);
            return view! {
                <li data-outcome="complete">
                    <a href=ProductPage::href(id) aria-label=label><span>{id}</span>" "{count}</a>
                </li>
            }
            .into_any();
        }
        Ok(None) => ("failed", "none"),
        Err(LoadError::Late) => ("late", "late"),
        Err(_) => ("failed", "failed"),
    };
    view! { <li data-outcome=outcome><span>{id}</span>" "{text}</li> }.into_any()
}

/// All calls together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    total: usize,
    there: usize,
    late: usize,
    /// What failed, with the reason of the first.
    failed: usize,
    reason: Option<String>,
    /// What the catalog does not know.
    unknown: usize,
    /// Pieces of those that are there.
    pieces: u128,
}

impl Sum {
    fn of(products: &[Asked]) -> Self {
        let mut sum = Self::default();
        for product in products {
            sum.total += 1;
            match product {
                Ok(Some(product)) => {
                    sum.there += 1;
                    sum.pieces += u128::from(product.in_stock);
                }
                Ok(None) => sum.unknown += 1,
                Err(LoadError::Late) => sum.late += 1,
                Err(error) => {
                    sum.failed += 1;
                    sum.reason.get_or_insert_with(|| reason(error));
                }
            }
        }
        sum
    }

    fn view(self) -> impl IntoView + use<> {
        let tone = match &self {
            Self { late: 1.., .. } => "late",
            Self { there, total, .. } if there < total => "error",
            _ => "notice",
        };
        let sentences = self.sentences().join(" ");
        view! {
            <p class=tone>
                <strong>{format!("{} of {} are there.", self.there, self.total)}</strong>
                " "
                {sentences}
            </p>
        }
    }

    fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.there > 0 {
            sentences.push(format!("They have {} pieces.", thousands(self.pieces)));
        }
        if self.late > 0 {
            sentences.push(format!(
                "{} did not arrive in time; the calls under way were cancelled.",
                self.late
            ));
        }
        if let Some(reason) = &self.reason {
            sentences.push(format!("{} failed. {reason}", self.failed));
        }
        if self.unknown > 0 {
            sentences.push(format!("The catalog does not know {}.", self.unknown));
        }
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn sums_up_what_became_of_the_calls() {
        let status = axum::http::StatusCode::BAD_GATEWAY;
        let failed = || LoadError::Failed(Arc::new(CatalogError::Status { status }));
        let sum = Sum::of(&[
            Err(LoadError::Late),
            Err(failed()),
            Ok(None),
            Err(LoadError::Late),
            Err(failed()),
        ]);
        assert_eq!((sum.total, sum.there, sum.late, sum.failed), (5, 0, 2, 2));
        assert_eq!(
            sum.sentences()[1..],
            [
                "2 failed. The catalog answered with status 502.",
                "The catalog does not know 1."
            ]
        );
    }
}
