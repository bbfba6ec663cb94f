//! What the catalog sells.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};

use crate::catalog::{Gizmo, Price, Product, Widget};

/// The day that it is now, everywhere the same: that of UTC.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// Three gizmos, introduced at intervals of four days from this day on.
pub(super) fn gizmos(today: Date) -> Vec<Gizmo> {
    [(1, 30), (2, 180), (3, 1_250)]
        .into_iter()
        .map(|(id, quantity)| Gizmo {
            id,
            name: format!("Gizmo {id}"),
            introduced: today.saturating_add(Span::new().days(4 * i64::from(id))),
            quantity,
        })
        .collect()
}

/// The products on sale.
pub(super) fn products() -> Vec<Product> {
    (1..=LISTED).filter_map(product).collect()
}

/// Two widgets.
pub(super) fn widgets() -> Vec<Widget> {
    [1, 2]
        .into_iter()
        .map(|id| Widget {
            id,
            name: format!("Widget {id}"),
            price: Price::from_cents(u64::from(id) * 100 + 88),
        })
        .collect()
}

/// The product with this id, on sale or not.
pub(super) fn product(id: u32) -> Option<Product> {
    let detail = Detail::of(id)?;
    Some(Product {
        id,
        name: format!("Product {id}"),
        price: Price::from_cents(u64::from(id) * 100 + 99),
        description: detail.description.into_owned(),
        in_stock: detail.in_stock,
        rating_tenths: detail.rating_tenths,
        tags: detail.tags.iter().map(|&tag| tag.to_owned()).collect(),
    })
}

/// The products that go with the product with this id.
pub(super) fn related(id: u32) -> Option<Vec<Product>> {
    let related = Detail::of(id)?.related;
    Some(related.iter().copied().filter_map(product).collect())
}

/// The first so many products are on sale. The others are found by their id only.
const LISTED: u32 = 2;

/// All products have an id up to this one.
const LAST: u32 = 100;

/// What there is to say about a product.
#[derive(Clone)]
struct Detail {
    description: Cow<'static, str>,
    in_stock: u32,
    rating_tenths: u8,
    tags: &'static [&'static str],
    related: Cow<'static, [u32]>,
}

impl Detail {
    fn of(id: u32) -> Option<Self> {
        let index = usize::try_from(id.checked_sub(1)?).ok()?;
        match DETAILS.get(index) {
            Some(detail) => Some(detail.clone()),
            None => (id <= LAST).then(|| Self::of_spare_part(id)),
        }
    }

    /// What follows the products that have a text of their own: parts for them, in turn.
    fn of_spare_part(id: u32) -> Self {
        let whole = (id - 1) % 4 + 1;
        Self {
            description: Cow::Owned(format!(
                "A spare part for Product {whole}. Hardly anybody asks for it, and whoever does \
                 needs it the same day."
            )),
            in_stock: id * 37 % 60,
            rating_tenths: 30 + u8::try_from(id * 7 % 20).unwrap_or(0),
            tags: &["spare part"],
            related: Cow::Owned(vec![whole]),
        }
    }
}

const DETAILS: [Detail; 4] = [
    Detail {
        description: Cow::Borrowed(
            "The one to begin with. It does a single thing, does it well, and is \
                      small enough to be forgotten in a pocket.",
        ),
        in_stock: 42,
        rating_tenths: 47,
        tags: &["everyday", "pocket size"],
        related: Cow::Borrowed(&[2, 3]),
    },
    Detail {
        description: Cow::Borrowed(
            "Product 1 with a second opinion. It lasts twice as long, weighs a little \
                      more, and comes in two shades of grey.",
        ),
        in_stock: 7,
        rating_tenths: 44,
        tags: &["long life", "two shades"],
        related: Cow::Borrowed(&[1, 3, 4]),
    },
    Detail {
        description: Cow::Borrowed(
            "A case for Product 1 and Product 2. The lining is felt, the clasp is \
                      brass, and it closes with a click.",
        ),
        in_stock: 120,
        rating_tenths: 41,
        tags: &["accessory", "felt"],
        related: Cow::Borrowed(&[1, 2]),
    },
    Detail {
        description: Cow::Borrowed(
            "A stand that holds Product 2 upright on a desk. The first series is sold \
                      out, the next one is being made.",
        ),
        in_stock: 0,
        rating_tenths: 38,
        tags: &["accessory", "desk"],
        related: Cow::Borrowed(&[2]),
    },
];

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn gizmos_follow_at_four_days() {
        let gizmos = gizmos(date(2026, 2, 26));
        let days: Vec<_> = gizmos.iter().map(|gizmo| gizmo.introduced).collect();
        assert_eq!(
            days,
            [date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 10)]
        );
        assert_eq!(gizmos[2].name, "Gizmo 3");
    }

    #[test]
    fn prices_follow_the_ids() {
        let prices: Vec<_> = products()
            .iter()
            .map(|product| product.price.to_string())
            .collect();
        assert_eq!(prices, ["1.99", "2.99"]);
        let prices: Vec<_> = widgets()
            .iter()
            .map(|widget| widget.price.to_string())
            .collect();
        assert_eq!(prices, ["1.88", "2.88"]);
    }

    #[test]
    fn every_product_goes_with_others_that_exist() {
        for id in 1..=LAST {
            let related = related(id).expect("the product exists");
            assert!(!related.is_empty());
            assert!(related.iter().all(|product| product.id != id));
        }
        assert_eq!(product(0), None);
        assert_eq!(product(LAST + 1), None);
        assert_eq!(related(LAST + 1), None);
    }
}
