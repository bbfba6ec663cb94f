//! Where the errors of generated code are shown.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Over the name of a function.
pub(super) fn of_name(name: &Ident) -> Span {
    generated(name.span())
}

/// A name from the user, for a variable of ours.
pub(super) fn own(name: &Ident) -> Ident {
    let mut own = name.clone();
    own.set_span(generated(name.span()));
    own
}

/// The place of `span`, for code of ours.
fn generated(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// From the first to the last token of something that the user wrote.
#[derive(Clone, Copy)]
pub(super) struct Place {
    first: Span,
    last: Span,
}

impl Place {
    pub(super) fn of(tokens: impl ToTokens) -> Self {
        let tokens = tokens.into_token_stream().into_iter();
        let mut spans = tokens.map(|token| token.span());
        let first = spans.next().unwrap_or_else(Span::call_site);
        Self {
            first,
            last: spans.last().unwrap_or(first),
        }
    }

    /// Where it begins, for code of ours.
    pub(super) fn start(self) -> Span {
        generated(self.first)
    }

    /// Puts code of ours over this place: an error about all of it is shown over all of it. (On
    /// stable Rust a single token cannot be.)
    pub(super) fn over(self, tokens: TokenStream) -> TokenStream {
        put(tokens, generated(self.first), generated(self.last))
    }

    /// The same as if the user had written it. rustc shows an error once that it also finds in
    /// what the user did write.
    pub(super) fn as_written(self, tokens: TokenStream) -> TokenStream {
        put(tokens, self.first, self.last)
    }

    /// The same at the first token. (Of a path through a trait rustc underlines the end only.)
    pub(super) fn at_first(self, tokens: TokenStream) -> TokenStream {
        put(tokens, self.first, self.first)
    }
}

/// Moves tokens to a place from `first` to `last`.
fn put(tokens: TokenStream, first: Span, last: Span) -> TokenStream {
    let mut tokens: Vec<_> = tokens.into_iter().map(|token| at(first, token)).collect();
    if let Some(token) = tokens.last_mut() {
        token.set_span(last);
    }
    tokens.into_iter().collect()
}

/// A token and everything in it at one place.
fn at(span: Span, mut token: TokenTree) -> TokenTree {
    if let TokenTree::Group(group) = &token {
        let inner = group.stream().into_iter().map(|token| at(span, token));
        token = TokenTree::Group(Group::new(group.delimiter(), inner.collect()));
    }
    token.set_span(span);
    token
}
