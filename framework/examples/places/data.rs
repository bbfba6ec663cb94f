use futures::{FutureExt as _, future::BoxFuture};
use punctual::{LoadError, Resolvable};
use std::{convert::Infallible, time::Duration};

/// Data that is there after a while: what a place of the example waits for. (Data of a real page comes
/// from loaders.)
#[derive(Clone)]
pub(crate) struct After {
    time: Duration,
    text: String,
}

impl After {
    pub(crate) fn new(milliseconds: u64, text: impl Into<String>) -> Self {
        Self {
            time: Duration::from_millis(milliseconds),
            text: text.into(),
        }
    }

    /// After a time that looks like chance, and is the same each time.
    pub(crate) fn mixed(number: usize, text: impl Into<String>) -> Self {
        let milliseconds = (number * 7919 + 13) % 97;
        Self::new(u64::try_from(milliseconds).unwrap_or(0), text)
    }
}

impl Resolvable for After {
    type Value = String;
    type Error = Infallible;

    fn resolve(self) -> BoxFuture<'static, Result<String, LoadError<Infallible>>> {
        async move {
            tokio::time::sleep(self.time).await;
            Ok(self.text)
        }
        .boxed()
    }
}
