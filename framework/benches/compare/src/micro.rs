//! Single requests in memory: through router, pipeline and body, without a connection.

use crate::server::{bare, punctual as shop};
use axum::{Router, body::Body, routing::get};
use bytes::Bytes;
use clap::ValueEnum;
use http::Request;
use http_body_util::BodyExt as _;
use punctual::prelude::*;
use std::{convert::Infallible, hint::black_box, time::Instant};
use tower::ServiceExt as _;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A page without anything
    Empty,
    /// Three critical loaders whose data is there
    Critical3,
    /// Three `<Resolve>` whose data is there when the page is rendered
    Inline3,
    /// Three deferred loaders that come at once
    Deferred3,
    /// Thirty deferred loaders that come at once
    Deferred30,
    /// The same on a site with a single place, which each request takes and gives back
    OnePlace,
    /// The same on a site that looks at the record of each request
    Recorded,
    /// A plain route of Axum beside the pages
    Route,
    /// A document without anything, by Axum and `to_html`
    BareEmpty,
    /// A page that is refused, because there is no place
    Refused,
    /// The front page of the shop
    Front,
    /// The list page of the shop
    List,
    /// The product page of the shop
    Product,
    /// The front page of the shop, by Axum and `to_html`
    BareFront,
    /// The list page of the shop, by Axum and `to_html`
    BareList,
    /// The product page of the shop, by Axum and `to_html`
    BareProduct,
}

/// A router and what it is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    router: Router,
    path: String,
    status: u16,
}

impl Kind {
    /// What it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty page",
            Self::OnePlace => "empty page, one place",
            Self::Recorded => "empty page, with `on_record`",
            Self::Route => "a route of Axum in the site",
            Self::BareEmpty => "Axum and `to_html`, empty page",
            Self::Critical3 => "3 ready critical loaders",
            Self::Inline3 => "3 `<Resolve>` ready inline",
            Self::Deferred3 => "3 deferred loaders",
            Self::Deferred30 => "30 deferred loaders",
            Self::Refused => "refused by admission",
            Self::Front => "shop, front page",
            Self::List => "shop, list page",
            Self::Product => "shop, product page",
            Self::BareFront => "Axum and `to_html`, front page",
            Self::BareList => "Axum and `to_html`, list page",
            Self::BareProduct => "Axum and `to_html`, product page",
        }
    }

    /// Makes ready what is asked.
    pub async fn asked(self) -> Asked {
        let (path, is_bare) = match self {
            Self::Empty | Self::OnePlace | Self::Recorded | Self::Refused => ("/empty", false),
            Self::Route => ("/route", false),
            Self::BareEmpty => ("/empty", true),
            Self::Critical3 => ("/critical-3", false),
            Self::Inline3 => ("/inline-3", false),
            Self::Deferred3 => ("/deferred-3", false),
            Self::Deferred30 => ("/deferred-30", false),
            Self::Front => ("/", false),
            Self::List => ("/list?category=Gears&max=200", false),
            Self::Product => ("/product/17", false),
            Self::BareFront => ("/", true),
            Self::BareList => ("/list?category=Gears&max=200", true),
            Self::BareProduct => ("/product/17", true),
        };
        let router = match self {
            _ if is_bare => bare::router(),
            Self::Front | Self::List | Self::Product => site(shop::builder()),
            Self::OnePlace => site(small().max_in_flight(1).max_waiting(0)),
            Self::Recorded => site(small().on_record(|record| {
                black_box(record);
            })),
            Self::Route => site(small().routes(Router::new().route("/route", get(async || "")))),
            Self::Refused => full().await,
            _ => site(small()),
        };
        let status = if self == Self::Refused { 503 } else { 200 };
        Asked::new(router, path, status)
    }
}

impl Asked {
    pub(crate) fn new(router: Router, path: impl Into<String>, status: u16) -> Self {
        Self {
            router,
            path: path.into(),
            status,
        }
    }

    /// Asks once, and gives how long the document is.
    pub async fn once(&self) -> usize {
        self.document().await.len()
    }

    /// Asks once, and gives the document.
    #[cfg(test)]
    pub(crate) async fn text(&self) -> String {
        String::from_utf8_lossy(&self.document().await).into_owned()
    }

    async fn document(&self) -> Bytes {
        let request = Request::get(&self.path).body(Body::empty());
        let request = request.expect("the address is one");
        let response = self.router.clone().oneshot(request).await;
        let response = response.expect("a router does not fail");
        assert_eq!(response.status().as_u16(), self.status, "{}", self.path);
        let body = response.into_body().collect().await;
        body.expect("the body is whole").to_bytes()
    }
}

/// How long a request took, and what came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timed {
    pub(crate) microseconds: f64,
    pub(crate) bytes: usize,
}

