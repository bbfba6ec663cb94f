//! What is measured.

pub(crate) mod shop;
