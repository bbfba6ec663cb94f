//! A site with three pages.

use axum::Router as AxumRouter;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    components::{A, Route, Router, Routes},
    hooks::use_params_map,
    path,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Product {
    id: u32,
    name: String,
}

fn product_of(id: u32) -> Product {
    let name = format!("Product {id}");
    Product { id, name }
}

async fn products() -> Vec<Product> {
    (1..=10).map(product_of).collect()
}

async fn product(id: Option<u32>) -> Option<Product> {
    id.map(product_of)
}

#[component]
fn HomePage() -> impl IntoView {
    view! {
        <Title text="Home"/>
        <h1>"Good morning"</h1>
        <A href="/products">"Products"</A>
    }
}

#[component]
fn ProductsPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| products());
    view! {
        <Title text="Products"/>
        <h1>"Products"</h1>
        <Suspense fallback=|| view! { <p>"Loading"</p> }>
            {move || Suspend::new(async move {
                let products = data.await;
                view! {
                    <ul>
                        {products
                            .into_iter()
                            .map(|product| {
                                view! {
                                    <li>
                                        <A href=format!("/products/{}", product.id)>{product.name}</A>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
            })}
        </Suspense>
    }
}

#[component]
fn ProductPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok());
    let data = Resource::new(id, product);
    view! {
        <Suspense fallback=|| view! { <p>"Loading"</p> }>
            {move || Suspend::new(async move {
                data.await
                    .map(|product| {
                        view! {
                            <Title text=product.name.clone()/>
                            <h1>{product.name}</h1>
                            <p>"Number "{product.id}</p>
                        }
                    })
            })}
        </Suspense>
    }
}

#[component]
fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <main>
                <Routes fallback=|| "Not found">
                    <Route path=path!("/") view=HomePage/>
                    <Route path=path!("/products") view=ProductsPage/>
                    <Route path=path!("/products/:id") view=ProductPage/>
                </Routes>
            </main>
        </Router>
    }
}

fn shell() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = LeptosOptions::builder().output_name("small-site").build();
    let routes = generate_route_list(App);
    let router = AxumRouter::new()
        .leptos_routes(&options, routes, shell)
        .with_state(options);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, router).await
}
