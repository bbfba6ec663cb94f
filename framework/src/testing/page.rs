use super::shown;
use crate::{
    context::Watch,
    record::{LoadRecord, RequestRecord},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::{fmt, time::Duration};

/// How every document ends.
const TAIL: &str = "</body></html>";

/// What a visitor got, and when. All times count from when the request was sent.
///
/// # Examples
/// ```
/// use punctual::{LoadOutcome, prelude::*, testing::{self, End, Fake, TestSite}};
/// use std::time::Duration;
///
/// #[loader]
/// async fn number() -> Result<u8, std::io::Error> {
///     Ok(7)
/// }
///
/// #[page(async, path = "/", timeout = "1s")]
/// fn NumberPage(number: Deferred<number>) -> impl IntoView {
///     view! { <p>"Your number is "<Resolve data=number fallback=|| "not known" let:n>{*n}</Resolve></p> }
/// }
///
/// # testing::run(async {
/// let builder = Site::builder().pages(pages![NumberPage]);
/// let late = Fake::original().after(Duration::from_millis(300));
/// let page = TestSite::new(builder.replace::<number>(late)).get("/").await;
///
/// assert_eq!(page.status(), 200);
/// assert_eq!(page.header("cache-control"), Some("private, no-cache"));
/// // As it was sent, in two chunks, and as a browser shows it in the end.
/// assert!(page.html().contains("not known"));
/// assert!(page.shown().contains("<p>Your number is 7</p>"));
/// // When what was there.
/// assert_eq!(page.first_byte(), Duration::ZERO);
/// assert_eq!(page.at("not known"), Duration::ZERO);
/// assert_eq!(page.chunks()[1].at, Duration::from_millis(300));
/// assert_eq!((page.end(), page.ended()), (Duration::from_millis(300), End::Whole));
/// // And what its loads did.
/// assert_eq!(page.load("number").outcome, Some(LoadOutcome::Complete));
/// # });
/// ```
pub struct TestPage {
    /// The method and the address that were asked for.
    name: String,
    pub(super) head: Option<Head>,
    pub(super) chunks: Vec<Chunk>,
    pub(super) ended: Option<Ended>,
    pub(super) watch: Watch,
}

pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) at: Duration,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) how: End,
    pub(super) at: Duration,
}

/// A piece of a body, as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Chunk {
    /// When it was there.
    pub at: Duration,
    /// Its text. What is none is replaced by U+FFFD, see [`TestPage::bytes`].
    pub text: String,
    bytes: Bytes,
}

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The body was read to its end.
    Whole,
    /// The body was cut off before its end, as a connection that is closed.
    Cut,
    /// The visitor left.
    Left,
}

impl Chunk {
    pub(super) fn new(at: Duration, bytes: Bytes) -> Self {
        Self {
            at,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
}

impl TestPage {
    pub(super) fn new(name: String, watch: Watch) -> Self {
        Self {
            name,
            head: None,
            chunks: Vec::new(),
            ended: None,
            watch,
        }
    }

    /// The status of the response.
    ///
    /// # Panics
    /// When the visitor left before it was there.
    #[must_use]
    #[track_caller]
    pub fn status(&self) -> StatusCode {
        self.head().status
    }

    /// The headers of the response.
    ///
    /// # Panics
    /// When the visitor left before they were there.
    #[must_use]
    #[track_caller]
    pub fn headers(&self) -> &HeaderMap {
        &self.head().headers
    }

    /// The first header of this name.
    ///
    /// # Panics
    /// When it is not text, and when the visitor left before it was there.
    #[must_use]
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers().get(name)?;
        match value.to_str() {
            Ok(value) => Some(value),
            Err(_) => panic!("{}: the header `{name}` is no text: {value:?}", self.name),
        }
    }

    /// The value of a cookie that the response sets, to be sent back with [`Visit::cookie`](super::Visit::cookie).
    ///
    /// # Panics
    /// When the visitor left before the headers were there.
    #[must_use]
    #[track_caller]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers().get_all(header::SET_COOKIE).iter();
        let pairs = set.filter_map(|set| set.to_str().ok()?.split(';').next()?.split_once('='));
        // Of two of one name the last one counts.
        let mut values = pairs.filter(|(set, _)| set.trim() == name);
        values.next_back().map(|(_, value)| value.trim().to_owned())
    }

    /// The body, in the pieces in which it came.
    #[must_use]
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

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

    /// When the head of the response was there.
    ///
    /// # Panics
    /// When the visitor left before it was.
    #[must_use]
    #[track_caller]
    pub fn first_byte(&self) -> Duration {
        self.head().at
    }

    /// When the reading ended.
    ///
    /// # Panics
    /// When it has not.
    #[must_use]
    #[track_caller]
    pub fn end(&self) -> Duration {
        self.how_it_ended().at
    }

    /// How the reading ended.
    ///
    /// # Panics
    /// When it has not.
    #[must_use]
    #[track_caller]
    pub fn ended(&self) -> End {
        self.how_it_ended().how
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

    /// What has happened to the request by now. Its times count from the request's arrival, which is when it was sent.
    ///
    /// A page has its [`outcome`](RequestRecord::outcome) when it was read. A handler that takes a
    /// [`RequestContext`](crate::RequestContext) has none.
    ///
    /// # Panics
    /// When there is none, because a file or a plain route answered.
    #[must_use]
    #[track_caller]
    pub fn record(&self) -> RequestRecord {
        match self.watch.last() {
            Some(watched) => watched.recorder().snapshot(),
            None => panic!(
                "{}: there is no record, because neither a page answered nor a handler that takes a `RequestContext`",
                self.name
            ),
        }
    }

    /// What the load of this loader did.
    ///
    /// # Panics
    /// When there was none, with the names of those that there were; and when there is no record.
    #[must_use]
    #[track_caller]
    pub fn load(&self, name: &str) -> LoadRecord {
        let loads = self.record().loads;
        match loads.iter().find(|load| load.name == name) {
            Some(load) => load.clone(),
            None => {
                let names: Vec<_> = loads.iter().map(|load| load.name).collect();
                panic!(
                    "{}: nobody asked for `{name}`; the loads are {names:?}",
                    self.name
                )
            }
        }
    }

    /// What each load did, in the order in which they were asked for.
    ///
    /// # Panics
    /// When there is no record, because a file or a plain route answered.
    #[must_use]
    #[track_caller]
    pub fn loads(&self) -> Vec<LoadRecord> {
        self.record().loads
    }

    #[track_caller]
    fn head(&self) -> &Head {
        match &self.head {
            Some(head) => head,
            None => panic!(
                "{}: the visitor left before the head of the response was there",
                self.name
            ),
        }
    }

    #[track_caller]
    fn how_it_ended(&self) -> Ended {
        match self.ended {
            Some(ended) => ended,
            None => panic!("{}: it has not been read to its end", self.name),
        }
    }
}

impl fmt::Debug for TestPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPage")
            .field("name", &self.name)
            .field("status", &self.head.as_ref().map(|head| head.status))
            .field("chunks", &self.chunks)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
