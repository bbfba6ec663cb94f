//! The keys of an attribute: `async, path = "/products/{id}", timeout = "1s"`.

use crate::ctxt::Ctxt;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, LitStr, Token};

/// The keys in the order in which they were written.
pub(crate) struct Keys {
    pub(crate) keys: Vec<Key>,
    /// What stands where a key is expected.
    pub(crate) strays: Vec<TokenStream>,
}

/// One key.
pub(crate) struct Key {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// What follows the name of a key.
pub(crate) enum Value {
    /// Nothing: `async`.
    None,
    /// `=` and then nothing.
    Missing(Token![=]),
    /// `= ..`
    Given(Box<Expr>),
    /// `= ..`, which is no expression.
    Garbled(TokenStream),
    /// `(..)`
    List(Group),
}

impl Keys {
    /// Parses what is between the parentheses of an attribute.
    ///
    /// It never gives up: what is wrong in one key hides no other.
    pub(crate) fn parse(cx: &Ctxt, tokens: TokenStream) -> Self {
        let parser = |input: ParseStream<'_>| Self::read(cx, input);
        parser.parse2(tokens).unwrap_or_else(|error| {
            cx.push(error);
            Self {
                keys: Vec::new(),
                strays: Vec::new(),
            }
        })
    }

    fn read(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut keys, mut strays) = (Vec::new(), Vec::new());
        while !input.is_empty() {
            if input.peek(syn::Ident::peek_any) {
                keys.push(Key {
                    name: input.call(Ident::parse_any)?,
                    value: Value::read(input)?,
                });
            } else {
                strays.push(up_to_comma(input)?);
            }
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else if input.peek(syn::Ident::peek_any) {
                // A comma was forgotten: what follows is the next key.
                cx.push(input.error("a `,` is missing before this key"));
            } else {
                cx.error(up_to_comma(input)?, "keys are separated by `,`");
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(Self { keys, strays })
    }
}

impl Value {
    fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        if let Ok(group) = input.fork().parse::<Group>() {
            input.parse::<Group>()?;
            return Ok(Self::List(group));
        }
        if !input.peek(Token![=]) {
            return Ok(Self::None);
        }
        let equals = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(Self::Missing(equals));
        }
        if input.peek(LitStr) {
            // Not as an expression: `"1s" path` is a forgotten comma.
            return Ok(Self::Given(Box::new(Expr::Lit(input.parse()?))));
        }
        if input.fork().parse::<Expr>().is_ok() {
            return Ok(Self::Given(input.parse()?));
        }
        up_to_comma(input).map(Self::Garbled)
    }
}

/// All tokens before the next comma.
fn up_to_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::{Keys, Value};
    use crate::ctxt::Ctxt;
    use proc_macro2::TokenStream;
    use quote::quote;

    fn parse(tokens: TokenStream) -> (Keys, Vec<String>) {
        let cx = Ctxt::new();
        let keys = Keys::parse(&cx, tokens);
        let errors = cx.check().err().into_iter().flatten();
        (keys, errors.map(|error| error.to_string()).collect())
    }

    fn names(keys: &Keys) -> Vec<String> {
        keys.keys.iter().map(|key| key.name.to_string()).collect()
    }

    #[test]
    fn reads_flags_and_values() {
        let (keys, errors) = parse(quote!(async, path = "/", on_timeout = a::b::<C, D>,));
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(names(&keys), ["async", "path", "on_timeout"]);
        assert!(matches!(keys.keys[0].value, Value::None));
        assert!(matches!(keys.keys[1].value, Value::Given(_)));
        assert!(matches!(keys.keys[2].value, Value::Given(_)));
    }

    #[test]
    fn goes_on_after_a_mistake() {
        let (keys, errors) = parse(quote!(path = , "stray", timeout = "1s" async, load(x), a = =));
        assert_eq!(names(&keys), ["path", "timeout", "async", "load", "a"]);
        assert_eq!(errors, ["a `,` is missing before this key"]);
        assert_eq!(keys.strays.len(), 1);
        assert!(matches!(keys.keys[0].value, Value::Missing(_)));
        assert!(matches!(keys.keys[3].value, Value::List(_)));
        assert!(matches!(keys.keys[4].value, Value::Garbled(_)));
    }

    #[test]
    fn names_what_follows_a_value() {
        let (keys, errors) = parse(quote!(path = "/" + "x", async));
        assert_eq!(names(&keys), ["path", "async"]);
        assert_eq!(errors, ["keys are separated by `,`"]);
    }
}
