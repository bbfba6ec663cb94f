use futures::{
    StreamExt as _,
    stream::{BoxStream, unfold},
};
use std::fmt;
use tokio::sync::watch;

/// How a task says how far it is. See [`Tasks::register_with_progress`](crate::Tasks::register_with_progress).
///
/// What is sent is shown by the `progress` of `<Resolve>`, in place of what it shows. Of values that come quickly one after
/// another only some are shown: at most one every 100 ms, and the latest one. None is shown while the visitor has more than
/// 64 KiB of the document left to read, on a page that is sent in order or in one piece, and to visitors without JavaScript.
pub struct Progress<P>(watch::Sender<Option<P>>);

impl<P> Progress<P> {
    /// Shows this value. It never waits and never fails: if nobody looks, nothing happens.
    pub fn send(&self, value: P) {
        self.0.send_replace(Some(value));
    }

    /// One that nobody looks at, for unit tests.
    #[must_use]
    pub fn ignored() -> Self {
        channel().0
    }
}

impl<P> Clone for Progress<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> fmt::Debug for Progress<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

/// The other end: what is to be shown.
pub(crate) struct Shown<P>(watch::Receiver<Option<P>>);

impl<P: Clone + Send + Sync + 'static> Shown<P> {
    /// The values, as far as they are waited for; it ends with the task.
    pub(crate) fn into_stream(self) -> BoxStream<'static, P> {
        unfold(self.0, |mut values| async move {
            loop {
                values.changed().await.ok()?;
                let value = values.borrow_and_update().clone();
                if let Some(value) = value {
                    return Some((value, values));
                }
            }
        })
        .boxed()
    }
}

pub(super) fn channel<P>() -> (Progress<P>, Shown<P>) {
    let (sender, receiver) = watch::channel(None);
    (Progress(sender), Shown(receiver))
}
