use crate::{
    error::LoadError,
    loader::{Loaded, LoaderInfo, Stub, StubRun},
};
use futures::FutureExt as _;
use std::{fmt, future::pending, sync::Arc, time::Duration};

/// What a test puts in place of a loader, with [`SiteBuilder::replace`].
///
/// It runs as the loader would: at most once per request, in a task of its own, with the loader's own limit and
/// the deadline of the page. The loader's arguments are not collected, so its dependencies do not run on its behalf;
/// only [`Fake::original`] runs the loader itself. Where a fake has to do more, a closure takes its place:
/// `.replace::<gizmos>(|| async { Ok(vec![]) })`.
///
/// [`SiteBuilder::replace`]: crate::SiteBuilder::replace
///
/// # Examples
/// ```
/// use punctual::{prelude::*, testing::{self, Fake, TestSite}};
/// use std::{io::{Error, ErrorKind}, time::Duration};
///
/// #[loader]
/// async fn number() -> Result<u8, Error> {
///     Ok(7)
/// }
///
/// #[page(async, path = "/", timeout = "1s")]
/// fn NumberPage(number: Deferred<number>) -> impl IntoView {
///     view! { <Resolve data=number on_timeout=|| "late" on_error=|e| e.to_string() let:n>{*n}</Resolve> }
/// }
///
/// # testing::run(async {
/// let shown = async |fake: Fake<number>| {
///     let builder = Site::builder().pages(pages![NumberPage]);
///     TestSite::new(builder.replace::<number>(fake)).get("/").await.shown()
/// };
/// assert!(shown(Fake::value(8)).await.contains("<body>8</body>"));
/// assert!(shown(Fake::error(Error::other("no"))).await.contains("<body>no</body>"));
/// assert!(shown(Fake::original().after(Duration::from_millis(999))).await.contains("<body>7</body>"));
/// assert!(shown(Fake::original().after(Duration::from_secs(2))).await.contains("<body>late</body>"));
/// # });
/// ```
#[must_use = "a fake does something when a site is built with it"]
pub struct Fake<L: LoaderInfo> {
    /// Without one the loader itself runs.
    instead: Option<Instead<L>>,
    after: Duration,
}

enum Instead<L: LoaderInfo> {
    Value(Arc<L::Output>),
    Error(Arc<L::Error>),
    Panic(Arc<str>),
    Never,
}

impl<L: LoaderInfo> Fake<L> {
    /// Has this value, for every request. It is shared, not cloned.
    pub fn value(value: L::Output) -> Self {
        Self::instead(Instead::Value(Arc::new(value)))
    }

    /// Fails with this error, for every request. It is shared, not cloned.
    pub fn error(error: L::Error) -> Self {
        Self::instead(Instead::Error(Arc::new(error)))
    }

    /// Panics with this message.
    pub fn panic(message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::instead(Instead::Panic(message.into()))
    }

    /// Never ends: it is cancelled at the loader's own limit, at the deadline of the page, or when nobody wants its
    /// value any more.
    pub fn never() -> Self {
        Self::instead(Instead::Never)
    }

    /// The loader itself, to be made slower with [`after`](Self::after): its arguments are collected as ever, and its
    /// body begins that much later.
    pub fn original() -> Self {
        Self {
            instead: None,
            after: Duration::ZERO,
        }
    }

    /// All that comes that much later. The time counts to the loader's own limit.
    pub fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }

    fn instead(instead: Instead<L>) -> Self {
        Self {
            instead: Some(instead),
            after: Duration::ZERO,
        }
    }
}

impl<L: LoaderInfo> Stub<L> for Fake<L> {
    fn run(&self) -> StubRun<L> {
        let after = self.after;
        let Some(instead) = self.instead.clone() else {
            return StubRun::Original { after };
        };
        let run = async move {
            if !after.is_zero() {
                tokio::time::sleep(after).await;
            }
            match instead {
                Instead::Value(value) => Ok(Loaded::of_arc(value)),
                Instead::Error(error) => Err(LoadError::Failed(error)),
                Instead::Panic(message) => panic!("{message}"),
                Instead::Never => pending().await,
            }
        };
        StubRun::Instead(run.boxed())
    }

    fn replaces(&self) -> bool {
        self.instead.is_some()
    }
}

impl<L: LoaderInfo> Clone for Instead<L> {
    fn clone(&self) -> Self {
        match self {
            Self::Value(value) => Self::Value(value.clone()),
            Self::Error(error) => Self::Error(error.clone()),
            Self::Panic(message) => Self::Panic(message.clone()),
            Self::Never => Self::Never,
        }
    }
}

impl<L: LoaderInfo> Clone for Fake<L> {
    fn clone(&self) -> Self {
        Self {
            instead: self.instead.clone(),
            after: self.after,
        }
    }
}

impl<L: LoaderInfo> fmt::Debug for Fake<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.instead {
            None => "original",
            Some(Instead::Value(_)) => "value",
            Some(Instead::Error(_)) => "error",
            Some(Instead::Panic(_)) => "panic",
            Some(Instead::Never) => "never",
        };
        write!(f, "{what} of {} after {:?}", L::NAME, self.after)
    }
}
