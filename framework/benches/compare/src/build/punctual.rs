//! A site with three pages.

use punctual::prelude::*;
use std::convert::Infallible;

#[derive(Clone, Debug)]
struct Product {
    id: u32,
    name: String,
}

fn product_of(id: u32) -> Product {
    let name = format!("Product {id}");
    Product { id, name }
}

#[loader]
async fn products() -> Result<Vec<Product>, Infallible> {
    Ok((1..=10).map(product_of).collect())
}

#[loader]
async fn product(Path(id): Path<u32>) -> Result<Product, PageError> {
    Ok(product_of(id))
}

#[page(async, path = "/")]
fn HomePage() -> impl IntoView {
    view! {
        <Title text="Home"/>
        <h1>"Good morning"</h1>
        <a href="/products">"Products"</a>
    }
}

#[page(async, path = "/products")]
fn ProductsPage(products: Deferred<products>) -> impl IntoView {
    view! {
        <Title text="Products"/>
        <h1>"Products"</h1>
        <Resolve data=products fallback=|| view! { <p>"Loading"</p> } let:products>
            <ul>
                {products
                    .iter()
                    .map(|product| {
                        view! {
                            <li>
                                <a href=format!("/products/{}", product.id)>{product.name.clone()}</a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Resolve>
    }
}

#[page(async, path = "/products/{id}")]
fn ProductPage(product: Loaded<product>) -> impl IntoView {
    view! {
        <Title text=product.name.clone()/>
        <h1>{product.name.clone()}</h1>
        <p>"Number "{product.id}</p>
    }
}

#[punctual::main]
async fn main() -> Exit {
    Site::builder()
        .pages(pages![HomePage, ProductsPage, ProductPage])
        .build()?
        .serve()
        .await
}
