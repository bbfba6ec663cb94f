//! What is measured.

pub(crate) mod build;
pub(crate) mod growth;
pub(crate) mod micro;
pub(crate) mod shop;
pub(crate) mod waiting;
