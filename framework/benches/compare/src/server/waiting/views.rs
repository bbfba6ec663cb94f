//! What the pages show: the same components for every contender.

use leptos::prelude::*;
use punctual_load::catalog::Call;

/// The sections of the page with three calls.
pub(crate) const SECTIONS: [&str; 3] = ["Widgets", "Products", "Gizmos"];

/// How far apart the numbers are with which the sections of a page call the catalog.
const APART: u64 = 1_000_000;

/// How many rows a section has.
const ROWS: u64 = 10;

/// The call of a section, on the page that is asked for with this one.
pub(crate) fn call_of(section: usize, page: Call) -> Call {
    Call {
        number: page.number + section as u64 * APART,
        ..page
    }
}

/// What stands on a page whose calls were answered.
pub(crate) fn answers(number: u64, sections: usize) -> Vec<String> {
    let numbers = (0..sections as u64).map(|section| number + section * APART);
    numbers
        .map(|number| format!("data-answer=\"{number}\""))
        .collect()
}

/// What is there at once.
#[component]
pub(crate) fn VisitorView(number: u64) -> impl IntoView {
    view! {
        <h1>"Visitor "{number}</h1>
        <p>"The catalog is asked, and each section is shown when its answer is there."</p>
    }
}

/// What comes later.
#[component]
pub(crate) fn SectionView(section: usize, answer: u64) -> impl IntoView {
    let rows = (1..=ROWS).map(|row| {
        view! {
            <tr>
                <td>{row}</td>
                <td>"Number "{answer}</td>
            </tr>
        }
    });
    view! {
        <section data-answer=answer.to_string()>
            <h2>{SECTIONS[section]}</h2>
            <table>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}

/// What stands in for it.
#[component]
pub(crate) fn WaitingView(section: usize) -> impl IntoView {
    view! { <p>{SECTIONS[section]}" are being fetched."</p> }
}

/// What stands there when the catalog has not answered.
#[component]
pub(crate) fn MissingView(section: usize) -> impl IntoView {
    view! { <p>{SECTIONS[section]}" cannot be shown."</p> }
}

/// The head of every document, without what a contender adds.
#[component]
pub(crate) fn HeadView() -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <link rel="icon" href="data:,"/>
        <title>"Waiting"</title>
    }
}