/// Asks so often, on one thread.
pub(crate) fn run(kind: Kind, count: usize) -> Timed {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime can be started");
    runtime.block_on(async {
        let asked = kind.asked().await;
        for _ in 0..20 {
            asked.once().await;
        }
        let begin = Instant::now();
        let mut bytes = 0;
        for _ in 0..count {
            bytes = asked.once().await;
        }
        Timed {
            microseconds: begin.elapsed().as_secs_f64() * 1e6 / count as f64,
            bytes,
        }
    })
}

fn site<S: Clone + Send + Sync + 'static>(builder: punctual::SiteBuilder<S>) -> Router {
    builder.build().expect("the site is in order").into_router()
}

/// A site whose only place is taken.
async fn full() -> Router {
    let builder = small().max_in_flight(1).max_waiting(0);
    let site = builder.build().expect("the site is in order");
    let (admission, router) = (site.admission(), site.into_router());
    let request = Request::get("/held").body(Body::empty());
    let request = request.expect("the address is one");
    // It ends with the runtime.
    tokio::spawn(router.clone().oneshot(request));
    while admission.usage().in_flight == 0 {
        tokio::task::yield_now().await;
    }
    router
}

pub(crate) fn small() -> punctual::SiteBuilder<()> {
    Site::builder().shell(shell).pages(pages![
        EmptyPage, Critical, Inline, Late, ManyLate, HeldPage
    ])
}

pub(crate) fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="stylesheet" href="/shop.css"/>
                <link rel="icon" href="data:,"/>
                <title>"Empty"</title>
            </head>
            <body>{page}</body>
        </html>
    }
}

#[page(async, path = "/empty")]
fn EmptyPage() -> impl IntoView {}

/// A page that keeps its place.
#[page(async, path = "/held", timeout = "60m")]
fn HeldPage(_never: Loaded<never>) -> impl IntoView {}

#[loader]
async fn never() -> Result<(), Infallible> {
    std::future::pending().await
}

/// Loaders whose data is there at once, or when others have had their turn.
macro_rules! loaders {
    ($($ready:ident $soon:ident),*) => {
        $(
            #[loader]
            async fn $ready() -> Result<u32, Infallible> {
                Ok(1)
            }

            #[loader]
            async fn $soon() -> Result<u32, Infallible> {
                tokio::task::yield_now().await;
                Ok(1)
            }
        )*
    };
}

loaders!(
    a0 b0, a1 b1, a2 b2, a3 b3, a4 b4, a5 b5, a6 b6, a7 b7, a8 b8, a9 b9, a10 b10, a11 b11, a12 b12, a13 b13, a14 b14,
    a15 b15, a16 b16, a17 b17, a18 b18, a19 b19, a20 b20, a21 b21, a22 b22, a23 b23, a24 b24, a25 b25, a26 b26,
    a27 b27, a28 b28, a29 b29
);

#[page(async, path = "/critical-3")]
fn Critical(a: Loaded<a0>, b: Loaded<a1>, c: Loaded<a2>) -> impl IntoView {
    view! { <p>{*a}</p><p>{*b}</p><p>{*c}</p> }
}

/// The data of the parts is there when that of the page is.
#[page(async, path = "/inline-3")]
fn Inline(_first: Loaded<b29>, a: Deferred<a0>, b: Deferred<a1>, c: Deferred<a2>) -> impl IntoView {
    view! {
        <Resolve data=a let:a><p>{*a}</p></Resolve>
        <Resolve data=b let:b><p>{*b}</p></Resolve>
        <Resolve data=c let:c><p>{*c}</p></Resolve>
    }
}

#[page(async, path = "/deferred-3")]
fn Late(a: Deferred<b0>, b: Deferred<b1>, c: Deferred<b2>) -> impl IntoView {
    view! {
        <Resolve data=a let:a><p>{*a}</p></Resolve>
        <Resolve data=b let:b><p>{*b}</p></Resolve>
        <Resolve data=c let:c><p>{*c}</p></Resolve>
    }
}

/// Thirty parts.
macro_rules! many {
    ($($name:ident $loader:ident),*) => {
        #[page(async, path = "/deferred-30")]
        fn ManyLate($($name: Deferred<$loader>),*) -> impl IntoView {
            [$(view! { <Resolve data=$name let:n><p>{*n}</p></Resolve> }.into_any()),*].collect_view()
        }
    };
}

many!(
    p0 b0, p1 b1, p2 b2, p3 b3, p4 b4, p5 b5, p6 b6, p7 b7, p8 b8, p9 b9, p10 b10, p11 b11, p12 b12, p13 b13, p14 b14,
    p15 b15, p16 b16, p17 b17, p18 b18, p19 b19, p20 b20, p21 b21, p22 b22, p23 b23, p24 b24, p25 b25, p26 b26,
    p27 b27, p28 b28, p29 b29
);
