use punctual::prelude::*;
use std::time::Duration;
use tower::ServiceExt as _;
use http_body_util::BodyExt as _;

#[loader]
async fn slow() -> Result<u32, std::fmt::Error> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(7)
}
#[loader]
async fn never() -> Result<u32, std::fmt::Error> {
    std::future::pending().await
}
#[page(async, path = "/", timeout = "1s")]
fn HomePage(slow: Deferred<slow>, never: Deferred<never>, recorder: Recorder) -> impl IntoView {
    view! {
        <Title text="a<b"/>
        <Resolve data=slow fallback=|| "wait" let:n><p>{*n}</p></Resolve>
        <Resolve data=never fallback=|| "wait" let:n><p>{*n}</p></Resolve>
        <Resolve data=recorder.settled() let:r><p>{format!("{:?}", r.loads)}</p></Resolve>
    }
}

#[tokio::test(start_paused = true)]
async fn smoke() {
    let router = Site::builder().pages(pages![HomePage]).build().unwrap().into_router();
    let start = tokio::time::Instant::now();
    let response = router.oneshot(http::Request::get("/").body(axum::body::Body::empty()).unwrap()).await.unwrap();
    println!("{:?} {:?}", response.status(), response.headers());
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        println!("{:?} {}", start.elapsed(), String::from_utf8_lossy(frame.unwrap().data_ref().unwrap()));
    }
}
