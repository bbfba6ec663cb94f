#![doc = include_str!("../docs/crate.md")]

use proc_macro::TokenStream;

mod ast;
mod attributes;
mod ctxt;
mod expand;
mod island;
mod model;

#[doc = include_str!("../docs/page.md")]
#[proc_macro_attribute]
pub fn page(keys: TokenStream, item: TokenStream) -> TokenStream {
    attributes::page(keys.into(), item.into()).into()
}

#[doc = include_str!("../docs/layout.md")]
#[proc_macro_attribute]
pub fn layout(keys: TokenStream, item: TokenStream) -> TokenStream {
    attributes::layout(keys.into(), item.into()).into()
}

#[doc = include_str!("../docs/loader.md")]
#[proc_macro_attribute]
pub fn loader(keys: TokenStream, item: TokenStream) -> TokenStream {
    attributes::loader(keys.into(), item.into()).into()
}

#[doc = include_str!("../docs/main.md")]
#[proc_macro_attribute]
pub fn main(keys: TokenStream, item: TokenStream) -> TokenStream {
    attributes::main(keys.into(), item.into()).into()
}

#[doc = include_str!("../docs/test.md")]
#[proc_macro_attribute]
pub fn test(keys: TokenStream, item: TokenStream) -> TokenStream {
    attributes::test(keys.into(), item.into()).into()
}

#[doc = include_str!("../docs/island.md")]
#[proc_macro_attribute]
pub fn island(arguments: TokenStream, item: TokenStream) -> TokenStream {
    island::expand(&arguments.into(), item.into()).into()
}
