//! Layouts: around what they stand, what they load, and whose failure counts.

use crate::support::{Alive, Refused, by, ms, sleep};
use http::StatusCode;
use punctual::{
    LoadOutcome, Outcome, ResponseHead,
    prelude::*,
    testing::{End, Fake, TestSite},
};
use std::sync::Arc;

#[loader]
async fn visitor() -> Result<String, Refused> {
    sleep(100).await;
    Ok("Ada".to_owned())
}

#[loader]
async fn news() -> Result<String, Refused> {
    sleep(300).await;
    Ok("nothing new".to_owned())
}

#[loader]
async fn orders() -> Result<usize, PageError> {
    sleep(50).await;
    Ok(3)
}

#[derive(Clone)]
struct Theme(&'static str);

#[layout]
fn Outer(visitor: Loaded<visitor>, news: Deferred<news>, children: Children) -> impl IntoView {
    provide_context(Theme("dark"));
    view! {
        <Title text="Outer"/>
        <header>"Hello " {visitor.to_string()}</header>
        <main>{children()}</main>
        <Resolve data=news on_timeout=|| "no news today" let:news><footer>{news.to_string()}</footer></Resolve>
    }
}

#[layout(layout = Outer)]
fn Inner(children: Children, Query(query): Query<Vec<(String, String)>>) -> impl IntoView {
    view! { <section data-query=query.len()>{children()}</section> }
}

#[page(async, path = "/orders", layout = Inner, timeout = "1s")]
fn OrdersPage(orders: Loaded<orders>) -> impl IntoView {
    let theme = use_context::<Theme>().map_or("none", |theme| theme.0);
    view! {
        <Title text="Orders"/>
        <p>{*orders} " orders, " {theme}</p>
    }
}

#[page(async, path = "/async", layout = Outer)]
async fn AsyncPage() -> impl IntoView {
    sleep(20).await;
    view! { <p>"later"</p> }
}

fn builder() -> punctual::SiteBuilder<()> {
    Site::builder().pages(pages![
        OrdersPage,
        AsyncPage,
        ClosedPage,
        ClosedAsyncPage,
        MissingPage,
        AwayPage,
        LostPage
    ])
}

#[punctual::test]
async fn layouts_stand_around_the_page_and_load_beside_it() {
    let site = TestSite::new(builder());
    let page = site.get("/orders?a=1").await;
    page.assert_whole().assert_shows(
        "<header>Hello Ada</header><main><section data-query=\"1\"><p>3 orders, dark</p></section></main>",
    );
    page.assert_shows("<footer>nothing new</footer>");
    assert!(
        page.html().contains("<title>Orders</title>"),
        "{}",
        page.html()
    );
    assert_eq!((page.first_byte(), page.end()), (ms(100), ms(300)));
    let requested: Vec<_> = page
        .loads()
        .iter()
        .map(|load| (load.name, load.requested))
        .collect();
    assert_eq!(
        requested,
        [("visitor", ms(0)), ("news", ms(0)), ("orders", ms(0))]
    );
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn an_async_function_may_stand_in_one() {
    let site = TestSite::new(builder());
    let page = site.get("/async").await;
    page.assert_whole()
        .assert_shows("<main><p>later</p></main>");
    assert_eq!(page.first_byte(), ms(120));
}

#[punctual::test]
async fn the_rules_of_time_hold_for_a_layout() {
    let site = TestSite::new(builder().replace::<visitor>(Fake::never()));
    let page = site.get("/orders").await;
    assert_eq!(page.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(page.end() >= ms(1000) && page.end() <= by(1000));
    assert_eq!(page.load("visitor").outcome, Some(LoadOutcome::Late));
    site.assert_nothing_remains().await;

    let site = TestSite::new(builder().replace::<news>(Fake::never()));
    let page = site.get("/orders").await;
    page.assert_whole()
        .assert_shows("no news today")
        .assert_shows("3 orders");
    assert_eq!(page.record().outcome, Some(Outcome::TimedOut));
    site.assert_nothing_remains().await;

    let site = TestSite::new(builder().replace::<visitor>(Fake::never()));
    let page = site.get("/orders").leave_at(ms(200)).await;
    assert_eq!(page.load("visitor").outcome, Some(LoadOutcome::Cancelled));
    site.assert_nothing_remains().await;

    let site = TestSite::new(builder().replace::<visitor>(Fake::panic("boom")));
    let page = site.get("/orders").await;
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn the_failure_of_the_outermost_counts() {
    // The page's 404 is there first, and the layout's redirect counts all the same.
    #[layout]
    fn Slow(visit: Loaded<visit>, children: Children) -> impl IntoView {
        let _ = visit;
        children()
    }
    #[loader]
    async fn visit() -> Result<(), PageError> {
        sleep(200).await;
        Err(PageError::redirect("/elsewhere"))
    }
    #[page(async, path = "/slow", layout = Slow)]
    fn SlowPage(orders: Loaded<orders>) -> impl IntoView {
        let _ = orders;
    }
    let site = TestSite::new(
        Site::builder()
            .pages(pages![SlowPage])
            .replace::<orders>(Fake::error(PageError::not_found())),
    );
    let page = site.get("/slow").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::SEE_OTHER, ms(200))
    );
    assert_eq!(page.header("location"), Some("/elsewhere"));
    site.assert_nothing_remains().await;

    // That of a layout is not waited for any longer than needed.
    let builder = builder().replace::<visitor>(Fake::error(Refused));
    let page = TestSite::new(builder.replace::<orders>(Fake::never()))
        .get("/orders")
        .await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::INTERNAL_SERVER_ERROR, ms(0))
    );
}

