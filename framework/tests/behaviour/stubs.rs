//! Pages and loaders in tests: with a state, with stubs, and as the functions that they are.

use crate::support::{Refused, ms};
use http::StatusCode;
use punctual::{prelude::*, testing::TestSite};

#[derive(Clone)]
struct Greeting(&'static str);

#[derive(Clone)]
struct AppState {
    greeting: Greeting,
}

impl FromRef<AppState> for Greeting {
    fn from_ref(state: &AppState) -> Self {
        state.greeting.clone()
    }
}

#[loader]
async fn greeting(State(greeting): State<Greeting>) -> Result<String, Refused> {
    Ok(greeting.0.to_owned())
}

#[loader]
async fn polite(greeting: Loaded<greeting>) -> Result<String, Refused> {
    Ok(format!("{}, dear visitor", *greeting))
}

#[page(async, path = "/")]
fn GreetingPage(polite: Loaded<polite>) -> impl IntoView {
    polite.to_string()
}

#[page(async, path = "/deferred")]
fn DeferredPage(polite: Deferred<polite>) -> impl IntoView {
    view! { <Resolve data=polite fallback=|| "wait" let:polite>{polite.to_string()}</Resolve> }
}

#[punctual::test]
async fn a_loader_takes_a_part_of_the_site_s_state() {
    let state = AppState {
        greeting: Greeting("Good morning"),
    };
    let site = TestSite::new(Site::builder().state(state).pages(pages![GreetingPage]));
    site.get("/")
        .await
        .assert_whole()
        .assert_shows("Good morning, dear visitor");
}

#[punctual::test]
async fn a_stub_stands_in_for_a_loader() {
    let state = || AppState {
        greeting: Greeting("Good morning"),
    };
    let stubbed = Site::builder()
        .state(state())
        .replace::<greeting>(|| async { Ok("Stub".to_owned()) })
        .pages(pages![GreetingPage]);
    TestSite::new(stubbed)
        .get("/")
        .await
        .assert_whole()
        .assert_shows("Stub, dear visitor");

    let failing = Site::builder()
        .state(state())
        .replace::<greeting>(|| async { Err(Refused) })
        .pages(pages![GreetingPage]);
    assert_eq!(
        TestSite::new(failing).get("/").await.status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );

    let stuck = Site::builder()
        .state(state())
        .timeout(ms(100))
        .replace::<greeting>(std::future::pending)
        .pages(pages![GreetingPage]);
    assert_eq!(
        TestSite::new(stuck).get("/").await.status(),
        StatusCode::GATEWAY_TIMEOUT
    );
}

#[tokio::test]
async fn pages_and_loaders_stay_functions() {
    let state = State(Greeting("Hello"));
    assert_eq!(greeting(state).await.unwrap(), "Hello");
    assert_eq!(
        polite(Loaded::new("Hi".to_owned())).await.unwrap(),
        "Hi, dear visitor"
    );
    let html = GreetingPage(Loaded::new("Hey".to_owned()))
        .into_view()
        .to_html();
    assert!(html.contains("Hey"), "{html}");
    let render = |polite| DeferredPage(polite).into_view().to_html();
    assert!(render(Deferred::ready("there".to_owned())).contains("there"));
    assert!(render(Deferred::failed(Refused)).contains("could not be loaded"));
    assert!(render(Deferred::late()).contains("not arrive in time"));
    assert!(render(Deferred::never()).contains("not arrive in time"));
}
