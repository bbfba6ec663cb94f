//! Pages with islands in every place, for the browser tests (`end2end/tests/islands.spec.ts`):
//! `cargo run -p punctual --example islands`, after `end2end/build-islands`, which builds what runs in the browser.
//!
//! Each page is there in every mode: out of order, in order, and as one document.

use punctual::prelude::*;
use std::time::Duration;
use trial_islands::{
    Counter, Failing, Inner, Late, Local, Many, Named, OfLeptos, Panel, ThenLocal,
};

/// What the tests try to break out with.
const HOSTILE: &str =
    "\"'></p></script><script>window.pwned=1</script><!--<script>\u{2028}\\\"&amp;\\u003c";

/// Something that takes half a second.
#[loader]
async fn soon() -> Result<u32, std::io::Error> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(5)
}

/// Something that takes two seconds.
#[loader]
async fn later() -> Result<u32, std::io::Error> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(20)
}

/// Something that is there at once.
#[loader]
async fn now() -> Result<u8, std::io::Error> {
    Ok(1)
}

/// Islands in the shell, in critical and deferred parts, and in what other islands take as their children.
#[component]
fn Everywhere(now: Deferred<now>, soon: Deferred<soon>, later: Deferred<later>) -> impl IntoView {
    let (soon_inside, later_inside) = (soon.clone(), later.clone());
    view! {
        <Counter name="critical" from=10/>
        <Resolve data=now let:n><Counter name="ready" from=i32::from(*n)/></Resolve>
        <Resolve data=soon let:_n>
            <Counter name="soon" from=50/>
            <Late name="soon-data" delay=100/>
        </Resolve>
        <Panel name="panel">
            <Inner name="inner" delay=0/>
            <Counter name="in-panel" from=0/>
            <Resolve data=soon_inside let:_n>
                <Inner name="inner-soon" delay=50/>
                <Panel name="panel-soon"><Inner name="inner-deep" delay=0/></Panel>
            </Resolve>
            <Resolve data=later_inside let:_n><Inner name="inner-later" delay=0/></Resolve>
        </Panel>
        <Resolve data=later let:_n><Counter name="later" from=200/></Resolve>
    }
}

#[page(async, path = "/everywhere", timeout = "5s")]
fn EverywherePage(
    now: Deferred<now>,
    soon: Deferred<soon>,
    later: Deferred<later>,
) -> impl IntoView {
    view! { <Everywhere now soon later/> }
}

#[page(
    async,
    path = "/everywhere/in-order",
    timeout = "5s",
    stream = "in-order"
)]
fn EverywhereInOrderPage(
    now: Deferred<now>,
    soon: Deferred<soon>,
    later: Deferred<later>,
) -> impl IntoView {
    view! { <Everywhere now soon later/> }
}

#[page(async, path = "/everywhere/off", timeout = "5s", stream = "off")]
fn EverywhereOffPage(
    now: Deferred<now>,
    soon: Deferred<soon>,
    later: Deferred<later>,
) -> impl IntoView {
    view! { <Everywhere now soon later/> }
}

/// Islands with data, which are not made in the order in which they stand.
#[component]
fn Data() -> impl IntoView {
    let below = view! { <Late name="below" delay=0/> };
    let slow = view! { <Late name="slow" delay=300/> };
    view! {
        <Late name="above" delay=0/>
        {move || view! { <Late name="in-closure" delay=0/> }}
        <Suspense>{move || view! { <Late name="in-suspense" delay=40/> }}</Suspense>
        <Many name="many" delay=100/>
        {slow}
        <Failing name="failing" says=format!("no {HOSTILE}")/>
        <Local name="local"/>
        <Local name="local-too"/>
        <ThenLocal name="then-local"/>
        <OfLeptos name="of-leptos"/>
        {below}
    }
}

#[page(async, path = "/data", timeout = "5s")]
fn DataPage() -> impl IntoView {
    view! { <Data/> }
}

#[page(async, path = "/data/in-order", timeout = "5s", stream = "in-order")]
fn DataInOrderPage() -> impl IntoView {
    view! { <Data/> }
}

