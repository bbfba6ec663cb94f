//! Islands in what other islands take as their children.

use leptos::prelude::*;
use punctual_islands::island;

use crate::data::load;

/// What a panel tells the islands in it.
#[derive(Clone, Copy)]
struct Clicks(RwSignal<i32>);

/// A panel that can be closed, around what the server has rendered.
#[island]
pub fn Panel(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let clicks = RwSignal::new(0);
    provide_context(Clicks(clicks));
    let title = Resource::new(|| (), {
        let name = name.clone();
        move |()| load(format!("panel {name}"), 0)
    });
    view! {
        <section data-test=name>
            <button on:click=move |_| clicks.update(|clicks| *clicks += 1)>{clicks}</button>
            <Suspense>
                <h3>{move || Suspend::new(async move { title.await })}</h3>
            </Suspense>
            <div>{children()}</div>
        </section>
    }
}

/// Stands in a panel and shows its clicks, and data of its own.
#[island]
pub fn Inner(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// How long its data take, in milliseconds.
    delay: u64,
) -> impl IntoView {
    let clicks = use_context::<Clicks>();
    let (own, set_own) = signal(0);
    let data = Resource::new(|| (), {
        let name = name.clone();
        move |()| load(format!("inner {name}"), delay)
    });
    view! {
        <div data-test=name>
            <button on:click=move |_| set_own.update(|own| *own += 1)>{own}</button>
            <i>{move || clicks.map(|Clicks(clicks)| clicks.get())}</i>
            <Suspense fallback=|| view! { <b>"wait"</b> }>
                <b>{move || Suspend::new(async move { data.await })}</b>
            </Suspense>
        </div>
    }
}
