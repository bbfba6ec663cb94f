//! Boundaries for errors, and places in places: what gets another's number, or stands in the wrong order.

use crate::way::{Asked, Refused, Way, after, frame, never, piece, waits};
use leptos::prelude::{For, Show};
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new(
        "/boundary-order",
        &[&[1, 2, 3, 4, 9], &[1, 2, 30, 4, 9], &[1, 20, 9]],
    ),
    Way::new("/boundary-numbers", &[&[1, 2, 3, 4, 9]])
        .may_be_late()
        .held(&[2, 4]),
    Way::new(
        "/boundary-error",
        &[
            &[1, 50, 3, 9],
            &[1, 50, 30, 9],
            &[1, 20, 3, 9],
            &[1, 3, 9],
            &[1, 20, 30, 9],
            &[1, 30, 9],
        ],
    ),
    // Leptos leaves out what the inner boundary should show, unless it comes very soon.
    Way::new(
        "/boundary-in-boundary",
        &[&[1, 2, 4, 9], &[1, 2, 50, 4, 9], &[1, 20, 9], &[1, 9]],
    )
    .races(),
    Way::new("/boundary-stuck", &[&[1, 9]]),
    Way::new(
        "/boundary-in-order",
        &[&[1, 2, 3, 4, 9], &[1, 20, 9], &[1, 2, 30, 4, 9]],
    )
    .held(&[3]),
    Way::new("/list", &[&[1, 2, 3, 4, 5, 6, 9], &[1, 20, 9]]).may_be_late(),
    Way::new("/show", &[&[1, 2, 3, 9], &[1, 20, 9], &[1, 2, 30, 9]]),
    Way::new(
        "/deep",
        &[
            &[1, 2, 3, 4, 5, 6, 7, 8, 9],
            &[1, 20, 9],
            &[1, 2, 30, 9],
            &[1, 2, 3, 40, 9],
            &[1, 2, 3, 4, 50, 9],
            &[1, 2, 3, 4, 5, 60, 9],
            &[1, 2, 3, 4, 5, 6, 70, 9],
            &[1, 2, 3, 4, 5, 6, 7, 80, 9],
        ],
    ),
    Way::new("/many", MANY).timeout(std::time::Duration::from_secs(10)),
];

/// How many places stand beside each other.
const PLACES: usize = 150;

const MANY: &[&[u32]] = &[&{
    let mut shows = [7; PLACES + 2];
    shows[0] = 1;
    shows[PLACES + 1] = 9;
    shows
}];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        BoundaryOrderPage,
        BoundaryNumbersPage,
        BoundaryErrorPage,
        BoundaryInBoundaryPage,
        BoundaryStuckPage,
        BoundaryInOrderPage,
        ListPage,
        ShowPage,
        DeepPage,
        ManyPage
    ])
}

/// A place, with a boundary in it, with a place in it, with text on both sides.
fn boundary_between() -> impl IntoView {
    let (outer, inner) = (
        Resource::new(|| (), after(10, 2)),
        Resource::new(|| (), after(30, 3)),
    );
    view! {
        <Suspense fallback=|| piece(20)>
            {move || Suspend::new(async move {
                let text = outer.await;
                view! {
                    <p>{text}</p>
                    <ErrorBoundary fallback=|_| piece(50)>
                        {waits(inner, 30)}
                    </ErrorBoundary>
                    <p>{piece(4)}</p>
                }
            })}
        </Suspense>
    }
}

/// Issue 4716: the texts before and behind the boundary change places.
#[page(async, path = "/boundary-order", timeout = "300ms")]
fn BoundaryOrderPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, boundary_between)
}

/// The same in order.
#[page(
    async,
    path = "/boundary-in-order",
    timeout = "300ms",
    stream = "in-order"
)]
fn BoundaryInOrderPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, boundary_between)
}

/// A place in a boundary and one behind it get the same number, and both contents go to the first.
#[page(async, path = "/boundary-numbers", timeout = "300ms")]
fn BoundaryNumbersPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let [first, second, third] =
            [(5, 2), (30, 3), (20, 4)].map(|(ms, number)| Resource::new(|| (), after(ms, number)));
        view! {
            <ErrorBoundary fallback=|_| piece(50)>
                {waits(first, 20)}
            </ErrorBoundary>
            {waits(second, 30)}
            <ErrorBoundary fallback=|_| piece(50)>
                {waits(third, 40)}
            </ErrorBoundary>
        }
    })
}

