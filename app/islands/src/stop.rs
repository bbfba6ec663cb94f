//! A button that stops what a page loads.

use leptos::html::{Button, Div};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use punctual_islands::island;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// A part of a page that is still being loaded, with a button that stops it on the server.
///
/// The button is there while the document is: the part is the last thing that its page waits for. What stands in the
/// place afterwards is the server's affair, as it is when nobody stops anything.
#[island]
pub fn Stoppable(
    /// The button, in a word or two.
    label: String,
    /// Where the browser asks, by POST, to stop it.
    address: String,
    /// The part.
    children: Children,
) -> impl IntoView {
    let part = NodeRef::<Div>::new();
    let button = NodeRef::<Button>::new();
    // Nothing can be stopped before this runs in a browser.
    let (stage, set_stage) = signal(Stage::Over);
    let is_over = move || stage.get() == Stage::Over;

    let end = move || {
        let has_focus = button
            .get_untracked()
            .is_some_and(|button| document().active_element().as_ref() == Some(&button));
        set_stage.set(Stage::Over);
        // The button vanishes. Whoever has just pressed it is led to what came of that.
        if let Some(part) = part.get_untracked().filter(|_| has_focus) {
            let _ = part.focus();
        }
    };
    Effect::new(move |_| {
        // Whoever comes when the document has ended, comes too late to stop it.
        if document().ready_state() == "loading" {
            set_stage.set(Stage::Loading);
            let listener = window_event_listener_untyped("DOMContentLoaded", move |_| end());
            on_cleanup(move || listener.remove());
        }
    });

    let stop = move |_| {
        if !matches!(stage.get_untracked(), Stage::Loading | Stage::Failed) {
            return;
        }
        set_stage.set(Stage::Stopping);
        let address = address.clone();
        spawn_local(async move {
            let stopped = post(&address).await;
            // The document may have ended meanwhile.
            if !stopped && stage.get_untracked() == Stage::Stopping {
                set_stage.set(Stage::Failed);
            }
        });
    };
    let text = move || match stage.get() {
        Stage::Stopping => STOPPING.to_owned(),
        _ => label.clone(),
    };
    let said = move || match stage.get() {
        Stage::Loading | Stage::Over => "",
        Stage::Stopping => STOPPING,
        Stage::Failed => "It could not be stopped.",
    };
    view! {
        <div class="stoppable">
            <div class="part" tabindex="-1" node_ref=part>{children()}</div>
            <div class="stop" hidden=is_over>
                // It keeps the focus while it cannot be pressed.
                <button
                    class="button quiet"
                    type="button"
                    aria-disabled=move || (stage.get() == Stage::Stopping).then_some("true")
                    node_ref=button
                    on:click=stop
                >
                    {text}
                </button>
                // The button says that itself, but is not always read again.
                <p class:for-ears=move || stage.get() != Stage::Failed aria-live="polite">{said}</p>
            </div>
        </div>
    }
}

const STOPPING: &str = "Stopping ...";

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It runs, and can be stopped.
    Loading,
    /// The server has been asked to stop it.
    Stopping,
    /// The server did not stop it. It can be asked again.
    Failed,
    /// There is nothing to stop.
    Over,
}

/// Asks the server, and says whether it has done so.
async fn post(address: &str) -> bool {
    let init = RequestInit::new();
    init.set_method("POST");
    let request = window().fetch_with_str_and_init(address, &init);
    let answer = JsFuture::from(request).await;
    let answer = answer.and_then(JsValue::dyn_into::<Response>);
    answer.is_ok_and(|answer| answer.ok())
}
