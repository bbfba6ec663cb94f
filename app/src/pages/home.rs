//! The first page: what there is, and what to try.

use punctual::prelude::*;

use super::directory::Entry;
use super::{PwgAsyncPage, PwgPage, groups};
use crate::catalog::Catalog;
use crate::components::{Terminal, site_url};

/// The first page. It loads nothing.
#[page(async, path = "/")]
pub fn HomePage(State(catalog): State<Catalog>) -> impl IntoView {
    let site = site_url();
    let at_once = format!("{site}{}", PwgAsyncPage::href());
    let in_turn = format!("{site}{}", PwgPage::href());
    view! {
        <Title text="Products, widgets, gizmos"/>
        <Meta name="description" content="Pages that finish on time, whatever their data does."/>
        <h1>"Pages that finish on time"</h1>
        <p class="lead">
            "Products, widgets and gizmos come from a catalog that is slow on purpose. Each page shows what it has and ends by its deadline, whatever the catalog does. At its foot is a timeline of what it waited for."
        </p>
        <Groups/>
        <h2>"Options of every page"</h2>
        <dl class="facts">
            <dt><code>"?delay=5s"</code></dt>
            <dd>"Each call takes this long. Of a range, "<code>"500ms..1500ms"</code>", each call draws its own time."</dd>
            <dt><code>"?fail=500"</code></dt>
            <dd>"The catalog answers with this status; with "<code>"json"</code>", its answer breaks off."</dd>
            <dt><code>"?hang"</code></dt>
            <dd>"The catalog never answers."</dd>
        </dl>
        <h2>"Watch it from a terminal"</h2>
        <p>"The document arrives in pieces:"</p>
        <Terminal line=format!("curl -N '{at_once}?delay=1s'")/>
        <p>"Three calls at once, and three calls one after another:"</p>
        <Terminal line=format!(
            "curl -s -o /dev/null -w '%{{time_total}} s\\n' '{at_once}?delay=500ms'\ncurl -s -o /dev/null -w '%{{time_total}} s\\n' '{in_turn}?delay=500ms'",
        )/>
        <p>"A browser without JavaScript is sent the same page in order, and a crawler in one piece:"</p>
        <Terminal line=format!(
            "curl -N '{at_once}?delay=1s&__stream=in-order'\ncurl -A Googlebot '{at_once}?delay=1s'",
        )/>
        <p>"When the visitor leaves, the calls are cancelled. The catalog counts them:"</p>
        <Terminal line=format!(
            "curl --max-time 0.3 '{at_once}?delay=5s'\ncurl {}/api/stats",
            catalog.url(),
        )/>
    }
}

/// Every page, with what it shows, what to look at and what to try.
#[component]
fn Groups() -> AnyView {
    let card = |entry: &'static Entry| {
        let trials = entry.trials.iter().map(|trial| {
            view! { <li><a href=trial.href(&entry.path)>{trial.text}</a></li> }
        });
        let trials = trials.collect_view();
        view! {
            <li class="card">
                <h3><a href=entry.path.as_str()>{entry.title}</a></h3>
                <p>{entry.text}</p>
                <p><strong>"Look at "</strong>{entry.look}</p>
                <div class="trials"><ul>{trials}</ul></div>
            </li>
        }
    };
    let groups = groups().iter().map(|group| {
        let cards = group.entries.iter().map(card).collect_view();
        view! {
            <section>
                <h2>{group.title}</h2>
                <p>{group.text}</p>
                <ul class="cards wide">{cards}</ul>
            </section>
        }
    });
    groups.collect_view().into_any()
}
