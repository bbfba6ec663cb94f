use super::run::Run;
use crate::deadline::{Deadline, within};
use std::{cell::RefCell, panic::resume_unwind, sync::Arc};
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;

/// Waits, on a thread that may block, for a future: the way from a synchronous page or a
/// `#[loader(blocking)]` to code that is `async`.
///
/// The deadline is kept: when the page's time is over (or the loader's own `timeout`, or the visitor
/// has left), the future is dropped, and `block_on` **does not return**. The thread unwinds as it
/// does in a panic, but without a message: destructors run, the thread is free again, and the visitor
/// has the page's `on_timeout` with 504. A loader that is cancelled ends at an `.await` in the same way. A result
/// that is there at the deadline counts.
///
/// Three calls one after another take the sum of their times; in one `block_on` with
/// [`futures::join!`](https://docs.rs/futures/latest/futures/macro.join.html) they take the longest.
///
/// Loaders run with their record, their limits and at most once per request when they are asked
/// for through the [`RequestContext`](crate::RequestContext). At the deadline `load_result` has a result, that the load
/// is late, and so it returns: the page has the grace of some milliseconds to be made of it.
///
/// ```
/// use punctual::{RequestContext, block_on, prelude::*};
///
/// #[loader]
/// async fn greeting() -> Result<String, std::fmt::Error> {
///     Ok("Good morning".to_owned())
/// }
///
/// #[page(path = "/")]
/// fn HomePage(request: RequestContext<()>) -> impl IntoView {
///     match block_on(request.load_result::<greeting>()) {
///         Ok(greeting) => greeting.to_uppercase(),
///         Err(error) => error.to_string(),
///     }
/// }
/// # let _ = Site::builder().pages(pages![HomePage]).build();
/// ```
///
/// In a destructor that runs while the thread unwinds, it waits without a limit, because nothing can unwind
/// there once more.
///
/// Elsewhere, as in a unit test that calls a page function, it waits without a limit, on the
/// runtime that is there or on one of its own.
///
/// # Panics
/// In code that is `async` itself, such as a page with `async` or a loader without `blocking`, because it would
/// keep a thread of the runtime from everybody else's work. Write `.await` there. What is rendered after a
/// synchronous page, or in its place, runs on the runtime's threads as well: the children of a
/// [`<Resolve>`](crate::Resolve) whose data comes later, `on_timeout`, and error pages with their shell.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let limit = LIMIT.with_borrow(Clone::clone);
    let Some(Limit {
        deadline,
        token,
        run,
    }) = limit
    else {
        return match Handle::try_current() {
            Ok(runtime) => runtime.block_on(future),
            Err(_) => Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime without threads needs nothing that could be missing")
                .block_on(future),
        };
    };
    // A destructor that runs while the thread unwinds cannot unwind once more. It has all the time that
    // it takes, and the thread is lost meanwhile.
    if std::thread::panicking() {
        run.goes_on();
        return Handle::current().block_on(future);
    }
    let bounded = async {
        tokio::select! {
            biased;
            output = within(deadline, future) => output,
            () = token.cancelled() => None,
        }
    };
    let mut awaiting = Awaiting::new(run);
    match Handle::current().block_on(bounded) {
        Some(output) => output,
        None => {
            awaiting.unwinds();
            resume_unwind(Box::new(TimeIsOver))
        }
    }
}

/// Stands for the wait, which the future may end by a panic, too.
struct Awaiting(Option<Arc<Run>>);

impl Awaiting {
    fn new(run: Arc<Run>) -> Self {
        run.awaits();
        Self(Some(run))
    }

    /// The thread will be free soon, so it does not count as lost.
    fn unwinds(&mut self) {
        self.0 = None;
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        if let Some(run) = &self.0 {
            run.goes_on();
        }
    }
}

/// What a thread unwinds with when its time is over. It is no panic: no hook has seen it.
pub(crate) struct TimeIsOver;

thread_local! {
    static LIMIT: RefCell<Option<Limit>> = const { RefCell::new(None) };
}

/// How long what runs on this thread may wait.
#[derive(Clone)]
pub(super) struct Limit {
    pub(super) deadline: Deadline,
    pub(super) token: CancellationToken,
    pub(super) run: Arc<Run>,
}

impl Limit {
    /// Holds while `f` runs.
    pub(super) fn during<T>(self, f: impl FnOnce() -> T) -> T {
        struct Reset;
        impl Drop for Reset {
            fn drop(&mut self) {
                LIMIT.set(None);
            }
        }
        LIMIT.set(Some(self));
        let _reset = Reset;
        f()
    }
}