#[layout]
fn Closed(children: Children) -> impl IntoView {
    let _ = children;
    "closed today"
}

#[page(async, path = "/closed", layout = Closed)]
fn ClosedPage(tasks: Tasks) -> impl IntoView {
    drop(tasks.register("never", async { Err::<(), _>(Refused) }));
    assert!(tasks.is_closed(), "it is not called");
}

#[page(async, path = "/closed-async", layout = Closed)]
async fn ClosedAsyncPage() -> Result<impl IntoView, PageError> {
    match true {
        true => Err(PageError::redirect("/open")),
        false => Ok("page"),
    }
}

#[punctual::test]
async fn the_answer_of_a_function_that_has_run_counts_although_nobody_shows_it() {
    let page = TestSite::new(builder()).get("/closed-async").await;
    assert_eq!(page.header("location"), Some("/open"));
}

#[punctual::test]
async fn a_layout_need_not_show_its_page() {
    let page = TestSite::new(builder()).get("/closed").await;
    page.assert_whole().assert_shows("closed today");
    assert!(page.loads().is_empty());
}

#[layout]
fn Strict(children: Children, head: ResponseHead) -> Result<impl IntoView, PageError> {
    let view = children();
    head.set([("x-layout", "strict")])?;
    if head_says_away(&head) {
        return Err(PageError::redirect("/away"));
    }
    Ok(view)
}

fn head_says_away(head: &ResponseHead) -> bool {
    format!("{head:?}").contains("x-away")
}

#[page(async, path = "/missing", layout = Strict)]
fn MissingPage() -> Result<impl IntoView, PageError> {
    if true {
        return Err(PageError::not_found());
    }
    Ok("page")
}

#[page(async, path = "/gone", layout = Strict)]
fn AwayPage(head: ResponseHead) -> Result<impl IntoView, PageError> {
    head.set([("x-away", "1")])?;
    if true {
        return Err(PageError::not_found());
    }
    Ok("page")
}

#[page(path = "/lost", layout = Outer)]
fn LostPage(Query(query): Query<Vec<(String, String)>>) -> Result<impl IntoView, PageError> {
    if query.is_empty() {
        return Err(PageError::not_found());
    }
    Ok("found")
}

#[punctual::test]
async fn pages_and_layouts_may_answer_in_place_of_a_view() {
    let site = TestSite::new(builder());
    assert_eq!(site.get("/missing").await.status(), StatusCode::NOT_FOUND);
    // What the layout says counts before what the page says, although the page was called first.
    let page = site.get("/gone").await;
    assert_eq!(page.header("location"), Some("/away"));
    site.assert_nothing_remains().await;
}

