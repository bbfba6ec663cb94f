//! What the user wrote, parsed and not yet judged.

mod function;
mod keys;

pub(crate) use function::Function;
pub(crate) use keys::{Key, Keys, Value};
