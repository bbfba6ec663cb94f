//! Arguments that are none, or none on this site.

use punctual::prelude::*;

#[derive(Clone)]
pub struct AppState;

#[derive(Clone)]
pub struct Mailer;

pub struct Number;

#[page(async, path = "/a")]
pub fn NumberPage(number: Number) -> impl IntoView {
    let _ = number;
}

#[loader]
pub async fn mail(State(_): State<Mailer>) -> Result<u8, std::fmt::Error> {
    Ok(1)
}

#[page(async, path = "/b")]
pub fn MailPage(mail: Loaded<mail>) -> impl IntoView {
    *mail
}

fn main() {
    let _ = Site::builder().state(AppState).pages(pages![NumberPage, MailPage]);
}
