use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// Puts the mark in front of what the island shows, and leaves the rest to Leptos.
pub(crate) fn expand(arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let island: ItemFn = match syn::parse2(item) {
        Ok(island) => island,
        Err(error) => return error.to_compile_error(),
    };
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = island;
    if let Some(asyncness) = &sig.asyncness {
        let message = "an island cannot be an `async fn`: it is made at once, and a `Resource` in it waits for data";
        return syn::Error::new_spanned(asyncness, message).to_compile_error();
    }
    let arguments = (!arguments.is_empty()).then(|| quote!((#arguments)));
    quote! {
        #[::leptos::island #arguments]
        #(#attrs)*
        #vis #sig {
            ::punctual_islands::__private::marked(move || #block)
        }
    }
}
