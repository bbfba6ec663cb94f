//! What the shop sells. It is made, always the same, and kept in memory.

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, sync::Arc};

/// A text that is in the program, or that has been received.
pub(crate) type Text = Cow<'static, str>;

/// How many products there are.
const PRODUCTS: usize = 96;

/// How many cards a page of the list has.
const PAGE: usize = 24;

/// How many cards the front page has.
const FRONT: usize = 12;

/// How many reviews it has.
const VOICES: usize = 16;

/// How many related products a product has.
const RELATED: usize = 6;

const CATEGORIES: [&str; 4] = ["Gears", "Springs", "Valves", "Bearings"];
const ADJECTIVES: [&str; 6] = ["Quiet", "Heavy", "Precise", "Hardened", "Light", "Sealed"];
const MATERIALS: [&str; 5] = ["brass", "steel", "bronze", "nylon & glass", "titanium"];
const WORDS: [&str; 12] = [
    "turned from one piece",
    "runs for years without oil",
    "fits shafts from 4 to 40 mm",
    "made for clocks, presses & pumps",
    "with a \"no play\" promise",
    "tested at <80 °C",
    "balanced on four axes",
    "cut, ground and polished by hand",
    "ships within a day",
    "sold in boxes of ten",
    "replaces the older series",
    "comes with a drawing",
];

/// Everything that the pages show.
#[derive(Debug)]
pub(crate) struct Shop {
    products: Vec<Arc<Product>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) card: Arc<Card>,
    pub(crate) description: Vec<String>,
    pub(crate) details: Vec<(Text, String)>,
    pub(crate) reviews: Vec<Review>,
}

/// What is shown of a product among others.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) id: usize,
    pub(crate) name: String,
    pub(crate) category: Text,
    /// In cents.
    pub(crate) price: u32,
    /// What it cost before, if it is on sale.
    pub(crate) before: Option<u32>,
    pub(crate) stock: u32,
    /// Tenths of stars.
    pub(crate) rating: u32,
    pub(crate) summary: String,
    pub(crate) tags: Vec<Text>,
    pub(crate) highlights: Vec<(Text, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Review {
    pub(crate) author: String,
    pub(crate) stars: u32,
    pub(crate) date: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) helpful: u32,
}

/// What the front page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Front {
    pub(crate) featured: Vec<Arc<Card>>,
    pub(crate) reviews: Vec<Review>,
    pub(crate) categories: Vec<(Text, usize)>,
}

/// What visitors ask the list for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) category: Option<String>,
    pub(crate) max: Option<u32>,
    pub(crate) page: Option<usize>,
}

/// A page of the list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) filter: Filter,
    pub(crate) found: usize,
    pub(crate) page: usize,
    pub(crate) pages: usize,
    pub(crate) products: Vec<Arc<Card>>,
    pub(crate) categories: Vec<(Text, usize)>,
}

/// A product with what is sold beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Details {
    pub(crate) product: Arc<Product>,
    pub(crate) related: Vec<Arc<Card>>,
}

impl Shop {
    pub(crate) fn new() -> Arc<Self> {
        let products = (0..PRODUCTS).map(|id| Arc::new(Product::new(id)));
        Arc::new(Self {
            products: products.collect(),
        })
    }

    pub(crate) fn front(&self) -> Front {
        Front {
            featured: cards(self.products.iter().step_by(7).take(FRONT)),
            reviews: self
                .products
                .iter()
                .step_by(4)
                .take(VOICES)
                .map(|product| product.reviews[0].clone())
                .collect(),
            categories: self.categories(),
        }
    }

    pub(crate) fn list(&self, filter: Filter) -> Listing {
        let found: Vec<_> = self
            .products
            .iter()
            .filter(|product| filter.takes(&product.card))
            .collect();
        let pages = found.len().div_ceil(PAGE).max(1);
        let page = filter.page.unwrap_or(1).clamp(1, pages);
        let products = found.iter().skip((page - 1) * PAGE).take(PAGE);
        Listing {
            found: found.len(),
            page,
            pages,
            products: cards(products.copied()),
            categories: self.categories(),
            filter,
        }
    }

