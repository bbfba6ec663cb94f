//! Ways to make the catalog slow or faulty, on every page.

use punctual::prelude::*;

use crate::catalog::CallOptions;

/// A link with options for the catalog.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial {
    /// What happens, in a few words.
    pub(crate) text: &'static str,
    /// The query, such as `delay=5s`. Empty: as it is.
    pub(crate) query: &'static str,
}

impl Trial {
    /// A page without options.
    pub(crate) const PLAIN: Self = Self::new("as it is", "");
    /// The catalog answers with an error.
    pub(crate) const STATUS: Self = Self::new("status 500", "fail=500");
    /// The catalog's answer breaks off.
    pub(crate) const JSON: Self = Self::new("broken JSON", "fail=json");
    /// The catalog never answers.
    pub(crate) const HANG: Self = Self::new("no answer", "hang");

    /// A link with this text and this query.
    pub(crate) const fn new(text: &'static str, query: &'static str) -> Self {
        Self { text, query }
    }

    /// The address of this trial on the page with this path.
    pub(crate) fn href(self, path: &str) -> String {
        match self.query {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// The address of this trial on the page that links to it.
    fn here(self) -> String {
        format!("?{}", self.query)
    }
}

/// Links that try the page on which they stand with other options, and a form for options of one's
/// own.
#[component]
pub(crate) fn Trials(
    /// What to try.
    trials: &'static [Trial],
    /// The options that the page was asked for with.
    options: CallOptions,
) -> AnyView {
    let current = query(options);
    // Values of the visitor's own are shown where they were written.
    let own = !trials.iter().any(|trial| trial.query == current);
    let links = trials.iter().map(|trial| {
        let here = (trial.query == current).then_some("true");
        view! { <li><a href=trial.here() aria-current=here>{trial.text}</a></li> }
    });
    let fail = options
        .fail
        .map(|fail| fail.to_string())
        .unwrap_or_default();
    let faults = [
        ("", "none"),
        ("500", "status 500"),
        ("503", "status 503"),
        ("json", "broken JSON"),
    ];
    let known = faults.iter().any(|(value, _)| *value == fail);
    let other = (!known).then(|| {
        let (value, text) = (fail.clone(), format!("status {fail}"));
        view! { <option value=value selected=true>{text}</option> }
    });
    let faults = faults.map(|(value, text)| {
        view! { <option value=value selected=value == fail>{text}</option> }
    });
    view! {
        <section class="trials" aria-label="Make the catalog slow or faulty">
            <ul>{links.collect_view()}</ul>
            <details open=own>
                <summary>"Other values"</summary>
                <form class="options">
                    <label>
                        "Delay of each call"
                        <input
                            name="delay"
                            size="22"
                            placeholder="500ms or 200ms..2s"
                            autocomplete="off"
                            spellcheck="false"
                            value=options.delay.map(|delay| delay.to_string())
                        />
                    </label>
                    <label>
                        "Failure"
                        <select name="fail">{faults}{other}</select>
                    </label>
                    <label class="check">
                        <input type="checkbox" name="hang" value="true" checked=options.hang/>
                        "No answer at all"
                    </label>
                    <button class="button">"Load"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// The options as a query, in the form in which the trials write theirs.
fn query(options: CallOptions) -> String {
    let delay = options.delay.map(|delay| format!("delay={delay}"));
    let fail = options.fail.map(|fail| format!("fail={fail}"));
    let hang = options.hang.then(|| "hang".to_owned());
    let pairs: Vec<_> = [delay, fail, hang].into_iter().flatten().collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;

    use super::*;

    #[test]
    fn writes_options_as_trials_do() {
        for text in [
            "",
            "delay=5s",
            "fail=json",
            "hang",
            "delay=500ms..1500ms&fail=500&hang",
        ] {
            let uri = format!("http://site/?{text}").parse().expect("a URI");
            let Query(options) = Query::try_from_uri(&uri).expect("good options");
            assert_eq!(query(options), text);
        }
    }

    #[test]
    fn links_to_a_page_and_to_the_page_itself() {
        assert_eq!(Trial::PLAIN.href("/gizmos"), "/gizmos");
        assert_eq!(Trial::HANG.href("/gizmos"), "/gizmos?hang");
        // The path of a page is found again without being said.
        assert_eq!(Trial::PLAIN.here(), "?");
        assert_eq!(Trial::HANG.here(), "?hang");
    }
}
