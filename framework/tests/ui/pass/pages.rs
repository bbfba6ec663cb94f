//! Every key of `#[page]`, and every kind of page function.

use punctual::PageFailure;
use punctual::prelude::*;

#[page(path = "/")]
fn SyncPage() -> impl IntoView {
    "synchronous"
}

#[page(async, path = "/plain")]
fn PlainPage() -> impl IntoView {
    view! { <p>"a plain function"</p> }
}

#[page(async, path = "/awaits")]
async fn AwaitingPage() -> impl IntoView {
    std::future::ready("an async fn").await
}

#[page(async, path = "/times/ms", timeout = "600ms")]
fn MillisecondsPage() -> impl IntoView {}

#[page(path = "/times/s", timeout = "1s")]
fn SecondsPage() -> impl IntoView {}

#[page(async, path = r"/times/m", timeout = r#"2m"#,)]
fn MinutesPage() -> impl IntoView {}

mod late {
    use super::*;

    pub fn plain() -> impl IntoView {
        "later"
    }

    pub fn with_failure(failure: PageFailure) -> impl IntoView {
        format!("{failure:?}")
    }

    pub fn generic<T: Default + IntoView + 'static>() -> T {
        T::default()
    }
}

#[page(on_timeout = late::plain, timeout = "1s", path = "/late", async)]
fn LatePage() -> impl IntoView {}

#[page(async, path = "/late/failure", on_timeout = late::with_failure)]
fn LateFailurePage() -> impl IntoView {}

#[page(async, path = "/late/generic", on_timeout = late::generic::<String>)]
fn LateGenericPage() -> impl IntoView {}

#[page(async, path = "/view/unit")]
fn UnitPage() -> impl IntoView {}

#[page(async, path = "/view/concrete")]
fn ConcretePage() -> Option<&'static str> {
    Some("concrete")
}

#[page(async, path = "/view/any")]
fn AnyPage() -> leptos::prelude::AnyView {
    "any".into_any()
}

fn main() {
    let _ = Site::builder()
        .pages(pages![SyncPage, PlainPage, AwaitingPage])
        .pages(pages![MillisecondsPage, SecondsPage, MinutesPage])
        .pages(pages![LatePage, LateFailurePage, LateGenericPage])
        .pages(pages![UnitPage, ConcretePage, AnyPage])
        .build();
    // A page is still a function.
    let _ = PlainPage();
    let _ = (SyncPage(), ConcretePage(), AnyPage());
}
