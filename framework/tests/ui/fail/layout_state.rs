//! A layout that a site cannot have, because of an argument.

use punctual::prelude::*;

#[derive(Clone)]
pub struct AppState;

#[derive(Clone)]
pub struct Mailer;

#[layout]
pub fn Frame(children: Children, State(_): State<Mailer>) -> impl IntoView {
    children()
}

#[layout(layout = Frame)]
pub fn Account(children: Children) -> impl IntoView {
    children()
}

#[page(path = "/", layout = Account)]
pub fn HomePage() -> impl IntoView {}

fn main() {
    let _ = Site::builder().state(AppState).pages(pages![HomePage]);
}
