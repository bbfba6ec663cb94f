use super::{End, TestPage};
use crate::testing::shown;
use std::time::Duration;

/// How every document ends.
const TAIL: &str = "</body></html>";

/// The body.
impl TestPage {
    /// The body as it was sent.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let chunks: Vec<&[u8]> = self.chunks.iter().map(|chunk| &*chunk.bytes).collect();
        chunks.concat()
    }

    /// The document as it was sent: in pages out of order with the contents of late places behind the rest. What is no
    /// text is replaced by U+FFFD.
    #[must_use]
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// The document as a browser with scripts shows it in the end, or when the visitor left: the content of each place
    /// of a `<Resolve>` that has come stands in it, and the title is the one that was set last.
    ///
    /// What does this in a browser is left out, and so are the marks `<!>` and `<!---->` that Leptos puts between texts:
    /// a text that was made of several stands there as one. So a page reads the same in every mode. Late views of
    /// Leptos' own, such as `Suspense`, stay as they were sent. It is HTML: characters in texts are escaped.
    #[must_use]
    pub fn shown(&self) -> String {
        shown::shown(&self.html())
    }

    /// Asserts that this text stands in the document as a browser [shows](Self::shown) it in the end. Gives the page
    /// back, to be asked on.
    ///
    /// # Panics
    /// When it does not, with the document.
    #[track_caller]
    pub fn assert_shows(&self, text: &str) -> &Self {
        let shown = self.shown();
        assert!(
            shown.contains(text),
            "{}: {text:?} is not shown:\n{shown}",
            self.name
        );
        self
    }

    /// When this text was there, with all that it is made of.
    ///
    /// The text is looked for in what was sent, with and without the marks that Leptos puts between texts.
    ///
    /// # Panics
    /// When it never was.
    #[must_use]
    #[track_caller]
    pub fn at(&self, text: &str) -> Duration {
        let mut sent = String::new();
        for chunk in &self.chunks {
            sent.push_str(&chunk.text);
            if sent.contains(text) || shown::without_marks(&sent).contains(text) {
                return chunk.at;
            }
        }
        panic!("{}: {text:?} was never there:\n{sent}", self.name)
    }

    /// Whether it is a whole document: it was read to its end, which is the only `</body></html>` in it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.not_whole().is_none()
    }

    /// Asserts that it is a whole document, see [`is_whole`](Self::is_whole). Gives the page back, to be asked on.
    ///
    /// # Panics
    /// When it is not, with the document.
    #[track_caller]
    pub fn assert_whole(&self) -> &Self {
        if let Some(reason) = self.not_whole() {
            panic!("{}: {reason}:\n{}", self.name, self.html());
        }
        self
    }

    fn not_whole(&self) -> Option<&'static str> {
        let html = self.html();
        match self.ended.map(|ended| ended.how) {
            None => Some("the document has not been read to its end"),
            Some(End::Cut) => Some("the document was cut off"),
            Some(End::Left) => Some("the visitor left before the end of the document"),
            Some(End::Whole) if !html.ends_with(TAIL) => Some("the document has no end"),
            Some(End::Whole) if html.matches(TAIL).count() > 1 => {
                Some("the document ends more than once")
            }
            Some(End::Whole) => None,
        }
    }
}
