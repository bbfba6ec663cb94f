//! The item below an attribute.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Signature, Token, Visibility};

/// A function whose body is left alone.
///
/// The body is not parsed: the attributes do not look into it, and what a later compiler
/// accepts there keeps working.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The block, braces included.
    pub(crate) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !is_function(input) {
            return Err(input.error("this is not a function"));
        }
        Ok(Self {
            attrs,
            vis,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

/// Whether `fn` follows, after the words that may stand before it.
fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while !ahead.peek(Token![fn]) {
        let qualifier = ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern])
            || ahead.peek(syn::LitStr);
        if !qualifier || ahead.parse::<proc_macro2::TokenTree>().is_err() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Function;
    use quote::quote;

    #[test]
    fn keeps_the_body_as_it_is() {
        let function: Function = syn::parse2(quote! {
            /// Documented.
            pub(crate) async fn gizmos() -> u8 { anything at all }
        })
        .expect("only the signature is parsed");
        assert_eq!(function.sig.ident, "gizmos");
        assert_eq!(function.body.to_string(), "{ anything at all }");
    }

    #[test]
    fn knows_what_is_no_function() {
        for item in [
            quote!(
                struct A;
            ),
            quote!(
                const A: u8 = 1;
            ),
            quote!(
                unsafe impl A for B {}
            ),
        ] {
            assert!(syn::parse2::<Function>(item).is_err());
        }
        for item in [
            quote!(
                fn a() {}
            ),
            quote!(
                const fn a() {}
            ),
            quote!(
                unsafe extern "C" fn a() {}
            ),
        ] {
            assert!(syn::parse2::<Function>(item).is_ok());
        }
    }
}
