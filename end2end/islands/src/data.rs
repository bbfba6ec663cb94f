//! Islands with data of their own.

use leptos::prelude::*;
use punctual_islands::island;

/// Loads a text, which says where it was loaded.
pub(crate) async fn load(text: String, delay: u64) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    wait::for_millis(delay).await;
    let _ = delay;
    let place = if cfg!(target_arch = "wasm32") {
        "browser"
    } else {
        "server"
    };
    format!("{text} from the {place}")
}

#[cfg(not(target_arch = "wasm32"))]
mod wait {
    use std::{
        future::poll_fn,
        sync::{Arc, Mutex, PoisonError},
        task::{Poll, Waker},
        thread,
        time::Duration,
    };

    #[derive(Default)]
    struct State {
        is_over: bool,
        waker: Option<Waker>,
    }

    /// Waits without a runtime, because this package has none.
    pub(super) async fn for_millis(millis: u64) {
        if millis == 0 {
            return;
        }
        let state = Arc::<Mutex<State>>::default();
        let of_thread = state.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(millis));
            let mut state = of_thread.lock().unwrap_or_else(PoisonError::into_inner);
            state.is_over = true;
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
        });
        poll_fn(|cx| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.is_over {
                return Poll::Ready(());
            }
            state.waker = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// One resource, which may take its time.
#[island]
pub fn Late(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// How long its data take, in milliseconds.
    delay: u64,
) -> impl IntoView {
    let (count, set_count) = signal(0);
    let data = Resource::new(|| (), {
        let name = name.clone();
        move |()| load(name.clone(), delay)
    });
    view! {
        <div data-test=name>
            <button on:click=move |_| set_count.update(|count| *count += 1)>{count}</button>
            <Suspense fallback=|| view! { <p>"wait"</p> }>
                <p>{move || Suspend::new(async move { data.await })}</p>
            </Suspense>
        </div>
    }
}

/// Several kinds of data, one in the other.
#[island]
pub fn Many(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// How long its data take, in milliseconds.
    delay: u64,
) -> impl IntoView {
    let (which, set_which) = signal(0);
    let first = Resource::new(move || which.get(), {
        let name = name.clone();
        move |which| load(format!("{name} first {which}"), delay)
    });
    let once = OnceResource::new(load(format!("{name} once"), delay / 2));
    let shared = SharedValue::new({
        let name = name.clone();
        move || {
            let place = if cfg!(target_arch = "wasm32") {
                "browser"
            } else {
                "server"
            };
            format!("{name} shared from the {place}")
        }
    });
    view! {
        <div data-test=name>
            <button on:click=move |_| set_which.update(|which| *which += 1)>{which}</button>
            <s>{shared.into_inner()}</s>
            <Transition fallback=|| view! { <p>"wait"</p> }>
                <p>{move || Suspend::new(async move { first.await })}</p>
                <Suspense fallback=|| view! { <u>"wait"</u> }>
                    <u>{move || Suspend::new(async move { once.await })}</u>
                </Suspense>
            </Transition>
        </div>
    }
}

/// Why nothing could be loaded.
#[derive(Clone, Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{0}")]
pub struct Refused(String);

/// Data that fail where they are loaded first, and not again.
#[island]
pub fn Failing(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
    /// What the error says.
    #[prop(into)]
    says: String,
) -> impl IntoView {
    let (which, set_which) = signal(0);
    let data = Resource::new(move || which.get(), {
        move |which| {
            let says = says.clone();
            async move {
                match which {
                    0 => Err(Refused(load(says, 0).await)),
                    _ => Ok(load(format!("try {which}"), 0).await),
                }
            }
        }
    });
    view! {
        <div data-test=name>
            <button on:click=move |_| set_which.update(|which| *which += 1)>{which}</button>
            <ErrorBoundary fallback=|errors| {
                view! {
                    <p class="error">
                        {move || {
                            let errors = errors.get();
                            errors.into_iter().map(|(_, error)| error.to_string()).collect::<Vec<_>>()
                        }}
                    </p>
                }
            }>
                <Suspense fallback=|| view! { <p>"wait"</p> }>
                    <p class="fine">{move || Suspend::new(async move { data.await })}</p>
                </Suspense>
            </ErrorBoundary>
        </div>
    }
}

/// Data that are there in the browser only.
#[island]
pub fn Local(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let (count, set_count) = signal(0);
    let data = LocalResource::new({
        let name = name.clone();
        move || load(name.clone(), 0)
    });
    view! {
        <div data-test=name>
            <button on:click=move |_| set_count.update(|count| *count += 1)>{count}</button>
            <Suspense fallback=|| view! { <p>"wait"</p> }>
                <p>{move || Suspend::new(async move { data.await })}</p>
            </Suspense>
        </div>
    }
}

/// Data from the server, and then some that are there in the browser only.
#[island]
pub fn ThenLocal(
    /// What the test finds it by.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let (count, set_count) = signal(0);
    let first = Resource::new(|| (), |()| load("first".to_owned(), 20));
    let local = LocalResource::new(|| load("local".to_owned(), 0));
    view! {
        <div data-test=name>
            <button on:click=move |_| set_count.update(|count| *count += 1)>{count}</button>
            <Suspense fallback=|| view! { <p>"wait"</p> }>
                <p>{move || Suspend::new(async move { format!("{}, {}", first.await, local.await) })}</p>
            </Suspense>
        </div>
    }
}
