//! What is shown in place of a page.

use std::error::Error;

use axum::http::{StatusCode, Uri};
use punctual::{RequestRecord, prelude::*};

use super::{HomePage, groups};
use crate::catalog::{CallOptions, CatalogError};
use crate::components::{Timeline, millis, round};

/// Says that a page failed, and what the visitor can do about it.
pub fn error_page(failure: PageFailure) -> impl IntoView {
    let start = view! { <a class="button quiet" href=HomePage::href()>"To the start"</a> };
    failed(failure, start.into_any())
}

/// The same for a part of the site, from which this leads on.
pub(super) fn failed(failure: PageFailure, on: AnyView) -> impl IntoView {
    let status = failure.status();
    let (heading, text) = explain(&failure);
    let tone = if failure.is_late() { "late" } else { "error" };
    // A wrong address stays wrong; everything else may pass.
    let again = (!status.is_client_error()).then(|| {
        let href = failure.path_and_query().to_owned();
        view! { <a class="button" href=href>"Try again"</a> }
    });
    let has_options = failure.uri.query().is_some_and(|query| !query.is_empty());
    let bare = has_options.then(|| {
        let href = failure.uri.path().to_owned();
        view! { <a class="button quiet" href=href>"Without the options"</a> }
    });
    view! {
        <Title text=heading/>
        <section class=tone>
            <h1>{heading}</h1>
            <p>{with_code(&text)}</p>
        </section>
        <div class="actions">{again} {bare} {on}</div>
        <Timeline record=failure.record/>
        <p class="status">{format!("Status {status}")}</p>
    }
}

/// What happened, as a heading and as a text.
fn explain(failure: &PageFailure) -> (&'static str, String) {
    let catalog = failure
        .error
        .source()
        .and_then(|error| error.downcast_ref::<CatalogError>());
    if let Some(error) = catalog {
        let text = format!("{error} The page cannot do without its answer.");
        return ("The catalog failed", text);
    }
    if failure.is_late() {
        let had = round(failure.timeout);
        let text = match turn(&failure.record) {
            Some(waited) => format!(
                "The page had {had} for everything, and waited {waited} of that for a thread. The \
                 rest was too short."
            ),
            None => format!(
                "The page had {had} for everything, and the catalog had not answered by then. The \
                 call was cancelled."
            ),
        };
        return ("The page is late", text);
    }
    match failure.status() {
        StatusCode::BAD_REQUEST => {
            let reason = options_of(&failure.uri).err().unwrap_or_default();
            ("This address cannot be read", reason)
        }
        StatusCode::SERVICE_UNAVAILABLE => (
            "The site is busy",
            "Please try again in a moment.".to_owned(),
        ),
        status if status.is_client_error() => (
            "This page cannot be shown",
            "It is not shown for this address.".to_owned(),
        ),
        _ => {
            let text = "Something went wrong on our side. It has been logged.".to_owned();
            ("This page failed", text)
        }
    }
}

/// How long a synchronous page has waited for a thread, when that was a good part of its time. (Its
/// first load is asked for when it has one.)
fn turn(record: &RequestRecord) -> Option<String> {
    let called = record.called?;
    let waited = record.loads.iter().all(|load| load.requested >= called);
    (waited && called > record.timeout / 10).then(|| millis(called))
}

/// A text with what stands between backticks as code.
fn with_code(text: &str) -> impl IntoView + use<> {
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    };
    text.split('`').enumerate().map(part).collect_view()
}

/// The options in an address, or what is wrong with which of them and what to write.
pub(super) fn options_of(uri: &Uri) -> Result<CallOptions, String> {
    match Query::<CallOptions>::try_from_uri(uri) {
        Ok(Query(options)) => Ok(options),
        // The source leaves out the words that Axum puts in front.
        Err(error) => Err(error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string)),
    }
}

/// Says that there is no such page, and which there are.
pub fn not_found_page(failure: PageFailure) -> impl IntoView {
    let path = failure.uri.path().to_owned();
    let groups = groups().iter().map(|group| {
        let links = group.entries.iter().map(|entry| {
            view! { <li><a href=entry.path.as_str()>{entry.title}</a></li> }
        });
        view! { <li>{group.title}<ul>{links.collect_view()}</ul></li> }
    });
    view! {
        <Title text="No such page"/>
        <h1>"There is no such page"</h1>
        <p class="lead">"Nothing is found at "<code>{path}</code>". These pages are there:"</p>
        <ul>
            <li><a href=HomePage::href()>"Home"</a></li>
            {groups.collect_view()}
        </ul>
        <Timeline record=failure.record/>
        <p class="status">{format!("Status {}", StatusCode::NOT_FOUND)}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use punctual::LoadRecord;
    use std::time::Duration;

    #[test]
    fn says_that_a_page_waited_for_a_thread() {
        let second = Duration::from_secs(1);
        let mut record = RequestRecord::new("PwgPage", "/pwg", 8 * second);
        assert_eq!(turn(&record), None);
        record.called = Some(7 * second);
        record.loads.push(LoadRecord::new("products", 7 * second));
        assert_eq!(turn(&record).as_deref(), Some("7,000 ms"));
        // An asynchronous page is called when its loads are there.
        record.loads.push(LoadRecord::new("early", second));
        assert_eq!(turn(&record), None);
        record.loads.clear();
        record.called = Some(second / 10);
        assert_eq!(turn(&record), None);
    }
}
