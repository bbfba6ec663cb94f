//! Pages full of `<Resolve>`, for a look at them in a browser: `cargo run -p punctual --example places`, then
//! open <http://127.0.0.1:3000>. The browser tests use it, too.
//!
//! Each page is there in every mode: out of order, in order, and as one document.

mod data;
mod surroundings;
mod table;

use punctual::prelude::*;
use surroundings::Surroundings;
use table::Table;

#[page(async, path = "/", timeout = "5s")]
fn IndexPage() -> impl IntoView {
    let pages = [
        TablePage::href(),
        TableInOrderPage::href(),
        TableOffPage::href(),
        SurroundingsPage::href(),
        SurroundingsInOrderPage::href(),
        SurroundingsOffPage::href(),
    ];
    let links = pages.map(|href| view! { <li><a href=href.clone()>{href.clone()}</a></li> });
    view! { <h1>"Places"</h1><ul>{links.into_iter().collect_view()}</ul> }
}

#[page(async, path = "/table", timeout = "5s")]
fn TablePage() -> impl IntoView {
    view! { <Table/> }
}

#[page(async, path = "/table/in-order", timeout = "5s", stream = "in-order")]
fn TableInOrderPage() -> impl IntoView {
    view! { <Table/> }
}

#[page(async, path = "/table/off", timeout = "5s", stream = "off")]
fn TableOffPage() -> impl IntoView {
    view! { <Table/> }
}

#[page(async, path = "/surroundings", timeout = "5s")]
fn SurroundingsPage() -> impl IntoView {
    view! { <Surroundings/> }
}

#[page(
    async,
    path = "/surroundings/in-order",
    timeout = "5s",
    stream = "in-order"
)]
fn SurroundingsInOrderPage() -> impl IntoView {
    view! { <Surroundings/> }
}

#[page(async, path = "/surroundings/off", timeout = "5s", stream = "off")]
fn SurroundingsOffPage() -> impl IntoView {
    view! { <Surroundings/> }
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <link rel="icon" href="data:,"/>
                <Title text="Places"/>
            </head>
            <body><main>{page}</main></body>
        </html>
    }
}

#[punctual::main]
async fn main() -> Exit {
    tracing_subscriber::fmt().init();
    let pages = pages![
        IndexPage,
        TablePage,
        TableInOrderPage,
        TableOffPage,
        SurroundingsPage,
        SurroundingsInOrderPage,
        SurroundingsOffPage,
    ];
    Site::builder()
        .shell(shell)
        .pages(pages)
        .build()?
        .serve()
        .await
}