    pub(crate) fn details(&self, id: usize) -> Option<Details> {
        let product = self.products.get(id)?.clone();
        let same = |other: &&Arc<Product>| {
            other.card.category == product.card.category && other.card.id != id
        };
        let related = cards(self.products.iter().filter(same).take(RELATED));
        Some(Details { product, related })
    }

    fn categories(&self) -> Vec<(Text, usize)> {
        let count = |name: &str| {
            self.products
                .iter()
                .filter(|product| product.card.category == name)
                .count()
        };
        CATEGORIES
            .into_iter()
            .map(|name| (name.into(), count(name)))
            .collect()
    }
}

fn cards<'a>(products: impl Iterator<Item = &'a Arc<Product>>) -> Vec<Arc<Card>> {
    products.map(|product| product.card.clone()).collect()
}

impl Filter {
    fn takes(&self, product: &Card) -> bool {
        let category = self.category.as_deref();
        category.is_none_or(|category| product.category == category)
            && self.max.is_none_or(|max| product.price <= max * 100)
    }

    /// The address of another page of the same list.
    pub(crate) fn address(&self, page: usize) -> String {
        let mut address = format!("/list?page={page}");
        if let Some(category) = &self.category {
            address.push_str("&category=");
            address.push_str(category);
        }
        if let Some(max) = self.max {
            address.push_str(&format!("&max={max}"));
        }
        address
    }
}

impl Product {
    fn new(id: usize) -> Self {
        let pick = |of: &[&'static str], step: usize| of[(id * step + id / of.len()) % of.len()];
        let category = CATEGORIES[id % CATEGORIES.len()];
        let name = format!(
            "{} {} No. {}",
            pick(&ADJECTIVES, 5),
            &category[..category.len() - 1],
            100 + id
        );
        let price = 990 + u32::try_from(id * 7919 % 20_000).unwrap_or_default();
        let sentence = |at: usize| {
            let word = |n: usize| WORDS[(id * 3 + at * 5 + n * 7) % WORDS.len()];
            format!("It is {}, {}, and {}.", word(0), word(1), word(2))
        };
        let detail = |row: usize| {
            let label = [
                "Bore", "Width", "Weight", "Load", "Speed", "Finish", "Material", "Norm",
            ][row % 8];
            (
                Text::from(label),
                format!(
                    "{} {}",
                    (id + 3) * (row + 2) % 97,
                    MATERIALS[(id + row) % MATERIALS.len()]
                ),
            )
        };
        let reviews = (0..44).map(|at| Review {
            author: format!("Visitor {}", (id * 31 + at * 17) % 900),
            stars: 1 + u32::try_from((id + at * 3) % 5).unwrap_or_default(),
            date: format!(
                "2026-{:02}-{:02}",
                1 + (id + at) % 12,
                1 + (id * 5 + at) % 28
            ),
            title: sentence(at + 40),
            text: format!("{} {} {}", sentence(at), sentence(at + 1), sentence(at + 2)),
            helpful: u32::try_from((id * 13 + at * 7) % 50).unwrap_or_default(),
        });
        let card = Card {
            id,
            name,
            category: category.into(),
            price,
            before: id.is_multiple_of(3).then_some(price + price / 4),
            stock: u32::try_from(id * 11 % 40).unwrap_or_default(),
            rating: 20 + u32::try_from(id * 7 % 31).unwrap_or_default(),
            summary: format!("{} {}", sentence(0), sentence(3)),
            tags: (0..4).map(|at| pick(&MATERIALS, at + 1).into()).collect(),
            highlights: (0..8).map(detail).collect(),
        };
        Self {
            card: Arc::new(card),
            description: (0..6)
                .map(|at| format!("{} {} {}", sentence(at), sentence(at + 7), sentence(at + 9)))
                .collect(),
            details: (0..32).map(detail).collect(),
            reviews: reviews.collect(),
        }
    }
}

/// A price as visitors read it.
pub(crate) fn money(cents: u32) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}

/// Stars as visitors see them.
pub(crate) fn stars(tenths: u32) -> String {
    let full = tenths / 10;
    (1..=5)
        .map(|star| if star <= full { '★' } else { '☆' })
        .collect()
}
