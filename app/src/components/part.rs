//! What stands in the place of a part whose data is not there: not yet, or not at all.

use std::error::Error;

use punctual::prelude::*;

use crate::running::Unfinished;

/// Stands there until the data is there.
#[component]
pub(crate) fn Pending(
    /// What is waited for, in the plural.
    what: &'static str,
    /// How many rows are likely to come, so that the place is about as high as what comes.
    #[prop(default = 2)]
    rows: u32,
) -> impl IntoView {
    let text = format!("Loading the {what} ...");
    view! { <p class="pending" aria-busy="true" style=format!("--rows: {rows}")>{text}</p> }
}

/// Stands there when the data did not arrive in time.
#[component]
pub(crate) fn Late(
    /// What was waited for, in the plural.
    what: &'static str,
) -> impl IntoView {
    view! {
        <p class="late">
            <strong>{format!("The {what} did not arrive in time.")}</strong>
            " The call to the catalog was cancelled; the rest of the page stands."
        </p>
    }
}

/// Stands there when the data could not be loaded.
#[component]
pub(crate) fn Failed<E>(
    /// What was waited for, in the plural.
    what: &'static str,
    /// Why it is not there. What it displays is meant for visitors.
    error: LoadError<E>,
) -> impl IntoView
where
    E: Error + Send + Sync + 'static,
{
    if error.is_late() {
        return view! { <Late what/> }.into_any();
    }
    view! {
        <p class="error">
            <strong>{format!("The {what} cannot be shown.")}</strong>
            " "
            {reason(&error)}
        </p>
    }
    .into_any()
}

/// Stands there when the visitor has stopped the load.
#[component]
pub(crate) fn Stopped(
    /// What was stopped, as a sentence.
    text: &'static str,
) -> impl IntoView {
    view! {
        <p class="stopped">
            <strong>{text}</strong>
            " The call to the catalog was cancelled; the rest of the page stands."
        </p>
    }
}

/// Whether the data is not there because the visitor did not want it any more.
pub(crate) fn is_stopped<E: Error>(error: &LoadError<Unfinished<E>>) -> bool {
    matches!(error, LoadError::Failed(error) if matches!(**error, Unfinished::Stopped(_)))
}

/// A way to ask for the page again, below what says that something is not there.
#[component]
pub(crate) fn TryAgain(
    /// The address of the page, with its options.
    href: String,
) -> impl IntoView {
    view! { <p class="actions"><a class="button" href=href>"Try again"</a></p> }
}

/// Why the data is not there, as a sentence for visitors.
pub(super) fn reason<E: Error>(error: &LoadError<E>) -> String {
    match error {
        LoadError::Failed(error) => error.to_string(),
        LoadError::Dependency(_) => "Something else that they need is missing.".to_owned(),
        LoadError::Rejected(_) => "The address has a value that cannot be read.".to_owned(),
        _ => "Something went wrong on our side.".to_owned(),
    }
}
