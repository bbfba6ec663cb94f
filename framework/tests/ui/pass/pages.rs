//! Every key of `#[page]`, and every kind of page function.

use punctual::prelude::*;
use axum::http::request::Parts;
use punctual::{LoadOrder, PageFailure, PageInfo, PageMethod, StreamMode};
use std::time::Duration;

#[page(path = "/")]
fn SyncPage() -> impl IntoView {
    "synchronous"
}

#[page(path = "/sync/context")]
fn SyncContextPage(context: RequestContext<()>, _: Deadline, _: Recorder) -> impl IntoView {
    let () = context.state();
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

#[page(path = "/times/function", timeout = times::budget)]
fn FunctionPage() -> impl IntoView {}

#[page(async, path = "/times/generic", timeout = times::generic::<2>)]
fn GenericTimePage() -> impl IntoView {}

#[page(async, path = "/times/closure", timeout = |parts| match parts.uri.query() {
    Some(_) => Duration::from_secs(2),
    None => times::budget(parts),
})]
fn ClosurePage() -> impl IntoView {}

#[page(path = "/times/typed", timeout = move |_: &Parts| -> Duration { Duration::MAX },)]
fn TypedClosurePage() -> impl IntoView {}

#[page(path = "/times/pointer", timeout = times::POINTER)]
fn PointerPage() -> impl IntoView {}

mod times {
    use super::*;

    pub const POINTER: fn(&Parts) -> Duration = budget;

    pub fn budget(parts: &Parts) -> Duration {
        Duration::from_secs(parts.uri.path().len() as u64)
    }

    pub fn generic<const N: u64>(_: &Parts) -> Duration {
        Duration::from_secs(N)
    }
}

#[page(path = "/method/get", method = "get")]
fn GetPage() -> impl IntoView {}

#[page(path = "/method/post", method = "post")]
fn PostPage(Form(_): Form<u8>) -> impl IntoView {}

#[page(async, path = "/method/async", method = "post", timeout = "1s")]
fn AsyncPostPage(_: Form<u8>) -> impl IntoView {}

#[page(async, path = "/stream/out-of-order", stream = "out-of-order")]
fn OutOfOrderPage() -> impl IntoView {}

#[page(async, stream = r"in-order", path = "/stream/in-order")]
fn InOrderPage() -> impl IntoView {}

#[page(async, path = "/stream/off", stream = "off")]
async fn BufferedPage() -> impl IntoView {}

#[page(async, path = "/load/concurrent", load = "concurrent")]
fn ConcurrentPage() -> impl IntoView {}

#[page(load = "sequential", async, path = "/load/sequential")]
fn SequentialPage() -> impl IntoView {}

#[page(
    async,
    path = "/all/{id}",
    method = "get",
    timeout = "1s",
    stream = "in-order",
    load = "sequential",
    on_timeout = late::plain,
)]
fn AllKeysPage(Path(_): Path<u32>) -> impl IntoView {}

/// What the site is told of a page.
fn says<P: PageInfo>(method: PageMethod, stream: StreamMode, load: LoadOrder) {
    assert_eq!((P::METHOD, P::STREAM, P::LOAD), (method, stream, load));
}

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
        .pages(pages![SyncContextPage, GetPage, PostPage, AsyncPostPage])
        .pages(pages![OutOfOrderPage, InOrderPage, BufferedPage])
        .pages(pages![FunctionPage, GenericTimePage, ClosurePage, TypedClosurePage, PointerPage])
        .pages(pages![ConcurrentPage, SequentialPage, AllKeysPage])
        .build();
    use {LoadOrder::*, PageMethod::*, StreamMode::*};
    says::<PlainPage>(Get, OutOfOrder, Concurrent);
    says::<SyncPage>(Get, OutOfOrder, Concurrent);
    says::<GetPage>(Get, OutOfOrder, Concurrent);
    says::<PostPage>(Post, OutOfOrder, Concurrent);
    says::<AsyncPostPage>(Post, OutOfOrder, Concurrent);
    says::<OutOfOrderPage>(Get, OutOfOrder, Concurrent);
    says::<InOrderPage>(Get, InOrder, Concurrent);
    says::<BufferedPage>(Get, Off, Concurrent);
    says::<ConcurrentPage>(Get, OutOfOrder, Concurrent);
    says::<SequentialPage>(Get, OutOfOrder, Sequential);
    says::<AllKeysPage>(Get, InOrder, Sequential);
    assert_eq!(SecondsPage::TIMEOUT, Some(Duration::from_secs(1)));
    assert_eq!(FunctionPage::TIMEOUT, None);
    // A page is still a function.
    let _ = PlainPage();
    let _ = (SyncPage(), ConcretePage(), AnyPage());
}
