//! The errors of one item, collected so that all of them are reported in one pass.

use proc_macro2::Span;
use quote::ToTokens;
use std::cell::RefCell;
use std::fmt::Display;
use std::thread;

/// Collects errors while an item is read and checked.
///
/// Whoever makes one has to call [`Ctxt::check`]: dropping it unchecked would lose the errors
/// and is a panic.
#[derive(Debug)]
pub(crate) struct Ctxt {
    /// `None` once the errors were taken.
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// An error about `tokens`, underlined from the first to the last of them.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// An error at one place.
    pub(crate) fn error_at(&self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    /// An error of the parser.
    pub(crate) fn push(&self, error: syn::Error) {
        self.errors
            .borrow_mut()
            .as_mut()
            .expect("`check` consumes the context, so nobody can add errors after it")
            .push(error);
    }

    /// How many errors there are by now.
    pub(crate) fn count(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Ends the collection.
    ///
    /// # Errors
    ///
    /// All errors that were collected, as one.
    pub(crate) fn check(self) -> syn::Result<()> {
        let mut errors = self
            .errors
            .take()
            .expect("`check` consumes the context, so the errors are still there")
            .into_iter();
        let Some(mut first) = errors.next() else {
            return Ok(());
        };
        first.extend(errors);
        Err(first)
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if !thread::panicking() && self.errors.borrow().is_some() {
            panic!("a Ctxt was dropped without a call of `check`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ctxt;
    use proc_macro2::Span;

    #[test]
    fn reports_every_error() {
        let cx = Ctxt::new();
        cx.error_at(Span::call_site(), "one");
        cx.error(quote::quote!(a b), "two");
        assert_eq!(cx.count(), 2);
        let messages: Vec<_> = cx
            .check()
            .expect_err("two errors were added")
            .into_iter()
            .map(|error| error.to_string())
            .collect();
        assert_eq!(messages, ["one", "two"]);
    }

    #[test]
    fn is_content_without_errors() {
        assert!(Ctxt::new().check().is_ok());
    }

    #[test]
    #[should_panic(expected = "without a call of `check`")]
    fn panics_when_nobody_looked() {
        drop(Ctxt::new());
    }
}
