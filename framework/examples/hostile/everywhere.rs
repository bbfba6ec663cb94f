use crate::{early, failing, late};
use punctual::prelude::*;

/// The data in all places in which Leptos and this crate escape them.
#[expect(
    unreachable_pub,
    reason = "Leptos' macro puts the function into a module of its own"
)]
#[component]
pub(crate) fn Everywhere(
    early: Loaded<early>,
    late: Deferred<late>,
    failing: Deferred<failing>,
) -> impl IntoView {
    let record = Recorder::current().map(|recorder| recorder.settled());
    let (rows, options, suspended) = (late.clone(), late.clone(), early.clone());
    let wait = move || {
        let suspended = suspended.clone();
        Suspend::new(async move {
            crate::data::wait().await;
            view! { <Strings strings=suspended.to_vec()/> }
        })
    };
    let address = expect_context::<http::request::Parts>().uri.to_string();
    let in_shell = failing.clone();
    view! {
        <Title text=early.join(" ")/>
        <Meta name="description" content=early.join(" ")/>
        <p id="address"><a href=address.clone()>{address.clone()}</a></p>
        <ul id="early"><Strings strings=early.to_vec()/></ul>
        <ul id="suspended"><Suspense fallback=|| "wait">{wait}</Suspense></ul>
        <ul id="late">
            <Resolve data=late fallback=|| view! { <li>"wait"</li> } let:late>
                <Title text=format!("late {}", late.join(" "))/>
                <Strings strings=late.to_vec()/>
            </Resolve>
        </ul>
        <table>
            <tbody id="rows">
                <Resolve data=rows let:rows>
                    {rows.iter().map(|text| view! { <tr><td>{text.clone()}</td></tr> }).collect_view()}
                </Resolve>
            </tbody>
        </table>
        <select id="options" multiple>
            <Resolve data=options let:options>
                {options.iter().map(|text| view! { <option value=text.clone()>{text.clone()}</option> }).collect_view()}
            </Resolve>
        </select>
        <p id="error">
            <Resolve data=failing on_error=|error| error.to_string() let:text>{text.to_string()}</Resolve>
        </p>
        // In development its own text says why.
        <p id="default-error"><Resolve data=in_shell let:text>{text.to_string()}</Resolve></p>
        <p id="record">
            {record.map(|record| view! {
                <Resolve data=record let:record>{format!("{} {}", record.path, record.loads.len())}</Resolve>
            })}
        </p>
        <p id="end">"end"</p>
    }
}

/// Each of them as a text and in attributes.
#[component]
fn Strings(strings: Vec<String>) -> impl IntoView {
    let strings = strings.into_iter().map(|text| {
        view! {
            <li title=text.clone() class=text.clone() style:color=text.clone() data-text=text.clone()>
                <input value=text.clone() placeholder=text.clone()/>
                <a href=format!("/?{text}")>{text.clone()}</a>
            </li>
        }
    });
    strings.collect_view()
}
