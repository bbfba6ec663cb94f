//! A filter for the rows of a table.

use leptos::ev::KeyboardEvent;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use punctual_islands::island;
use web_sys::{Element, HtmlElement};

/// A table with an input above it: while somebody types, only those rows are shown in which all the words stand.
///
/// The table is rendered by the server, and this hides rows of it. Escape shows all of them again.
#[island]
pub fn Filter(
    /// What the rows are, in the plural.
    what: String,
    /// What has the rows: every `<tr>` in a `<tbody>` of it is one.
    children: Children,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let input = NodeRef::<Input>::new();
    // Nothing is known before this runs in a browser.
    let (shown, set_shown) = signal(None);
    let apply = move || {
        if let (Some(place), Some(input)) = (place.get_untracked(), input.get_untracked()) {
            set_shown.set(Some(show_rows(&place, &input.value())));
        }
    };
    let clear = move |event: KeyboardEvent| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        if event.key() == "Escape" && !input.value().is_empty() {
            event.prevent_default();
            input.set_value("");
            apply();
        }
    };
    // A browser may have kept what was typed, for example of a page that it goes back to.
    Effect::new(move |_| apply());
    let text = {
        let what = what.clone();
        move || {
            shown
                .get()
                .map(|shown: Shown| shown.text(&what))
                .unwrap_or_default()
        }
    };
    view! {
        <div class="filter" node_ref=place>
            <div class="find" hidden=move || shown.get().is_none()>
                <label>
                    <span>{format!("Find {what}")}</span>
                    <input
                        type="search"
                        autocomplete="off"
                        spellcheck="false"
                        enterkeyhint="done"
                        placeholder="a word, or some"
                        node_ref=input
                        on:input=move |_| apply()
                        on:keydown=clear
                    />
                </label>
                <p role="status">{text}</p>
            </div>
            {children()}
        </div>
    }
}

/// How many rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    count: usize,
    of: usize,
}

impl Shown {
    fn text(self, what: &str) -> String {
        match self {
            Self { count, of } if count == of => format!("All {of} {what} are shown."),
            Self { count: 0, of } => format!("None of {of} {what} has this."),
            Self { count, of } => format!("{count} of {of} {what} are shown."),
        }
    }
}

/// Shows the rows in which all words stand, and hides the others.
fn show_rows(place: &Element, words: &str) -> Shown {
    let words = Words::of(words);
    let mut shown = Shown { count: 0, of: 0 };
    let Ok(rows) = place.query_selector_all("tbody > tr") else {
        return shown;
    };
    for index in 0..rows.length() {
        let Some(row) = rows.item(index).and_then(|row| row.dyn_into().ok()) else {
            continue;
        };
        let row: HtmlElement = row;
        let matches = words.are_in(&text_of(&row));
        row.set_hidden(!matches);
        shown.of += 1;
        shown.count += usize::from(matches);
    }
    shown
}

/// The text of a row. A word does not go from one cell to the next.
fn text_of(row: &HtmlElement) -> String {
    let cells = row.children();
    let texts = (0..cells.length()).filter_map(|index| cells.item(index)?.text_content());
    texts.collect::<Vec<_>>().join("\n")
}

/// What is looked for, in small letters.
struct Words(Vec<String>);

impl Words {
    fn of(text: &str) -> Self {
        let words = text.split_whitespace();
        Self(words.map(str::to_lowercase).collect())
    }

    /// Whether all of them stand in a text, in whatever order.
    fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_be_there_in_any_order_and_case() {
        let row = "Gizmo 2\n4 May 2026\n1,250";
        for words in ["", "  ", "gizmo", "2 GIZMO", "may 1,250", " iz  2026 "] {
            assert!(Words::of(words).are_in(row), "{words:?}");
        }
        for words in ["widget", "gizmo 3", "22026", "2 4 gizmos"] {
            assert!(!Words::of(words).are_in(row), "{words:?}");
        }
        assert!(Words::of("ÄPFEL").are_in("Äpfel und Birnen"));
    }

    #[test]
    fn says_how_many_rows_are_shown() {
        let text = |count, of| Shown { count, of }.text("gizmos");
        assert_eq!(text(3, 3), "All 3 gizmos are shown.");
        assert_eq!(text(1, 3), "1 of 3 gizmos are shown.");
        assert_eq!(text(0, 3), "None of 3 gizmos has this.");
    }
}
