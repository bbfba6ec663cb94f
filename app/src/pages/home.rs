//! The first page: what there is, and what to try.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use punctual::prelude::*;

use super::{GizmosAsyncPage, GizmosCancelPage, ProductPage, PwgAsyncPage};
use crate::catalog::Catalog;
use crate::components::Trial;

/// A page of the site, and what to try with it.
struct Entry {
    title: &'static str,
    path: String,
    /// What the page does.
    text: &'static str,
    /// What to look at.
    look: &'static str,
    trials: Vec<Trial>,
}

fn entries() -> [Entry; 4] {
    [
        Entry {
            title: "Three tables, three calls at once",
            path: PwgAsyncPage::href(),
            text: "Products, widgets and gizmos. The page is there at once, and each table comes when it is ready, for 2 seconds at most.",
            look: "the timeline: three bars that begin together. With 5 s, the document still ends after 2.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("each its own time", "delay=200ms..1800ms"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
        Entry {
            title: "Gizmos",
            path: GizmosAsyncPage::href(),
            text: "One table that the page waits for, sent in one piece. It stays a page whatever the catalog does.",
            look: "what stands in the place of the table when the catalog fails, answers nonsense, or does not answer.",
            trials: vec![
                Trial::new("100 ms", "delay=100ms"),
                Trial::STATUS,
                Trial::JSON,
                Trial::HANG,
            ],
        },
        Entry {
            title: "Gizmos, within a second",
            path: GizmosCancelPage::href(),
            text: "The same table with a second for everything. When the second is over, a time-out page comes.",
            look: "the time-out page: it comes at 1.0 s with status 504, and the catalog sees its caller hang up.",
            trials: vec![
                Trial::new("200 ms", "delay=200ms"),
                Trial::new("by chance", "delay=500ms..1500ms"),
                Trial::new("3 s", "delay=3s"),
            ],
        },
        Entry {
            title: "A product",
            path: ProductPage::href(1),
            text: "A page that decides its status by its data, with a second call that depends on the first.",
            look: "the second bar of the timeline, which waits for the first. Product 99 does not exist: its page is a 404.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("1.2 s", "delay=1200ms"),
                Trial::STATUS,
            ],
        },
    ]
}

/// The first page. It loads nothing.
#[page(async, path = "/")]
pub fn HomePage(State(catalog): State<Catalog>, headers: HeaderMap) -> impl IntoView {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let site = format!("http://{}", host.unwrap_or("127.0.0.1:3000"));
    let page = PwgAsyncPage::href();
    let cards = entries().map(|entry| {
        let trials = entry.trials.iter().map(|trial| {
            view! { <li><a href=trial.href(&entry.path)>{trial.text}</a></li> }
        });
        let trials = trials.collect_view();
        view! {
            <li class="card">
                <h2><a href=entry.path>{entry.title}</a></h2>
                <p>{entry.text}</p>
                <p><strong>"Look at "</strong>{entry.look}</p>
                <div class="trials"><ul>{trials}</ul></div>
            </li>
        }
    });
    view! {
        <Title text="Products, widgets, gizmos"/>
        <Meta name="description" content="Pages that finish on time, whatever their data does."/>
        <h1>"Pages that finish on time"</h1>
        <p class="lead">
            "Products, widgets and gizmos come from a catalog that is slow on purpose. Each page starts its calls together, shows what it has, and ends by its deadline, whatever the catalog does."
        </p>
        <ul class="cards wide">{cards}</ul>
        <h2>"Options of every page"</h2>
        <dl class="facts">
            <dt><code>"?delay=5s"</code></dt>
            <dd>"Each call takes this long. A range, "<code>"500ms..1500ms"</code>", is drawn from by chance."</dd>
            <dt><code>"?fail=500"</code></dt>
            <dd>"The catalog answers with this status; with "<code>"json"</code>", its answer breaks off."</dd>
            <dt><code>"?hang"</code></dt>
            <dd>"The catalog never answers."</dd>
        </dl>
        <h2>"Watch it from a terminal"</h2>
        <p>"The document arrives in pieces:"</p>
        <Command line=format!("curl -N '{site}{page}?delay=1s'")/>
        <p>"When the visitor leaves, the calls are cancelled. The catalog counts them:"</p>
        <Command line=format!(
            "curl --max-time 0.3 '{site}{page}?delay=5s'\ncurl {}/api/stats",
            catalog.url(),
        )/>
    }
}

/// A line for a terminal.
#[component]
fn Command(line: String) -> impl IntoView {
    view! { <pre tabindex="0"><code>{line}</code></pre> }
}
