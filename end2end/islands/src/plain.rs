//! Islands without data.

use leptos::prelude::*;
use punctual_islands::island;

/// A button that counts.
#[island]
pub fn Counter(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// Where it begins.
    from: i32,
) -> impl IntoView {
    let (count, set_count) = signal(from);
    view! {
        <button data-test=name on:click=move |_| set_count.update(|count| *count += 1)>
            {count}
        </button>
    }
}

/// Shows what it is given, and shows it again when it runs in the browser.
#[island]
pub fn Named(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// What it shows.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let (again, set_again) = signal(String::new());
    let (shown, title) = (text.clone(), text.clone());
    view! {
        <div data-test=name title=title>
            <p>{text}</p>
            <button on:click=move |_| set_again.set(shown.clone())>"Again"</button>
            <output>{again}</output>
        </div>
    }
}

/// An island as Leptos makes it, without our mark.
#[expect(
    unreachable_pub,
    reason = "it is exported; Leptos' macro puts the function into a module of its own"
)]
#[leptos::island]
pub fn OfLeptos(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let (count, set_count) = signal(0);
    view! {
        <button data-test=name on:click=move |_| set_count.update(|count| *count += 1)>
            {count}
        </button>
    }
}

/// An island as Leptos makes it, with a resource: the browser cannot be told which island it belongs to.
#[expect(
    unreachable_pub,
    reason = "it is exported; Leptos' macro puts the function into a module of its own"
)]
#[leptos::island]
pub fn OfLeptosWithData() -> impl IntoView {
    let data = Resource::new(|| (), |()| async { 7 });
    view! { <Suspense>{move || Suspend::new(async move { data.await })}</Suspense> }
}
