use crate::data::After;
use punctual::prelude::*;
use std::time::Duration;

/// Places in all kinds of elements and views.
#[expect(
    unreachable_pub,
    reason = "Leptos' macro puts the function into a module of its own"
)]
#[component]
pub(crate) fn Surroundings() -> impl IntoView {
    view! {
        <h1>"Surroundings"</h1>
        <Elements/>
        <Views/>
        <Unfit/>
        <p id="end">"end"</p>
    }
}

/// A place with a text in a `<b>`.
#[component]
fn Place(time: u64, text: &'static str) -> impl IntoView {
    let fallback = || view! { <i class="wait">"..."</i> };
    view! { <Resolve data=After::new(time, text) fallback let:text><b>{text}</b></Resolve> }
}

#[component]
fn Elements() -> impl IntoView {
    let options = view! {
        <Resolve data=After::new(30, "two") let:text><option value="2" selected>{text}</option></Resolve>
    };
    let groups = view! {
        <Resolve data=After::new(40, "group") let:text>
            <optgroup label=text><option>"in a group"</option></optgroup>
        </Resolve>
    };
    let items = (0..3).map(|n| {
        view! { <Resolve data=After::mixed(n, format!("item {n}")) let:text><li>{text}</li></Resolve> }
    });
    let head = view! {
        <Resolve data=After::new(20, "head") let:text><tr><th>{text}</th></tr></Resolve>
    };
    let columns = view! {
        <Resolve data=After::new(35, "column") let:text><col class=text/></Resolve>
    };
    let body = view! {
        <Resolve data=After::new(25, "body") let:text><tbody><tr><td>{text}</td></tr></tbody></Resolve>
    };
    let caption = view! { <Resolve data=After::new(15, "caption") let:text>{text}</Resolve> };
    let terms = view! {
        <Resolve data=After::new(45, "term") let:text><dt>{text}</dt><dd>"meaning"</dd></Resolve>
    };
    let spread = view! {
        <Resolve data=After::new(5, "spread") let:text {..} class="spread"><b>{text}</b></Resolve>
    };
    view! {
        <p id="paragraph">"in a paragraph " <Place time=30 text="bold"/> ", and on"</p>
        <p id="inline"><span><a href="#end"><Place time=10 text="link"/></a></span></p>
        <ul id="list">{items.collect_view()}</ul>
        <dl id="terms">{terms}</dl>
        <select id="select"><option value="1">"one"</option>{options}{groups}</select>
        <table id="sections">
            <caption>{caption}</caption>
            <colgroup>{columns}</colgroup>
            <thead>{head}</thead>
            {body}
        </table>
        <details id="details" open><summary><Place time=12 text="summary"/></summary><Place time=22 text="details"/></details>
        <button id="button"><Place time=8 text="press"/></button>
        <pre id="pre"><Place time=18 text="pre"/></pre>
        <h2 id="heading"><Place time=28 text="heading"/></h2>
        <div id="spread">{spread}</div>
    }
}

/// Inside views of Leptos.
#[component]
fn Views() -> impl IntoView {
    let wait = |time| {
        move || {
            Suspend::new(async move {
                tokio::time::sleep(Duration::from_millis(time)).await;
                view! { <u>"waited "</u> <Place time=20 text="in a suspend"/> }
            })
        }
    };
    let any = view! { <Place time=33 text="any"/> }.into_any();
    let either = move || match true {
        true => leptos::either::Either::Left(view! { <Place time=44 text="left"/> }),
        false => leptos::either::Either::Right("right"),
    };
    view! {
        <div id="suspense">
            <Suspense fallback=|| view! { <Place time=10 text="in a fallback"/> }>
                {wait(50)}
                <Place time=60 text="beside"/>
            </Suspense>
        </div>
        <div id="inside"><Resolve data=After::new(10, "outer ") let:text>{text}<Suspense>{wait(30)}</Suspense></Resolve></div>
        <div id="boundary">
            <ErrorBoundary fallback=|_| "error"><Place time=15 text="in a boundary"/></ErrorBoundary>
            <ErrorBoundary fallback=|_| view! { <Place time=25 text="in its fallback"/> }>
                {Err::<String, _>(std::fmt::Error)}
            </ErrorBoundary>
        </div>
        <div id="any">{any}</div>
        <div id="either">{either}</div>
        <div id="closure">{move || view! { <Place time=17 text="closure"/> }}</div>
        <div id="show"><Show when=|| true><Place time=19 text="show"/></Show></div>
        <div id="for"><For each=|| 0..3 key=|n| *n let(n)><Place time=10 * n text="for"/></For></div>
        <div id="option">{Some(view! { <Place time=23 text="option"/> })}</div>
        <div id="island"><Island><Place time=27 text="in an island"/></Island></div>
        <div id="beside"><Island>"quiet"</Island><Place time=29 text="beside an island"/></div>
        <div id="late-island"><Resolve data=After::new(31, "late ") let:text><Island>{text}<Place time=9 text="inner"/></Island></Resolve></div>
    }
}

/// A part of the page that would come alive in the browser.
#[island]
fn Island(children: Children) -> impl IntoView {
    view! { <section>{children()}</section> }
}

/// Where no template can stand: the document waits there.
#[component]
fn Unfit() -> impl IntoView {
    let circle = view! {
        <Resolve data=After::new(40, "7") let:text><circle r=text cx="10" cy="10"></circle></Resolve>
    };
    let words = view! { <Resolve data=After::new(20, "words") let:text>{text}</Resolve> };
    let shadow = leptos::html::template()
        .attr("shadowrootmode", "open")
        .child(view! { <Place time=20 text="shadow"/> });
    view! {
        <svg id="svg" width="20" height="20">{circle}</svg>
        <textarea id="textarea">{words}</textarea>
        <div id="shadow">{shadow}</div>
    }
}
