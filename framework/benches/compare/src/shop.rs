//! The pages that are rendered: a shop, with its data in memory.

pub(crate) mod data;
pub(crate) mod markup;
pub(crate) mod views;

/// The pages that are asked for, and what they are called in the tables.
pub(crate) const PAGES: [(&str, &str); 3] = [
    ("front", "/"),
    ("list", "/list?category=Gears&max=200"),
    ("product", "/product/17"),
];
