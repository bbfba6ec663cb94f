//! The body of an `async fn` page goes from thread to thread.

use punctual::prelude::*;

#[page(async, path = "/a")]
async fn ViewPage() -> impl IntoView {
    let number = std::rc::Rc::new(1);
    std::future::ready(()).await;
    *number
}

#[page(async, path = "/b")]
async fn ResultPage() -> Result<impl IntoView, PageError> {
    let number = std::rc::Rc::new(1);
    std::future::ready(()).await;
    Ok(*number)
}

fn main() {}
