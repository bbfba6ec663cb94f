//! What the user means: checked and interpreted, ready to be written out.
//!
//! A model is made of every item that parses. Where a part is wrong its error goes to the
//! [`Ctxt`](crate::ctxt::Ctxt) and the model holds the most likely meaning, so that the rest of
//! the item is still checked and the code around it still compiles.

mod choice;
mod entry;
mod keys;
mod layout;
mod loader;
mod named;
mod page;
mod path;
mod signature;
mod test;
mod time;
mod types;
mod weight;

pub(crate) use choice::Word;
pub(crate) use entry::Entry;
pub(crate) use layout::Layout;
pub(crate) use loader::Loader;
pub(crate) use page::{Mode, Page, Timeout};
pub(crate) use path::{Path, Piece};
pub(crate) use signature::Signature;
pub(crate) use test::Test;
