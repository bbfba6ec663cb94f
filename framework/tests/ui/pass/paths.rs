//! Every form of a path, and the addresses that `href` makes of it.

use punctual::prelude::*;

#[page(path = "/")]
fn RootPage() -> impl IntoView {}

#[page(path = "/gizmos/all/")]
fn SlashPage() -> impl IntoView {}

#[page(path = "/caf%C3%A9/a:b/@me/c*d")]
fn CharactersPage() -> impl IntoView {}

#[page(path = "/shops/{shop}/products/{id}")]
fn ProductPage(Path((_shop, _id)): Path<(String, u32)>) -> impl IntoView {}

#[page(path = "/v{version}/{type}")]
fn PrefixPage() -> impl IntoView {}

#[page(path = "/files/{*rest}")]
fn FilePage(Path(_rest): Path<String>) -> impl IntoView {}

fn main() {
    assert_eq!(RootPage::href(), "/");
    assert_eq!(SlashPage::href(), "/gizmos/all/");
    assert_eq!(CharactersPage::href(), "/caf%C3%A9/a:b/@me/c*d");
    assert_eq!(ProductPage::href("a/b c", 42), "/shops/a%2Fb%20c/products/42");
    assert_eq!(PrefixPage::href(2, "x"), "/v2/x");
    assert_eq!(FilePage::href("a/b c"), "/files/a/b%20c");
    let _ = Site::builder()
        .pages(pages![RootPage, SlashPage, CharactersPage, ProductPage, PrefixPage, FilePage]);
}
