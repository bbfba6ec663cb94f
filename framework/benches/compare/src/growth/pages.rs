//! Pages with as many parts or rows as the query says.

use punctual::prelude::*;
use serde::Deserialize;
use std::convert::Infallible;

/// The query.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Size {
    count: usize,
}

/// Data that is there when others have had their turn.
async fn ready(number: usize) -> Result<usize, Infallible> {
    tokio::task::yield_now().await;
    Ok(number)
}

#[loader]
pub(super) async fn soon() -> Result<usize, Infallible> {
    ready(1).await
}

#[page(async, path = "/parts")]
pub(super) fn PartsPage(Query(size): Query<Size>, tasks: Tasks) -> impl IntoView {
    let part = |number| {
        let part = tasks.register("part", ready(number));
        view! { <Resolve data=part let:number><p>{number}</p></Resolve> }.into_any()
    };
    (0..size.count).map(part).collect_view()
}

#[page(async, path = "/one-loader")]
pub(super) fn OneLoaderPage(Query(size): Query<Size>, soon: Deferred<soon>) -> impl IntoView {
    let part = |_| {
        let soon = soon.clone();
        view! { <Resolve data=soon let:number><p>{*number}</p></Resolve> }.into_any()
    };
    (0..size.count).map(part).collect_view()
}

#[page(async, path = "/document")]
pub(super) fn DocumentPage(Query(size): Query<Size>) -> impl IntoView {
    let row = |number: usize| {
        view! {
            <tr>
                <td class="number">{number}</td>
                <td>"A part that is known by its number"</td>
                <td>{number * 7 % 1_000}</td>
            </tr>
        }
    };
    view! { <table><tbody>{(0..size.count).map(row).collect_view()}</tbody></table> }
}
