//! Where a place stands.

use crate::way::{Asked, Way, after, enter, frame, never, piece, waits};
use punctual::{SiteBuilder, prelude::*};

pub(crate) const WAYS: &[Way] = &[
    Way::new("/in-table", &[&[1, 2, 30, 9], &[1, 20, 30, 9]]),
    Way::new("/in-select", &[&[1, 2, 30, 9], &[1, 20, 30, 9]]),
    Way::new("/in-svg", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/in-textarea", &[&[1, 2, 9]]).may_be_late(),
    Way::new("/in-attribute", &[&[1, 2, 3, 9], &[1, 20, 9]]),
    Way::new(
        "/in-suspense",
        &[&[1, 2, 3, 9], &[1, 20, 9], &[1, 2, 30, 9]],
    ),
    Way::new("/at-the-end", &[&[1, 9, 2]]).may_be_late(),
    Way::new("/whole", &[&[1, 2, 3, 9]]).may_be_late(),
    Way::new("/resolve-and-suspense", &[&[1, 2, 3, 4, 9]]).may_be_late(),
];

pub(crate) fn pages(builder: SiteBuilder<()>) -> SiteBuilder<()> {
    builder.pages(pages![
        InTablePage,
        InSelectPage,
        InSvgPage,
        InTextareaPage,
        InAttributePage,
        InSuspensePage,
        AtTheEndPage,
        WholePage,
        ResolveAndSuspensePage
    ])
}

/// Rows that come late, and rows that never come.
#[page(async, path = "/in-table", timeout = "200ms")]
fn InTablePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (rows, stuck) = (
            Resource::new(|| (), after(20, 2)),
            Resource::new(|| (), never),
        );
        let row = |text| view! { <tr><td>{text}</td></tr> };
        view! {
            <table>
                <tbody>
                    <Suspense fallback=move || row(piece(20))>
                        {move || Suspend::new(async move { row(rows.await) })}
                    </Suspense>
                    <Suspense fallback=move || row(piece(30))>
                        {move || Suspend::new(async move { row(stuck.await) })}
                    </Suspense>
                </tbody>
            </table>
        }
    })
}

/// The same for what can be chosen.
#[page(async, path = "/in-select", timeout = "200ms")]
fn InSelectPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, stuck) = (
            Resource::new(|| (), after(20, 2)),
            Resource::new(|| (), never),
        );
        view! {
            <select>
                <Suspense fallback=|| view! { <option>{piece(20)}</option> }>
                    {move || Suspend::new(async move { view! { <option>{first.await}</option> } })}
                </Suspense>
                <Suspense fallback=|| view! { <option>{piece(30)}</option> }>
                    {move || Suspend::new(async move { view! { <option>{stuck.await}</option> } })}
                </Suspense>
            </select>
        }
    })
}

/// In a drawing a template is no template, and what is cloned from one is no drawing.
#[page(async, path = "/in-svg", timeout = "300ms")]
fn InSvgPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(20, 2));
        view! {
            <svg>
                <Suspense fallback=|| view! { <text>{piece(20)}</text> }>
                    {move || Suspend::new(async move { view! { <text>{resource.await}</text> } })}
                </Suspense>
            </svg>
        }
    })
}

/// In a text field all marks are text.
#[page(async, path = "/in-textarea", timeout = "300ms")]
fn InTextareaPage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let resource = Resource::new(|| (), after(20, 2));
        view! {
            <textarea>
                <Suspense fallback=|| piece(20)>
                    {move || Suspend::new(async move { resource.await })}
                </Suspense>
            </textarea>
        }
    })
}

/// Issue 4859: a resource that is read in a signal for an attribute is not waited for.
#[page(async, path = "/in-attribute", timeout = "300ms")]
fn InAttributePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (title, text) = (
            Resource::new(|| (), after(30, 2)),
            Resource::new(|| (), after(5, 3)),
        );
        let title = Signal::derive(move || title.get().unwrap_or_default());
        view! {
            <Suspense fallback=|| piece(20)>
                <em title=move || title.get()>{move || text.get()}</em>
            </Suspense>
        }
    })
}

/// A place in a place, both of whose resources load at the same time.
#[page(async, path = "/in-suspense", timeout = "300ms")]
fn InSuspensePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (outer, inner) = (
            Resource::new(|| (), after(10, 2)),
            Resource::new(|| (), after(10, 3)),
        );
        view! {
            <Suspense fallback=|| piece(20)>
                {move || outer.get()}
                {waits(inner, 30)}
            </Suspense>
        }
    })
}

/// The last thing in the document, where its end is held back.
#[page(async, path = "/at-the-end", timeout = "300ms")]
fn AtTheEndPage(asked: Query<Asked>) -> impl IntoView {
    enter(asked);
    let resource = Resource::new(|| (), after(20, 2));
    view! { {piece(1)} {piece(9)} {waits(resource, 20)} }
}

/// One document.
#[page(async, path = "/whole", timeout = "300ms", stream = "off")]
fn WholePage(asked: Query<Asked>) -> impl IntoView {
    frame(asked, || {
        let (first, second) = (
            Resource::new(|| (), after(20, 2)),
            Resource::new_blocking(|| (), after(10, 3)),
        );
        view! { {waits(first, 20)} {waits(second, 30)} }
    })
}

#[loader]
async fn part(asked: Query<Asked>) -> Result<String, crate::way::Refused> {
    crate::way::sleep(10).await;
    Ok(format!("[3:{}]", asked.who))
}

/// Places of both kinds in each other.
#[page(async, path = "/resolve-and-suspense", timeout = "300ms")]
fn ResolveAndSuspensePage(asked: Query<Asked>, part: Deferred<part>) -> impl IntoView {
    frame(asked, || {
        let (first, third) = (
            Resource::new(|| (), after(20, 2)),
            Resource::new(|| (), after(20, 4)),
        );
        view! {
            <Suspense fallback=|| view! { {piece(20)} {piece(30)} {piece(40)} }>
                {move || {
                    let part = part.clone();
                    Suspend::new(async move {
                        let text = first.await;
                        view! {
                            <em>{text}</em>
                            <Resolve
                                data=part
                                fallback=|| view! { {piece(30)} {piece(40)} }
                                on_timeout=|| view! { {piece(30)} {piece(40)} }
                                let:text
                            >
                                {text.to_string()}
                                {waits(third, 40)}
                            </Resolve>
                        }
                    })
                }}
            </Suspense>
        }
    })
}
