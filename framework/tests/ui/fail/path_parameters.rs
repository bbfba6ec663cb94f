//! Parameters that are not in Axum's syntax, or that the router refuses.

use punctual::prelude::*;

#[page(path = "/products/:id/reviews/:review")]
fn LeptosPage() -> impl IntoView {}

#[page(path = "/products/:id?")]
fn LeptosOptionalPage() -> impl IntoView {}

#[page(path = "/files/*any")]
fn LeptosWildcardPage() -> impl IntoView {}

#[page(path = "/products/<id>")]
fn RocketPage() -> impl IntoView {}

#[page(path = "/products/{id?}")]
fn OptionalPage() -> impl IntoView {}

#[page(path = "/products/{}")]
fn UnnamedPage() -> impl IntoView {}

#[page(path = "/files/{*}")]
fn UnnamedWildcardPage() -> impl IntoView {}

#[page(path = "/products/{product-id}")]
fn HyphenPage() -> impl IntoView {}

#[page(path = "/products/{id:u32}")]
fn TypePage() -> impl IntoView {}

#[page(path = "/products/{self}")]
fn KeywordPage() -> impl IntoView {}

#[page(path = "/products/{id}/parts/{id}")]
fn DoubledPage() -> impl IntoView {}

#[page(path = "/files/{*rest}/edit")]
fn WildcardPage() -> impl IntoView {}

#[page(path = "/products/{id")]
fn OpenPage() -> impl IntoView {}

#[page(path = "/products/id}")]
fn ClosePage() -> impl IntoView {}

#[page(path = "/products/{{id}}")]
fn EscapedPage() -> impl IntoView {}

#[page(path = "/products/{id}.html")]
fn SuffixPage() -> impl IntoView {}

#[page(path = "/products/{from}-{to}")]
fn TwoPage() -> impl IntoView {}

#[page(path = "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}/{m}/{n}/{o}/{p}/{q}/{r}/{s}/{t}/{u}/{v}/{w}/{x}/{y}/{z}")]
fn ManyPage() -> impl IntoView {}

fn main() {
    // The parameters are understood all the same.
    let _ = (LeptosPage::href(1, 2), LeptosWildcardPage::href("a/b"), SuffixPage::href(1));
}
