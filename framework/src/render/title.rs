use super::scope::PageContext;
use leptos::{component, prelude::use_context, text_prop::TextProp};
use std::sync::Arc;

/// Formats a title. See [`Title`].
pub struct Formatter(Arc<dyn Fn(&str) -> String + Send + Sync>);

impl<F: Fn(String) -> String + Send + Sync + 'static> From<F> for Formatter {
    fn from(f: F) -> Self {
        Self(Arc::new(move |title| f(title.to_owned())))
    }
}

/// Sets the title of the document.
///
/// What the page says counts before what the shell says; of several in a page the last one counts.
/// In the shell it stands outside closures, which run when the page does. A `formatter`, usually in the
/// shell, is applied to the text of pages, not to the shell's own. In a part that arrives late the title is
/// set by a script.
///
/// The text is escaped. Do not use the component of the same name in `leptos_meta` on the server:
/// it writes the text as it is, so that a product named `</title><script>..` runs in the browser.
///
/// ```
/// use punctual::prelude::*;
///
/// #[page(async, path = "/")]
/// fn HomePage() -> impl IntoView {
///     view! {
///         <Title text="Home"/>
///         <h1>"Home"</h1>
///     }
/// }
///
/// fn shell(page: AnyView) -> impl IntoView {
///     view! {
///         <!DOCTYPE html>
///         <html lang="en">
///             <head><Title text="Shop" formatter=|title: String| format!("{title} - Shop")/></head>
///             <body>{page}</body>
///         </html>
///     }
/// }
/// ```
#[expect(
    unreachable_pub,
    reason = "it is exported; Leptos' macro puts the function into a module of its own"
)]
#[component]
pub fn Title(
    /// The text of the title.
    #[prop(optional, into)]
    text: Option<TextProp>,
    /// Makes the title of the document from the text: `|title: String| format!("{title} - Shop")`.
    #[prop(optional, into)]
    formatter: Option<Formatter>,
) {
    let Some(page) = use_context::<PageContext>() else {
        return;
    };
    if let Some(formatter) = formatter {
        page.head.set_formatter(formatter.0);
    }
    if let Some(text) = text {
        page.head.set_title(text.get().as_str().to_owned());
    }
}
