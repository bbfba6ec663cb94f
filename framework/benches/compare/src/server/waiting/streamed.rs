//! Axum handlers that stream by hand: each call in a task of its own, the beginning of the document at once, each section when it is there, and
//! the end by a deadline. They are not admitted, write no record, and do nothing for visitors without JavaScript.

use super::views::{HeadView, SectionView, VisitorView, WaitingView, call_of};
use crate::server::bare::render;
use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures::{Stream, StreamExt as _, stream};
use leptos::prelude::*;
use punctual_load::{Catalog, catalog::Call};
use std::{convert::Infallible, future::ready, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Puts a section into its place.
const SWAP: &str = "<script>function $p(i){var d=document,t=d.getElementById('p'+i),c=d.getElementById('c'+i);t.replaceWith(c.content);c.remove()}</script>";

pub(super) fn router(catalog: Catalog) -> Router {
    Router::new()
        .route("/one", get(one))
        .route("/three", get(three))
        .with_state(catalog)
}

async fn one(State(catalog): State<Catalog>, Query(call): Query<Call>) -> Response {
    let mut calls = JoinSet::new();
    calls.spawn(async move { (0, catalog.wait(call).await) });
    page(call, calls)
}

async fn three(State(catalog): State<Catalog>, Query(call): Query<Call>) -> Response {
    let mut calls = JoinSet::new();
    for section in 0..3 {
        let catalog = catalog.clone();
        calls.spawn(async move { (section, catalog.wait(call_of(section, call)).await) });
    }
    page(call, calls)
}

type Calls<E> = JoinSet<(usize, Result<u64, E>)>;

fn page<E: Send + 'static>(call: Call, calls: Calls<E>) -> Response {
    let deadline = Instant::now() + TIMEOUT;
    let places = 0..calls.len();
    let shell = render(move || {
        let places = places
            .map(|place| view! { <div id=format!("p{place}")><WaitingView section=place/></div> });
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <HeadView/>
                </head>
                <body>
                    <main>
                        <VisitorView number=call.number/>
                        {places.collect_view()}
                    </main>
                </body>
            </html>
        }
    });
    let (mut first, tail) = match shell.0.rsplit_once("</body>") {
        Some((first, tail)) => (first.to_owned(), ["</body>", tail].concat()),
        None => (shell.0, String::new()),
    };
    first.push_str(SWAP);
    let parts =
        stream::once(ready(Ok::<_, Infallible>(first))).chain(sections(calls, tail, deadline));
    (
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        Body::from_stream(parts),
    )
        .into_response()
}

/// What comes later; what is late is left out. The end comes with the last section.
fn sections<E: Send + 'static>(
    calls: Calls<E>,
    tail: String,
    deadline: Instant,
) -> impl Stream<Item = Result<String, Infallible>> {
    stream::unfold(Some((calls, tail)), move |state| async move {
        let (mut calls, tail) = state?;
        let mut html = match timeout_at(deadline, calls.join_next()).await {
            Ok(Some(Ok((section, Ok(answer))))) => {
                let view = render(move || view! { <SectionView section answer/> });
                format!(
                    "<template id=\"c{section}\">{}</template><script>$p({section})</script>",
                    view.0
                )
            }
            Ok(Some(_)) => String::new(),
            Ok(None) | Err(_) => return Some((Ok(tail), None)),
        };
        if calls.is_empty() {
            html.push_str(&tail);
            return Some((Ok(html), None));
        }
        Some((Ok(html), Some((calls, tail))))
    })
}
