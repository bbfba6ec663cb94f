//! What the catalog sells.

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
    let detail = DETAILS.get(usize::try_from(id).ok()?.checked_sub(1)?)?;
    Some(Product {
        id,
        name: format!("Product {id}"),
        price: Price::from_cents(u64::from(id) * 100 + 99),
        description: detail.description.to_owned(),
        in_stock: detail.in_stock,
        rating_tenths: detail.rating_tenths,
        tags: detail.tags.iter().map(|&tag| tag.to_owned()).collect(),
    })
}

/// The products that go with the product with this id.
pub(super) fn related(id: u32) -> Option<Vec<Product>> {
    let detail = DETAILS.get(usize::try_from(id).ok()?.checked_sub(1)?)?;
    Some(detail.related.iter().copied().filter_map(product).collect())
}

/// The first so many products are on sale. The others are found by their id only.
const LISTED: u32 = 2;

struct Detail {
    description: &'static str,
    in_stock: u32,
    rating_tenths: u8,
    tags: &'static [&'static str],
    related: &'static [u32],
}

const DETAILS: [Detail; 4] = [
    Detail {
        description: "The one to begin with. It does a single thing, does it well, and is \
                      small enough to be forgotten in a pocket.",
        in_stock: 42,
        rating_tenths: 47,
        tags: &["everyday", "pocket size"],
        related: &[2, 3],
    },
    Detail {
        description: "Product 1 with a second opinion. It lasts twice as long, weighs a little \
                      more, and comes in two shades of grey.",
        in_stock: 7,
        rating_tenths: 44,
        tags: &["long life", "two shades"],
        related: &[1, 3, 4],
    },
    Detail {
        description: "A case for Product 1 and Product 2. The lining is felt, the clasp is \
                      brass, and it closes with a click.",
        in_stock: 120,
        rating_tenths: 41,
        tags: &["accessory", "felt"],
        related: &[1, 2],
    },
    Detail {
        description: "A stand that holds Product 2 upright on a desk. The first series is sold \
                      out, the next one is being made.",
        in_stock: 0,
        rating_tenths: 38,
        tags: &["accessory", "desk"],
        related: &[2],
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
        for id in 1..=4 {
            let related = related(id).expect("the product exists");
            assert!(!related.is_empty());
            assert!(related.iter().all(|product| product.id != id));
        }
        assert_eq!(product(0), None);
        assert_eq!(product(5), None);
        assert_eq!(related(5), None);
    }
}
