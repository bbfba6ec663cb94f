mod document;
mod record;

use crate::context::Watch;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::{fmt, time::Duration};

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
    /// Its text. What is none is replaced by U+FFFD, see `bytes`.
    pub text: String,
    /// As it was sent: a body that is compressed is no text.
    pub bytes: Bytes,
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
