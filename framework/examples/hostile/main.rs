//! A site whose data come from somebody who wants to run scripts in the browsers of its visitors:
//! `cargo run -p punctual --example hostile`, then open <http://127.0.0.1:3000>. The browser tests use it, too.
//!
//! Each page is there in every mode: out of order, in order, and as one document.

mod data;
mod everywhere;
mod raw;

use axum::{Json, Router, routing};
use data::{HOSTILE, Hostile};
use everywhere::{Everywhere, EverywhereProps};
use punctual::prelude::*;
use raw::{Raw, RawProps};

#[loader]
async fn early() -> Result<Vec<String>, Hostile> {
    Ok(data::strings())
}

#[loader]
async fn late() -> Result<Vec<String>, Hostile> {
    data::wait().await;
    Ok(data::strings())
}

#[loader]
async fn failing() -> Result<String, Hostile> {
    data::wait().await;
    Err(Hostile)
}

#[page(async, path = "/everywhere", timeout = "5s")]
fn EverywherePage(
    early: Loaded<early>,
    late: Deferred<late>,
    failing: Deferred<failing>,
) -> impl IntoView {
    Everywhere(EverywhereProps {
        early,
        late,
        failing,
    })
}

#[page(
    async,
    path = "/everywhere/in-order",
    timeout = "5s",
    stream = "in-order"
)]
fn EverywhereInOrderPage(
    early: Loaded<early>,
    late: Deferred<late>,
    failing: Deferred<failing>,
) -> impl IntoView {
    Everywhere(EverywhereProps {
        early,
        late,
        failing,
    })
}

#[page(async, path = "/everywhere/off", timeout = "5s", stream = "off")]
fn EverywhereOffPage(
    early: Loaded<early>,
    late: Deferred<late>,
    failing: Deferred<failing>,
) -> impl IntoView {
    Everywhere(EverywhereProps {
        early,
        late,
        failing,
    })
}

/// What only the policy keeps from running.
#[page(async, path = "/raw", timeout = "5s")]
fn RawPage(early: Loaded<early>, late: Deferred<late>) -> impl IntoView {
    Raw(RawProps { early, late })
}

#[page(async, path = "/raw/in-order", timeout = "5s", stream = "in-order")]
fn RawInOrderPage(early: Loaded<early>, late: Deferred<late>) -> impl IntoView {
    Raw(RawProps { early, late })
}

#[page(async, path = "/raw/off", timeout = "5s", stream = "off")]
fn RawOffPage(early: Loaded<early>, late: Deferred<late>) -> impl IntoView {
    Raw(RawProps { early, late })
}

#[page(async, path = "/title", timeout = "5s")]
fn TitlePage(early: Loaded<early>) -> impl IntoView {
    view! { <Title text=early.join(" ")/><p id="end">"end"</p> }
}

/// In development builds its error page says why.
#[page(async, path = "/failing", timeout = "5s")]
fn FailingPage(failing: Loaded<failing>) -> impl IntoView {
    failing.to_string()
}

#[page(async, path = "/", timeout = "5s")]
fn IndexPage() -> impl IntoView {
    let paths = [
        EverywherePage::href(),
        EverywhereInOrderPage::href(),
        EverywhereOffPage::href(),
        RawPage::href(),
        RawInOrderPage::href(),
        RawOffPage::href(),
        TitlePage::href(),
        FailingPage::href(),
    ];
    let links = paths.map(|href| view! { <li><a href=href.clone()>{href.clone()}</a></li> });
    view! { <h1>"Hostile data"</h1><ul>{links.into_iter().collect_view()}</ul> }
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <link rel="icon" href="data:,"/>
                <SiteStyle/>
                <Title text="Hostile"/>
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
        EverywherePage,
        EverywhereInOrderPage,
        EverywhereOffPage,
        RawPage,
        RawInOrderPage,
        RawOffPage,
        TitlePage,
        FailingPage,
    ];
    // What a test compares with, and what would run if it could.
    let routes = Router::new()
        .route("/strings", routing::get(|| async { Json(HOSTILE) }))
        .route("/pwn.js", routing::get(data::pwn));
    Site::builder()
        .shell(shell)
        .pages(pages)
        .routes(routes)
        .style("framework/examples/hostile/main.css")
        .build()?
        .serve()
        .await
}
