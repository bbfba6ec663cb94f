//! The same views as pages of Punctual.

use crate::shop::{
    data::{Details, Filter, Front, Listing, Shop},
    views::{FRONT_TITLE, Footer, FrontView, Header, LIST_TITLE, ListView, ProductView},
};
use punctual::prelude::*;
use std::{convert::Infallible, sync::Arc};

#[loader]
async fn front(State(shop): State<Arc<Shop>>) -> Result<Front, Infallible> {
    Ok(shop.front())
}

#[loader]
async fn listing(
    State(shop): State<Arc<Shop>>,
    Query(filter): Query<Filter>,
) -> Result<Listing, Infallible> {
    Ok(shop.list(filter))
}

#[loader]
async fn details(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<usize>,
) -> Result<Details, PageError> {
    shop.details(id).ok_or_else(PageError::not_found)
}

#[page(async, path = "/")]
fn FrontPage(front: Loaded<front>) -> impl IntoView {
    view! { <Title text=FRONT_TITLE/><FrontView front=front.into_inner()/> }
}

#[page(async, path = "/list")]
fn ListPage(list: Loaded<listing>) -> impl IntoView {
    view! { <Title text=LIST_TITLE/><ListView list=list.into_inner()/> }
}

#[page(async, path = "/product/{id}")]
fn ProductPage(details: Loaded<details>) -> impl IntoView {
    view! { <Title text=details.product.card.name.clone()/><ProductView details=details.into_inner()/> }
}

#[page(async, path = "/empty")]
fn EmptyPage() -> impl IntoView {
    view! { <Title text="Empty"/> }
}

pub(crate) fn builder() -> punctual::SiteBuilder<Arc<Shop>> {
    Site::builder()
        .state(Shop::new())
        .shell(shell)
        .pages(pages![FrontPage, ListPage, ProductPage, EmptyPage])
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="stylesheet" href="/shop.css"/>
                <link rel="icon" href="data:,"/>
            </head>
            <body>
                <Header/>
                <main class="mx-auto max-w-7xl px-4 py-8">{page}</main>
                <Footer/>
            </body>
        </html>
    }
}
