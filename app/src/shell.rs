//! The document around every page.

use axum::http::request::Parts;
use punctual::prelude::*;

use crate::pages::{GizmosAsyncPage, GizmosCancelPage, HomePage, ProductPage, PwgAsyncPage};

/// Where the stylesheet is.
pub(crate) const STYLESHEET: &str = "/style/main.css";

/// The mark of the site as a picture in the address, so that no browser asks for one.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
    %3Ccircle cx='8' cy='8' r='7' fill='none' stroke='%230a6552' stroke-width='2'/%3E\
    %3Cpath d='M8 8V1a7 7 0 0 1 7 7z' fill='%230a6552'/%3E%3C/svg%3E";

pub(crate) fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <Title text="Products, widgets, gizmos" formatter=|title: String| format!("{title} - PWG")/>
                <link rel="icon" href=ICON/>
                <link rel="stylesheet" href=STYLESHEET/>
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

/// The pages of the site, with a mark at the one that is shown.
#[component]
fn Navigation() -> impl IntoView {
    let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned());
    let path = path.unwrap_or_default();
    let in_products = path.starts_with("/products/");
    let item = move |href: String, text: &'static str, around: bool| {
        let current = match path == href {
            true => Some("page"),
            false => around.then_some("true"),
        };
        view! { <a href=href aria-current=current>{text}</a> }
    };
    view! {
        <nav aria-label="Pages">
            {item(HomePage::href(), "Home", false)}
            {item(PwgAsyncPage::href(), "Three tables", false)}
            {item(GizmosAsyncPage::href(), "Gizmos", false)}
            {item(GizmosCancelPage::href(), "Gizmos in a second", false)}
            {item(ProductPage::href(1), "A product", in_products)}
        </nav>
    }
}
