//! The document around every page.

use punctual::prelude::*;

use crate::components::current_path;
use crate::pages::{HomePage, groups};

/// The mark of the site as a picture in the address, so that no browser asks for one.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
    %3Ccircle cx='8' cy='8' r='7' fill='none' stroke='%230a6552' stroke-width='2'/%3E\
    %3Cpath d='M8 8V1a7 7 0 0 1 7 7z' fill='%230a6552'/%3E%3C/svg%3E";

/// What the addresses begin with that have one entry in the navigation together.
const TOGETHER: [&str; 2] = ["/products/", "/stock"];

pub(crate) fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <Title text="Products, widgets, gizmos" formatter=|title: String| format!("{title} - PWG")/>
                <link rel="icon" href=ICON/>
                <SiteStyle/>
            </head>
            <body>
                <a class="skip" href="#content">"Skip to the content"</a>
                <header class="site">
                    <a class="brand" href=HomePage::href()>"PWG"</a>
                    <Navigation/>
                </header>
                <main id="content">{page}</main>
                <footer class="site">
                    <p>
                        "The sample site of Punctual. Its data comes from a catalog service that is slow on purpose."
                    </p>
                </footer>
            </body>
        </html>
    }
}

/// The pages of the site, with a mark at the one that is shown. On a narrow screen the button opens
/// them, which needs no script.
#[component]
fn Navigation() -> AnyView {
    let path = current_path();
    let item = |href: String, name: &'static str| {
        // The navigation has one product, for example. Another one is shown by the same page.
        let around = TOGETHER
            .iter()
            .any(|start| href.starts_with(start) && path.starts_with(start));
        let current = match path == href {
            true => Some("page"),
            false => around.then_some("true"),
        };
        view! { <a href=href aria-current=current>{name}</a> }
    };
    let groups = groups().iter().map(|group| {
        let entries = group.entries.iter();
        let items = entries.map(|entry| item(entry.path.clone(), entry.name));
        view! { <span class="group">{items.collect_view()}</span> }
    });
    view! {
        <button class="button quiet menu" type="button" popovertarget="pages">"Pages"</button>
        <nav id="pages" popover="auto" aria-label="Pages">
            <span class="group">{item(HomePage::href(), "Home")}</span>
            {groups.collect_view()}
        </nav>
    }
    .into_any()
}