#[layout]
fn Tardy(news: Deferred<news>, children: Children) -> impl IntoView {
    view! { <Resolve data=news let:_news>{children()}</Resolve> }
}

#[page(async, path = "/tardy/{status}", layout = Tardy)]
fn TardyPage(Path(status): Path<u16>) -> Result<impl IntoView, PageError> {
    match StatusCode::from_u16(status) {
        Ok(StatusCode::OK) => Ok("tardy page"),
        Ok(status) => Err(PageError::status(status)),
        Err(error) => Err(error.into()),
    }
}

#[punctual::test]
async fn a_page_that_a_layout_shows_late_is_too_late_to_answer() {
    let site = TestSite::new(Site::builder().pages(pages![TardyPage]));
    site.get("/tardy/200")
        .await
        .assert_whole()
        .assert_shows("tardy page");
    for (status, outcome) in [(404, Outcome::Complete), (503, Outcome::Failed)] {
        let page = site.get(&format!("/tardy/{status}")).await;
        page.assert_whole()
            .assert_shows("This part could not be loaded.");
        assert_eq!(
            (page.status(), page.record().outcome),
            (StatusCode::OK, Some(outcome))
        );
    }
    site.assert_nothing_remains().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronous_page_may_answer_and_stand_in_a_layout() {
    let site = TestSite::new(
        builder()
            .replace::<visitor>(Fake::value("Ada".to_owned()))
            .replace::<news>(Fake::value("news".to_owned())),
    );
    let page = site.get("/lost?a=1").await;
    page.assert_whole()
        .assert_shows("<main>found</main>")
        .assert_shows("<footer>news</footer>");
    assert_eq!(page.chunks().len(), 1);
    assert_eq!(site.get("/lost").await.status(), StatusCode::NOT_FOUND);
}

#[layout]
fn Broken(visitor: Loaded<visitor>, news: Deferred<news>, children: Children) -> impl IntoView {
    let view = view! { {children()} <Resolve data=news let:news>{news.to_string()}</Resolve> };
    assert!(visitor.is_empty(), "in a layout");
    view
}

#[page(async, path = "/broken", layout = Broken)]
fn BrokenPage(tasks: Tasks) -> impl IntoView {
    let endless = std::future::pending::<Result<(), Refused>>();
    let endless = tasks.register("endless", endless);
    view! { <Resolve data=endless let:_done>"page"</Resolve> }
}

#[punctual::test]
async fn a_layout_that_panics_fails_the_page_and_nothing_remains() {
    let site = TestSite::new(Site::builder().pages(pages![BrokenPage]));
    let page = site.get("/broken").await;
    assert_eq!(
        (page.status(), page.end()),
        (StatusCode::INTERNAL_SERVER_ERROR, ms(100))
    );
    assert_eq!(page.record().outcome, Some(Outcome::Failed));
    let news = page.load("news");
    assert_eq!(
        (news.outcome, news.ended),
        (Some(LoadOutcome::Cancelled), Some(ms(100)))
    );
    site.assert_nothing_remains().await;
}

/// Its deferred part stands before the page.
#[layout]
fn Banner(news: Deferred<news>, children: Children) -> impl IntoView {
    view! {
        <header>"top"</header>
        <Resolve data=news fallback=|| "wait" on_timeout=|| "no news today" let:news><aside>{news.to_string()}</aside></Resolve>
        <main>{children()}</main>
    }
}

#[loader]
async fn stock() -> Result<u32, Refused> {
    sleep(50).await;
    Ok(3)
}

#[component]
fn Stock(stock: Deferred<stock>) -> impl IntoView {
    view! { <Resolve data=stock fallback=|| "wait" let:stock><p>{*stock} " left"</p></Resolve> }
}

#[page(async, path = "/in-order", layout = Banner, stream = "in-order", timeout = "1s")]
fn InOrderPage(stock: Deferred<stock>) -> impl IntoView {
    view! { <Stock stock/> }
}

#[page(async, path = "/off", layout = Banner, stream = "off", timeout = "1s")]
fn OffPage(stock: Deferred<stock>) -> impl IntoView {
    view! { <Stock stock/> }
}

/// What a visitor reads, from top to bottom, where the document is written in order.
fn reads(news: &str) -> String {
    format!("<header>top</header>{news}<main><p>3 left</p></main></body></html>")
}

#[punctual::test]
async fn in_order_what_is_missing_in_a_layout_comes_before_the_page_behind_it() {
    let pages = || Site::builder().pages(pages![InOrderPage]);
    let site = TestSite::new(pages());
    let page = site.get("/in-order").await;
    let html = page.assert_whole().html().replace("<!>", "");
    assert!(
        html.ends_with(&reads("<aside>nothing new</aside>")),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
    assert_eq!((page.at("top"), page.at("<aside>")), (ms(0), ms(300)));
    // The page's own part is known at 50 ms, and has its turn behind that of the layout.
    assert_eq!(page.load("stock").ended, Some(ms(50)));
    assert_eq!((page.at("<main>"), page.end()), (ms(300), ms(300)));
    site.assert_nothing_remains().await;

    let site = TestSite::new(pages().replace::<news>(Fake::never()));
    let page = site.get("/in-order").await;
    let html = page.assert_whole().html().replace("<!>", "");
    assert!(html.ends_with(&reads("no news today")), "{html}");
    assert!(page.end() >= ms(1000) && page.end() <= by(1000));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn off_what_is_missing_in_a_layout_holds_the_one_document() {
    let pages = || Site::builder().pages(pages![OffPage]);
    let site = TestSite::new(pages());
    let page = site.get("/off").await;
    let html = page.assert_whole().html();
    let length = html.len().to_string();
    assert_eq!(page.header("content-length"), Some(length.as_str()));
    assert_eq!(
        (page.chunks().len(), page.first_byte(), page.end()),
        (1, ms(300), ms(300))
    );
    let html = html.replace("<!>", "");
    assert!(
        html.ends_with(&reads("<aside>nothing new</aside>")),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
    site.assert_nothing_remains().await;

    let site = TestSite::new(pages().replace::<news>(Fake::never()));
    let page = site.get("/off").await;
    let html = page.assert_whole().html().replace("<!>", "");
    assert!(html.ends_with(&reads("no news today")), "{html}");
    assert!(page.end() >= ms(1000) && page.end() <= by(1000));
    site.assert_nothing_remains().await;
}

/// Gives something to all that stands in it, which the document holds as long as it is written.
#[layout]
fn Holding(news: Deferred<news>, State(alive): State<Alive>, children: Children) -> impl IntoView {
    provide_context(Arc::new(alive.token()));
    view! {
        <main>{children()}</main>
        <Resolve data=news on_timeout=|| "no news today" let:news>{news.to_string()}</Resolve>
    }
}

#[page(async, path = "/holding", layout = Holding, timeout = "1s")]
fn HoldingPage(stock: Deferred<stock>) -> impl IntoView {
    view! { <Stock stock/> }
}

#[punctual::test]
async fn who_reads_nothing_while_a_part_of_a_layout_is_missing_is_cut_off_and_nothing_remains() {
    let alive = Alive::default();
    let builder = Site::builder().state(alive.clone());
    let builder = builder.pages(pages![HoldingPage]);
    let site = TestSite::new(builder.replace::<news>(Fake::never()));
    let held = async {
        sleep(900).await;
        let before = alive.count();
        sleep(200).await;
        (before, alive.count())
    };
    let (page, held) = tokio::join!(site.get("/holding").stall_at(ms(100)), held);
    // What the layout has given goes at the deadline, although nobody reads.
    assert_eq!(held, (1, 0));
    // The page's own part had been read. The document is kept for the drain time.
    assert_eq!(page.at("3<!> left"), ms(50));
    assert!(!page.html().contains("no news today"), "{}", page.html());
    assert_eq!((page.ended(), page.end()), (End::Cut, ms(11_000)));
    assert_eq!(page.record().outcome, Some(Outcome::Disconnected));
    let news = page.load("news");
    assert_eq!(
        (news.outcome, news.ended),
        (Some(LoadOutcome::Late), Some(ms(1000)))
    );
    site.assert_nothing_remains().await;
}