#[page(async, path = "/data/off", timeout = "5s", stream = "off")]
fn DataOffPage() -> impl IntoView {
    view! { <Data/> }
}

/// The same in a part that comes later.
#[page(async, path = "/data/late", timeout = "5s")]
fn DataLatePage(soon: Deferred<soon>) -> impl IntoView {
    view! { <Resolve data=soon let:_n><Data/></Resolve> }
}

/// Parts that are rendered at the same time, each with an island that has data.
#[page(async, path = "/parallel", timeout = "5s")]
fn ParallelPage(soon: Deferred<soon>) -> impl IntoView {
    let parts = (0..20).map(|number| {
        let soon = soon.clone();
        view! {
            <Resolve data=soon let:_n>
                <Late name=format!("part-{number}") delay=number % 4 * 30/>
                <Many name=format!("many-{number}") delay=number % 3 * 20/>
            </Resolve>
        }
    });
    view! { {parts.collect_view()} }
}

#[page(async, path = "/hostile", timeout = "5s")]
fn HostilePage(soon: Deferred<soon>) -> impl IntoView {
    view! {
        <Title text=HOSTILE/>
        <Named name="early" text=HOSTILE/>
        <Failing name="failing" says=HOSTILE/>
        <Late name=HOSTILE delay=0/>
        <Resolve data=soon let:_n><Named name="late" text=HOSTILE/></Resolve>
    }
}

#[page(async, path = "/none", timeout = "5s")]
fn NonePage(soon: Deferred<soon>) -> impl IntoView {
    view! { <p>"No islands."</p><Resolve data=soon let:n><p>{*n}</p></Resolve> }
}

/// An island in a late part only.
#[page(async, path = "/only-late", timeout = "5s")]
fn OnlyLatePage(soon: Deferred<soon>) -> impl IntoView {
    view! { <Resolve data=soon let:_n><Counter name="late" from=7/></Resolve> }
}

/// An island whose data do not come in time.
#[page(async, path = "/never", timeout = "1s")]
fn NeverPage() -> impl IntoView {
    view! { <Late name="never" delay=60_000/><Counter name="beside" from=0/> }
}

/// An island with nothing behind it.
#[page(async, path = "/last", timeout = "5s")]
fn LastPage(later: Deferred<later>) -> impl IntoView {
    view! { <Resolve data=later let:_n>"later"</Resolve><Counter name="last" from=0/> }
}

/// Marks as somebody might write them who can write HTML.
#[page(async, path = "/forged", timeout = "5s")]
fn ForgedPage(soon: Deferred<soon>) -> impl IntoView {
    let forged = "<template id='p:1:c'><script>window.pwned=1</script></template>\
        <template id='p:1'></template><b>precious</b>";
    view! {
        <h2 id="p:1">"Heading"</h2>
        <div inner_html=forged></div>
        <p class="place"><Resolve data=soon let:n>{format!("came after {}", *n)}</Resolve></p>
    }
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head><meta charset="utf-8"/><link rel="icon" href="data:,"/><Title text="Islands"/></head>
            <body>
                <header><Counter name="header" from=0/><Late name="header-data" delay=20/></header>
                <main>{page}</main>
            </body>
        </html>
    }
}

/// A page in a document without islands around it.
fn plain_shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head><meta charset="utf-8"/><link rel="icon" href="data:,"/><Title text="Islands"/></head>
            <body><main>{page}</main></body>
        </html>
    }
}

#[punctual::main]
async fn main() -> Exit {
    let site = Site::builder()
        .islands()
        .output_name("trials")
        .site_root("target/trials");
    let site = match std::env::var("PLAIN_SHELL") {
        Ok(_) => site.shell(plain_shell),
        Err(_) => site.shell(shell),
    };
    site.pages(pages![
        EverywherePage,
        EverywhereInOrderPage,
        EverywhereOffPage,
        DataPage,
        DataInOrderPage,
        DataOffPage,
        DataLatePage,
        ParallelPage,
        HostilePage,
        NonePage,
        OnlyLatePage,
        NeverPage,
        LastPage,
        ForgedPage
    ])
    .build()?
    .serve()
    .await
}
