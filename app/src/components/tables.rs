//! The tables of the catalog's data.

use jiff::civil::Date;
use punctual::prelude::*;
use pwg_islands::Filter;

use crate::loaders::{gizmos, products, widgets};
use crate::pages::ProductPage;

/// All gizmos.
#[component]
pub(crate) fn GizmoTable(
    /// What the loader has.
    gizmos: Loaded<gizmos>,
) -> impl IntoView {
    let rows = gizmos.iter().map(|gizmo| {
        view! {
            <tr>
                <th scope="row">{gizmo.name.clone()}</th>
                <td><time datetime=gizmo.introduced.to_string()>{day(gizmo.introduced)}</time></td>
                <td class="number">{thousands(gizmo.quantity.into())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <FilteredTable what="gizmos" label="Gizmos" columns=&[("Name", ""), ("Introduced", ""), ("Quantity", "number")]>
            {rows}
        </FilteredTable>
    }
}

/// All products on sale, with links to their pages.
#[component]
pub(crate) fn ProductTable(
    /// What the loader has.
    products: Loaded<products>,
) -> impl IntoView {
    let rows = products.iter().map(|product| {
        view! {
            <tr>
                <th scope="row"><a href=ProductPage::href(product.id)>{product.name.clone()}</a></th>
                <td class="number">{thousands(product.in_stock.into())}</td>
                <td class="number">{product.price.to_string()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <FilteredTable what="products" label="Products" columns=&[("Name", ""), ("In stock", "number"), ("Price", "number")]>
            {rows}
        </FilteredTable>
    }
}

/// All widgets.
#[component]
pub(crate) fn WidgetTable(
    /// What the loader has.
    widgets: Loaded<widgets>,
) -> impl IntoView {
    let rows = widgets.iter().map(|widget| {
        view! {
            <tr>
                <th scope="row">{widget.name.clone()}</th>
                <td class="number">{widget.price.to_string()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <FilteredTable what="widgets" label="Widgets" columns=&[("Name", ""), ("Price", "number")]>
            {rows}
        </FilteredTable>
    }
}

/// A table whose rows can be filtered where scripts run.
#[component]
fn FilteredTable(
    /// What its rows are, in the plural.
    what: &'static str,
    /// What it is called for those who do not see it.
    label: &'static str,
    /// The head of each column, with its class.
    columns: &'static [(&'static str, &'static str)],
    /// The rows.
    children: Children,
) -> impl IntoView {
    let heads = columns.iter().map(|(name, class)| {
        let class = (!class.is_empty()).then_some(*class);
        view! { <th scope="col" class=class>{*name}</th> }
    });
    let heads = heads.collect_view();
    view! {
        <Filter what=what.to_owned()>
            <div class="table" role="region" aria-label=label tabindex="0">
                <table>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{children()}</tbody>
                </table>
            </div>
        </Filter>
    }
}

/// A day for people: `4 May 2026`.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// A number with a comma at every third place: `1,250`.
pub(crate) fn thousands(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn writes_numbers_and_days_for_people() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(day(date(2026, 5, 4)), "4 May 2026");
    }
}
