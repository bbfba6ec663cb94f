//! Axum handlers that await the calls, and then render with `to_html`: nothing is sent before all is there.

use super::views::{HeadView, SectionView, VisitorView, call_of};
use crate::server::bare::render;
use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::Html,
    routing::get,
};
use leptos::prelude::*;
use punctual_load::{Catalog, catalog::Call};

pub(super) fn router(catalog: Catalog) -> Router {
    Router::new()
        .route("/one", get(one))
        .route("/three", get(three))
        .with_state(catalog)
}

async fn one(
    State(catalog): State<Catalog>,
    Query(call): Query<Call>,
) -> Result<Html<String>, StatusCode> {
    let answer = catalog
        .wait(call)
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(page(call, [answer]))
}

async fn three(
    State(catalog): State<Catalog>,
    Query(call): Query<Call>,
) -> Result<Html<String>, StatusCode> {
    let wait = |section| catalog.wait(call_of(section, call));
    let answers = tokio::try_join!(wait(0), wait(1), wait(2));
    let (widgets, products, gizmos) = answers.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(page(call, [widgets, products, gizmos]))
}

fn page<const N: usize>(call: Call, answers: [u64; N]) -> Html<String> {
    render(move || {
        let sections = answers.into_iter().enumerate();
        let sections = sections.map(|(section, answer)| view! { <SectionView section answer/> });
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <HeadView/>
                </head>
                <body>
                    <main>
                        <VisitorView number=call.number/>
                        {sections.collect_view()}
                    </main>
                </body>
            </html>
        }
    })
}
