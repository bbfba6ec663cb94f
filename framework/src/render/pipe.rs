//! From the driver to the connection: what has been written and not yet been read.
//!
//! The writer never waits for the reader, so a visitor who reads slowly or not at all holds up
//! neither the deadline nor what the request holds. What it can hold is one document.

mod control;
mod whole;

use control::cut_at;
pub(crate) use control::{ConnectionControl, Handover};
pub(crate) use whole::WholeBody;

use crate::deadline::Deadline;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{
    sync::Notify,
    task::AbortHandle,
    time::{Instant, timeout_at},
};

/// Makes the two ends.
pub(crate) fn pipe(handover: Handover) -> (PipeWriter, PipeReader) {
    let shared = Arc::new(Shared {
        control: handover.control(),
        ..Shared::default()
    });
    let reader = PipeReader {
        shared: shared.clone(),
        driver: None,
        _handover: handover,
    };
    (PipeWriter { shared }, reader)
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when the reader has read all there is to read, or is gone.
    over: Notify,
    /// Told when the reader has read something.
    read: Notify,
    control: Option<Arc<ConnectionControl>>,
}

#[derive(Default)]
struct State {
    chunks: VecDeque<Bytes>,
    end: End,
    gone: bool,
    /// When the reader took a chunk last.
    read: Option<Instant>,
    reader: Option<Waker>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum End {
    /// More may come.
    #[default]
    Open,
    /// The document is whole.
    Whole,
    /// It is cut off: the connection is closed so that nobody takes it for whole.
    Cut,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_read(&self) -> Option<Instant> {
        let written = self
            .control
            .as_ref()
            .and_then(|control| control.last_progress());
        self.state().read.max(written)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

/// The driver's end. Dropped before the document is whole, it cuts it off.
pub(crate) struct PipeWriter {
    shared: Arc<Shared>,
}

impl PipeWriter {
    pub(super) fn push(&self, chunk: Bytes) {
        self.shared.change(|state| state.chunks.push_back(chunk));
    }

    /// Ends when fewer than this many bytes wait for the reader.
    pub(super) async fn caught_up(&self, limit: usize) {
        loop {
            let mut told = std::pin::pin!(self.shared.read.notified());
            told.as_mut().enable();
            if self.waiting() < limit {
                return;
            }
            told.await;
        }
    }

    /// How many bytes nobody has read yet.
    pub(super) fn waiting(&self) -> usize {
        self.shared.state().chunks.iter().map(Bytes::len).sum()
    }

    /// The document is whole.
    pub(super) fn end(&self) {
        self.shared.change(|state| state.end = End::Whole);
    }

    /// Whether something was read within the last `drain` time.
    pub(super) fn is_read(&self, drain: Duration) -> bool {
        let read = self.shared.last_read();
        read.is_some_and(|read| read.elapsed() < drain)
    }

    /// Waits for the reader, who has the drain time after the deadline, and again after each time
    /// that something was read.
    pub(super) async fn drain(&self, deadline: Deadline, drain: Duration) {
        loop {
            let limit = cut_at(deadline.instant(), drain, self.shared.last_read());
            match timeout_at(limit, self.drained()).await {
                Ok(_) => return,
                Err(_) if cut_at(deadline.instant(), drain, self.shared.last_read()) > limit => {}
                Err(_) => return,
            }
        }
    }

    /// Ends when everything has been read, or the reader is gone.
    pub(super) async fn drained(&self) -> Drained {
        loop {
            let mut told = std::pin::pin!(self.shared.over.notified());
            told.as_mut().enable();
            {
                let state = self.shared.state();
                if state.end == End::Whole && state.chunks.is_empty() {
                    return Drained::Whole;
                }
                if state.gone {
                    return Drained::Gone;
                }
            }
            told.await;
        }
    }
}

/// How reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drained {
    /// The reader has the whole document.
    Whole,
    /// The reader is gone, or has not read for too long.
    Gone,
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        self.shared.change(|state| {
            if !(state.end == End::Whole && state.chunks.is_empty()) {
                state.end = End::Cut;
                state.chunks.clear();
            }
        });
    }
}

/// The body of a streamed response.
pub(crate) struct PipeReader {
    shared: Arc<Shared>,
    driver: Option<AbortHandle>,
    _handover: Handover,
}

impl PipeReader {
    /// The driver, which is stopped when the visitor leaves.
    pub(crate) fn with_driver(mut self, driver: AbortHandle) -> Self {
        self.driver = Some(driver);
        self
    }

    /// Reads the whole document; `None` when it was cut off.
    pub(crate) async fn collect(mut self) -> Option<String> {
        let mut document = Vec::new();
        while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await
        {
            document.extend_from_slice(&frame.ok()?.into_data().ok()?);
        }
        // It was written from strings.
        String::from_utf8(document).ok()
    }
}

impl Body for PipeReader {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut state = self.shared.state();
        if let Some(chunk) = state.chunks.pop_front() {
            let whole = state.end == End::Whole && state.chunks.is_empty();
            state.read = Some(Instant::now());
            drop(state);
            self.shared.read.notify_waiters();
            if whole {
                self.shared.over.notify_waiters();
            }
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match state.end {
            End::Open => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
            End::Whole => Poll::Ready(None),
            End::Cut => {
                let text = "the document was cut off before its end";
                Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, text))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let state = self.shared.state();
        state.end == End::Whole && state.chunks.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let state = self.shared.state();
        let there = state.chunks.iter().map(|chunk| chunk.len() as u64).sum();
        let mut hint = SizeHint::new();
        hint.set_lower(there);
        if state.end == End::Whole {
            hint.set_upper(there);
        }
        hint
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let whole = {
            let mut state = self.shared.state();
            state.gone = true;
            // What is left of a whole document stays, as the sign that it was not read.
            if state.end != End::Whole {
                state.chunks.clear();
            }
            state.end == End::Whole && state.chunks.is_empty()
        };
        self.shared.over.notify_waiters();
        // A driver whose document was read to the end has its record to write.
        if let Some(driver) = self.driver.take().filter(|_| !whole) {
            driver.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hands_over_in_order_and_tells_when_all_was_read() {
        let (writer, reader) = pipe(Handover::default());
        writer.push(Bytes::from_static(b"a"));
        let reading = tokio::spawn(reader.collect());
        tokio::task::yield_now().await;
        writer.push(Bytes::from_static(b"b"));
        writer.end();
        assert_eq!(writer.drained().await, Drained::Whole);
        let document = reading.await.expect("no panic").expect("whole");
        assert_eq!(document, "ab");
    }

    #[tokio::test]
    async fn a_writer_that_is_lost_cuts_the_document() {
        let (writer, reader) = pipe(Handover::default());
        writer.push(Bytes::from_static(b"a"));
        drop(writer);
        assert_eq!(reader.collect().await, None);
    }

    #[tokio::test]
    async fn a_reader_that_is_gone_is_noticed() {
        let (writer, reader) = pipe(Handover::default());
        writer.push(Bytes::from_static(b"a"));
        drop(reader);
        assert_eq!(writer.drained().await, Drained::Gone);
    }

    #[tokio::test]
    async fn a_whole_document_that_was_not_read_is_not_taken_for_read() {
        let (writer, reader) = pipe(Handover::default());
        writer.push(Bytes::from_static(b"a"));
        writer.end();
        drop(reader);
        assert_eq!(writer.drained().await, Drained::Gone);
    }
}