/// An error that comes late: the boundary shows its fallback in place of all in it.
#[page(async, path = "/boundary-error", timeout = "300ms")]
fn BoundaryErrorPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (fails, other) = (
            Resource::new(|| (), after(10, 2)),
            Resource::new(|| (), after(20, 3)),
        );
        view! {
            <ErrorBoundary fallback=|_| piece(50)>
                <Suspense fallback=|| piece(20)>
                    {move || Suspend::new(async move {
                        fails.await;
                        Err::<String, _>(Refused)
                    })}
                </Suspense>
            </ErrorBoundary>
            {waits(other, 30)}
        }
    })
}

/// Issue 3908: a boundary in a place in a boundary. The inner one fails, the outer one does not.
#[page(async, path = "/boundary-in-boundary", timeout = "300ms")]
fn BoundaryInBoundaryPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (outer, inner) = (
            Resource::new(|| (), after(10, 2)),
            Resource::new(|| (), after(20, 3)),
        );
        view! {
            <ErrorBoundary fallback=|_| piece(60)>
                <Suspense fallback=|| piece(20)>
                    {move || Suspend::new(async move {
                        let text = outer.await;
                        view! {
                            <p>{text}</p>
                            <ErrorBoundary fallback=|_| piece(50)>
                                {move || Suspend::new(async move {
                                    inner.await;
                                    Err::<String, _>(Refused)
                                })}
                            </ErrorBoundary>
                            <p>{piece(4)}</p>
                        }
                    })}
                </Suspense>
            </ErrorBoundary>
        }
    })
}

/// Of two places in a boundary one is stuck: the other is there and cannot be seen.
#[page(async, path = "/boundary-stuck", timeout = "200ms")]
fn BoundaryStuckPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (stuck, other) = (
            Resource::new(|| (), never),
            Resource::new(|| (), after(10, 3)),
        );
        view! {
            <ErrorBoundary fallback=|_| piece(50)>
                <p>{piece(2)}</p>
                {waits(stuck, 20)}
                {waits(other, 30)}
            </ErrorBoundary>
        }
    })
}

/// A list whose rows come late, with a place in each row.
#[page(async, path = "/list", timeout = "300ms")]
fn ListPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let rows = Resource::new(
            || (),
            |()| async {
                after(10, 0)(()).await;
                vec![2, 3, 4, 5, 6]
            },
        );
        view! {
            <Suspense fallback=|| piece(20)>
                <ul>
                    <For each=move || rows.get().unwrap_or_default() key=|row| *row let:row>
                        <li>
                            {
                                let resource = Resource::new(|| (), after(10, row));
                                waits(resource, row * 10)
                            }
                        </li>
                    </For>
                </ul>
            </Suspense>
        }
    })
}

/// What is shown when a resource has come waits for another.
#[page(async, path = "/show", timeout = "300ms")]
fn ShowPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, second) = (
            Resource::new(|| (), after(10, 2)),
            Resource::new(|| (), after(20, 3)),
        );
        view! {
            <Suspense fallback=|| piece(20)>
                <Show when=move || first.get().is_some() fallback=|| piece(70)>
                    {move || first.get()}
                    {waits(second, 30)}
                </Show>
            </Suspense>
        }
    })
}

#[component]
fn Deep(number: u32) -> impl IntoView {
    let resource = Resource::new(|| (), after(3, number));
    let inner = move || (number < 8).then(|| view! { <Deep number=number + 1/> }.into_any());
    view! {
        <Suspense fallback=move || piece(number * 10)>
            {move || Suspend::new(async move {
                let text = resource.await;
                view! { <div>{text}{inner()}</div> }
            })}
        </Suspense>
    }
}

/// Places in places, each of which starts its loading when the outer one has come.
#[page(async, path = "/deep", timeout = "400ms")]
fn DeepPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || view! { <Deep number=2/> })
}

/// Issue 3288: some hundred places overflow the stack of a thread, which ends the program.
#[page(async, path = "/many", timeout = "10s")]
fn ManyPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(10, 7));
        (0..PLACES).map(|_| waits(resource, 70)).collect_view()
    })
}
