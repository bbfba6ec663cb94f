use crate::data::After;
use punctual::prelude::*;

/// How many rows there are. With five places in each, there are 500 places on the page.
const ROWS: usize = 100;

/// A table whose rows are places, with places in their cells, and places in those.
#[expect(
    unreachable_pub,
    reason = "Leptos' macro puts the function into a module of its own"
)]
#[component]
pub(crate) fn Table() -> impl IntoView {
    let rows = (0..ROWS).map(|row| {
        view! {
            <Resolve
                data=After::mixed(row, format!("row {row}"))
                fallback=|| view! { <tr class="wait"><td colspan="3">"..."</td></tr> }
                let:text
            >
                <tr>
                    <th scope="row">{text}</th>
                    <Cell row column=1/>
                    <Cell row column=2/>
                </tr>
            </Resolve>
        }
    });
    view! {
        <h1>"Table"</h1>
        <table>
            <thead><tr><th>"row"</th><th>"1"</th><th>"2"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <p id="end">"end"</p>
    }
}

#[component]
fn Cell(row: usize, column: usize) -> impl IntoView {
    let data = After::mixed(row * 3 + column, format!("cell {row}/{column}"));
    let inner = After::mixed(row * 5 + column, format!("deep {row}/{column}"));
    view! {
        <Resolve data fallback=|| view! { <td class="wait">"..."</td> } let:text>
            <td>
                {text}", "
                <Resolve data=inner fallback=|| view! { <i class="wait">"..."</i> } let:text>
                    <b>{text}</b>
                </Resolve>
            </td>
        </Resolve>
    }
}
