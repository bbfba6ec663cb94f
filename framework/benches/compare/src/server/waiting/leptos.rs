//! The same pages as a site of leptos_axum and leptos_router: a `Resource` for each call, each in a `<Suspense>` of its
//! own, out of order, as the book of Leptos teaches it.

use super::views::{HeadView, MissingView, SectionView, VisitorView, WaitingView, call_of};
use axum::Router as AxumRouter;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_query_map,
    path,
};
use punctual_load::{Catalog, catalog::Call};

pub(super) fn router(catalog: Catalog) -> AxumRouter {
    let options = LeptosOptions::builder().output_name("waiting").build();
    let routes = generate_route_list(App);
    AxumRouter::new()
        .leptos_routes_with_context(
            &options,
            routes,
            move || provide_context(catalog.clone()),
            shell,
        )
        .with_state(options)
}

fn shell() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <HeadView/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[component]
fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <main>
                <Routes fallback=|| "Not found">
                    <Route path=path!("/one") view=OnePage ssr=SsrMode::OutOfOrder/>
                    <Route path=path!("/three") view=ThreePage ssr=SsrMode::OutOfOrder/>
                </Routes>
            </main>
        </Router>
    }
}

/// What the query says.
fn asked() -> Call {
    let query = use_query_map();
    let query = query.read_untracked();
    let number = |name| query.get(name).and_then(|value| value.parse().ok());
    Call {
        ms: number("ms").unwrap_or_default(),
        number: number("number").unwrap_or_default(),
    }
}

async fn answer(catalog: Catalog, call: Call) -> Result<u64, String> {
    catalog.wait(call).await.map_err(|error| error.to_string())
}

fn resource(section: usize, page: Call) -> Resource<Result<u64, String>> {
    let catalog = expect_context::<Catalog>();
    Resource::new(
        || (),
        move |()| answer(catalog.clone(), call_of(section, page)),
    )
}

#[component]
fn Section(section: usize, data: Resource<Result<u64, String>>) -> impl IntoView {
    view! {
        <Suspense fallback=move || view! { <WaitingView section/> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(answer) => view! { <SectionView section answer/> }.into_any(),
                    Err(_) => view! { <MissingView section/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn OnePage() -> impl IntoView {
    let call = asked();
    let widgets = resource(0, call);
    view! {
        <VisitorView number=call.number/>
        <Section section=0 data=widgets/>
    }
}

#[component]
fn ThreePage() -> impl IntoView {
    let call = asked();
    let (widgets, products, gizmos) = (resource(0, call), resource(1, call), resource(2, call));
    view! {
        <VisitorView number=call.number/>
        <Section section=0 data=widgets/>
        <Section section=1 data=products/>
        <Section section=2 data=gizmos/>
    }
}
