//! Results that are no view.

use punctual::prelude::*;

pub struct Product;

pub struct Failure;

#[page(async, path = "/a")]
fn ProductPage() -> Result<Product, PageError> {
    Ok(Product)
}

#[page(async, path = "/b")]
async fn AwaitingPage() -> Result<Product, PageError> {
    Ok(Product)
}

#[page(path = "/c")]
fn FailurePage() -> Result<&'static str, Failure> {
    Err(Failure)
}

#[layout]
fn Account(children: Children) -> Result<Product, PageError> {
    drop(children);
    Ok(Product)
}

#[layout]
fn Frame(children: Children) -> Product {
    drop(children);
    Product
}

fn main() {}
