//! The same views as a site of leptos_axum and leptos_router, with a resource in a `Suspense` for each page, as
//! the book of Leptos teaches it: once with `SsrMode::Async`, and once out of order.

use crate::shop::{
    data::{Details, Filter, Front, Listing, Shop},
    views::{FRONT_TITLE, Footer, FrontView, Header, LIST_TITLE, ListView, ProductView},
};
use axum::Router as AxumRouter;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::{use_params_map, use_query_map},
    path,
};
use std::sync::Arc;

pub(crate) fn router(mode: SsrMode) -> AxumRouter {
    let options = LeptosOptions::builder().output_name("shop").build();
    let shop = Shop::new();
    let app = move || view! { <App mode=mode.clone()/> };
    let routes = generate_route_list(app.clone());
    let shell = move || shell(app.clone());
    AxumRouter::new()
        .leptos_routes_with_context(
            &options,
            routes,
            move || provide_context(shop.clone()),
            shell,
        )
        .with_state(options)
}

fn shell<V: IntoView + 'static>(app: impl FnOnce() -> V) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="stylesheet" href="/shop.css"/>
                <link rel="icon" href="data:,"/>
                <MetaTags/>
            </head>
            <body>{app()}</body>
        </html>
    }
}

#[component]
fn App(mode: SsrMode) -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Header/>
            <main class="mx-auto max-w-7xl px-4 py-8">
                <Routes fallback=|| "Not found">
                    <Route path=path!("/") view=FrontPage ssr=mode.clone()/>
                    <Route path=path!("/list") view=ListPage ssr=mode.clone()/>
                    <Route path=path!("/product/:id") view=ProductPage ssr=mode/>
                </Routes>
            </main>
            <Footer/>
        </Router>
    }
}

async fn front(shop: Arc<Shop>) -> Front {
    shop.front()
}

async fn list(shop: Arc<Shop>, filter: Filter) -> Listing {
    shop.list(filter)
}

async fn details(shop: Arc<Shop>, id: Option<usize>) -> Option<Details> {
    shop.details(id?)
}

#[component]
fn FrontPage() -> impl IntoView {
    let shop = expect_context::<Arc<Shop>>();
    let data = Resource::new(|| (), move |()| front(shop.clone()));
    view! {
        <Title text=FRONT_TITLE/>
        <Suspense fallback=|| view! { <p>"Loading"</p> }>
            {move || Suspend::new(async move {
                let front = data.await;
                view! { <FrontView front/> }
            })}
        </Suspense>
    }
}

#[component]
fn ListPage() -> impl IntoView {
    let shop = expect_context::<Arc<Shop>>();
    let query = use_query_map();
    let filter = move || {
        let query = query.read();
        Filter {
            category: query.get("category"),
            max: query.get("max").and_then(|max| max.parse().ok()),
            page: query.get("page").and_then(|page| page.parse().ok()),
        }
    };
    let data = Resource::new(filter, move |filter| list(shop.clone(), filter));
    view! {
        <Title text=LIST_TITLE/>
        <Suspense fallback=|| view! { <p>"Loading"</p> }>
            {move || Suspend::new(async move {
                let list = data.await;
                view! { <ListView list/> }
            })}
        </Suspense>
    }
}

#[component]
fn ProductPage() -> impl IntoView {
    let shop = expect_context::<Arc<Shop>>();
    let params = use_params_map();
    let id = move || {
        params
            .read()
            .get("id")
            .and_then(|id| id.parse::<usize>().ok())
    };
    let data = Resource::new(id, move |id| details(shop.clone(), id));
    view! {
        <Suspense fallback=|| view! { <p>"Loading"</p> }>
            {move || Suspend::new(async move {
                data.await.map(|details| view! { <Title text=details.product.card.name.clone()/><ProductView details/> })
            })}
        </Suspense>
    }
}
