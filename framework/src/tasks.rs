//! Tasks: work that a page or a loader registers by name, runs now or when its function returns, and shows or
//! awaits.

mod current;
mod fan_out;
mod handle;
mod level;
mod progress;
mod report;
mod scope;
mod task;

pub use fan_out::{FanOut, FanOutFailed, FanOutProgress};
pub use handle::TaskHandle;
pub use progress::Progress;
pub use report::{TaskFailure, TaskReport, TasksFailed};

use crate::{
    after_response::{AfterResponse, AfterResponseError},
    context::{Cx, LoadScope, RequestCore},
    deadline::Cancel,
    error::LoadError,
    record::RequestRecord,
};
pub(crate) use handle::Asked;
use scope::Scope;
use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};
use task::TaskCell;
use tokio_util::sync::CancellationToken;

/// Work of a page beside its loaders, in the imperative form: an argument of pages, layouts and loaders.
///
/// A loader says what a page needs, once and by its type. A task is for what is known only while the page or a loader
/// runs: a list of requests, a long job with progress, steps that come one after another. [`register`](Self::register)
/// gives a [`TaskHandle`], which `<Resolve>` shows or `.await` waits for.
///
/// **When tasks run.** Registering starts nothing. What is registered runs
/// - when [`run`](Self::run) is awaited, at any time and as often as wanted;
/// - when a handle is awaited: then everything that is registered here starts, as with `run`;
/// - when the function of the page or the loader returns: what is left then starts by itself.
///
/// After that, and inside of a task that runs, a task starts as soon as its handle is awaited, shown or dropped, so that
/// its options can be said before; what is registered inside of a task starts at the latest when that one has ended. Layouts and components have the tasks of their page: what they register starts when
/// the function of the page has returned, or later in this way.
///
/// **In which order.** Tasks start in the order in which they were registered. Those that are
/// [`sequential`](TaskHandle::sequential) run one after another in that order; all others start at once and do not wait
/// for them. A task that is registered inside of another one is ordered among those that are registered there, and the next
/// sequential task comes after all sequential ones of them. In a [`fan_out`](Self::fan_out) that holds for each item. (What
/// runs in a `tokio::spawn` of its own is not inside of a task.)
///
/// A sequential task that awaits the handle of a later one beside it waits for what waits for it, until its own limit or the
/// deadline: it registers itself what it needs, or comes after it.
///
/// **For how long.** The document does not end before the tasks of its request have, or at the deadline. There is one
/// clock: three tasks of 0.7 s side by side fit into a page of 1 s, two of them one after another do not. At the
/// deadline what runs is cancelled; when the visitor leaves, too. Tasks that a loader has begun end with it when it is late,
/// at its own limit; what is left when it has returned has the time of the page. (A guard is a loader, too: what it leaves starts
/// when it has returned, while other guards may still run.) On HEAD only what is run or awaited
/// explicitly runs.
///
/// **What fails** stops neither the other tasks nor the page: it is in the handle's result, in the
/// [report](Self::run), in the request's record, and in the log with its sources.
///
/// **What has effects** does not belong into a task of a page that answers GET: it may be cancelled at any `.await`, and a
/// visitor without JavaScript asks twice for a page that is streamed out of order. A page with `method = "post"` and
/// [`after_response`](Self::after_response) are for that, see [the guide](crate::guide::page_life#effects).
///
/// A task runs in a task of Tokio's own. It is no part of the view, so there is no Leptos context in it: hand it what it needs.
///
/// | ASP.NET | here |
/// |---|---|
/// | `RegisterAsyncTask(new PageAsyncTask(..))` | [`register`](Self::register) |
/// | `executeInParallel: false` | [`sequential`](TaskHandle::sequential) |
/// | `ExecuteRegisteredAsyncTasks()` | [`run`](Self::run) |
/// | the timeout handler | [`on_timeout`](TaskHandle::on_timeout) |
/// | the state object | what the future captures |
/// | the cancellation token | [`register_with_cancel`](Self::register_with_cancel) |
/// | `QueueBackgroundWorkItem` | [`after_response`](Self::after_response) |
///
/// The [whole table](crate::guide::page_life#for-those-who-know-aspnet) is in the guide, with the rules.
///
/// # Examples
/// ```
/// use punctual::prelude::*;
/// use std::{io, time::Duration};
///
/// async fn audit() -> Result<usize, io::Error> {
///     Ok(3)
/// }
///
/// #[page(async, path = "/audit", timeout = "10s")]
/// fn AuditPage(tasks: Tasks) -> impl IntoView {
///     let audit = tasks.register("audit", audit()).timeout(Duration::from_secs(5));
///     view! {
///         <Resolve data=audit on_timeout=|| "The audit takes longer today." let:findings>
///             {findings} " findings"
///         </Resolve>
///     }
/// }
/// # let _ = Site::builder().pages(pages![AuditPage]).build();
/// ```
#[derive(Clone)]
pub struct Tasks(Arc<Scope>);

impl Tasks {
    pub(crate) fn new(
        core: Arc<RequestCore>,
        load: Option<&Arc<LoadScope>>,
        after: AfterResponse,
    ) -> Self {
        Self(Scope::new(core, load, after))
    }

    /// Tasks outside of any request, for unit tests of pages and loaders. They have this time.
    ///
    /// There is no page to return: they run when [`run`](Self::run) or a handle is awaited. What is to run after the
    /// response does not.
    #[must_use]
    pub fn detached(timeout: Duration) -> Self {
        let (parts, ()) = http::Request::new(()).into_parts();
        let core = RequestCore::start("", &parts, timeout);
        Self::new(core, None, AfterResponse::default())
    }

    /// Registers a task, and starts nothing. `name` stands in the record, in the report and in the log; it need not be
    /// unique.
    ///
    /// Its error is a `std::error::Error`, so that the log can tell its sources. `PageError`, `anyhow::Error` and boxed errors are
    /// none: wrap such a function with `map_err`, or write a loader.
    ///
    /// After the document is closed (its last part is there, or the deadline has passed) the future is dropped, the log says
    /// so, and the handle says [`LoadError::Closed`].
    pub fn register<T, E>(
        &self,
        name: &'static str,
        future: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> TaskHandle<T, E>
    where
        T: Send + 'static,
        E: StdError + Send + Sync + 'static,
    {
        TaskCell::register(&self.0, name, Box::pin(future))
    }

    /// The same for a task that says how far it is. `<Resolve progress=..>` shows what it [sends](Progress::send) while it
    /// runs.
    ///
    /// ```
    /// use punctual::prelude::*;
    /// use std::{io, time::Duration};
    ///
    /// #[page(async, path = "/report", timeout = "1m")]
    /// fn ReportPage(tasks: Tasks) -> impl IntoView {
    ///     let report = tasks.register_with_progress("report", |progress| async move {
    ///         for percent in (0..100).step_by(10) {
    ///             progress.send(percent);
    ///             tokio::time::sleep(Duration::from_millis(500)).await;
    ///         }
    ///         Ok::<_, io::Error>("all is well")
    ///     });
    ///     view! {
    ///         <Resolve
    ///             data=report
    ///             fallback=|| "The report is being made."
    ///             progress=|percent: i32| view! { <progress max="100" value=percent></progress> }
    ///             let:report
    ///         >
    ///             {report}
    ///         </Resolve>
    ///     }
    /// }
    /// # let _ = Site::builder().pages(pages![ReportPage]).build();
    /// ```
    pub fn register_with_progress<P, T, E, F>(
        &self,
        name: &'static str,
        task: impl FnOnce(Progress<P>) -> F,
    ) -> TaskHandle<T, E, P>
    where
        P: Clone + Send + Sync + 'static,
        T: Send + 'static,
        E: StdError + Send + Sync + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let (progress, shown) = progress::channel();
        let handle = TaskCell::register(&self.0, name, Box::pin(task(progress)));
        handle.with_progress(shown)
    }

    /// The same for a task that hands work elsewhere, such as to a thread or a spawned task, which dropping its future does
    /// not reach. The token says that the work is no longer wanted: the task is late, at its own limit or at the deadline,
    /// it has failed or panicked, or the visitor has left.
    ///
    /// ```
    /// use punctual::prelude::*;
    /// use std::{io, time::Duration};
    ///
    /// #[page(async, path = "/count", timeout = "10s")]
    /// fn CountPage(tasks: Tasks) -> impl IntoView {
    ///     let count = tasks.register_with_cancel("count", |cancel| async move {
    ///         let counting = tokio::task::spawn_blocking(move || {
    ///             (0..1_000_000_u64).take_while(|_| !cancel.is_cancelled()).count()
    ///         });
    ///         counting.await.map_err(io::Error::other)
    ///     });
    ///     view! { <Resolve data=count.timeout(Duration::from_secs(2)) let:count>{count}</Resolve> }
    /// }
    /// # let _ = Site::builder().pages(pages![CountPage]).build();
    /// ```
    pub fn register_with_cancel<T, E, F>(
        &self,
        name: &'static str,
        task: impl FnOnce(Cancel) -> F,
    ) -> TaskHandle<T, E>
    where
        T: Send + 'static,
        E: StdError + Send + Sync + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let token = CancellationToken::new();
        let future = task(Cancel::from(token.clone()));
        let handle = TaskCell::register(&self.0, name, Box::pin(future));
        handle.change(|cell| cell.set_token(token))
    }

    /// Does the same for every item of a list, a few of them at a time: 8, or what
    /// [`concurrency`](FanOut::concurrency) says.
    ///
    /// It is one task, whose value has a result for each item, in the order of the items. At the deadline, or at the
    /// task's own limit, the results that are there stand, and the others are [`LoadError::Late`]. An item that fails
    /// or panics stops no other. Who awaits it gives it a [`timeout`](FanOut::timeout) below that of the page: at the page's own
    /// deadline the function that awaits is late as well. `<Resolve>` shows also then what is there. See [`FanOut`] for its options and for what counts as its failure.
    ///
    /// ```
    /// use punctual::prelude::*;
    /// use std::io;
    ///
    /// async fn price(id: u32) -> Result<u32, io::Error> {
    ///     Ok(id * 100)
    /// }
    ///
    /// #[page(async, path = "/prices", timeout = "2s")]
    /// fn PricesPage(tasks: Tasks) -> impl IntoView {
    ///     let prices = tasks.fan_out(1..=100, price).name("prices").concurrency(10);
    ///     view! {
    ///         <Resolve data=prices let:prices>
    ///             {prices.into_iter().map(|price| match price {
    ///                 Ok(price) => view! { <li>{price}</li> }.into_any(),
    ///                 Err(LoadError::Late) => view! { <li>"late"</li> }.into_any(),
    ///                 Err(_) => view! { <li>"unknown"</li> }.into_any(),
    ///             }).collect_view()}
    ///         </Resolve>
    ///     }
    /// }
    /// # let _ = Site::builder().pages(pages![PricesPage]).build();
    /// ```
    pub fn fan_out<I, F, Fut, T, E>(&self, items: I, f: F) -> FanOut<T, E>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: StdError + Send + Sync + 'static,
    {
        fan_out::register(self, items.into_iter().collect(), f)
    }

    /// Starts everything that is registered here and has not started, and waits until everything has ended, what it
    /// registers itself included. (`ExecuteRegisteredAsyncTasks`)
    ///
    /// It may be awaited again when more is registered; the report then tells of what has come since. Inside of a task it
    /// waits for what is registered there and for what it starts. Dropping the future stops no task.
    ///
    /// It is no error when tasks fail: ask the report, or write `run().await.into_result()?`.
    pub async fn run(&self) -> TaskReport {
        let batch = self.0.run();
        self.0.ended(&batch).await;
        self.0.report(&batch)
    }

    /// Whether the document is closed, so that nothing can be registered any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Runs something when the response is over, however it ended: for what the visitor need not wait for, such as
    /// an entry in a log of changes. The function is told the [record](RequestRecord) of the request, whose
    /// `outcome` says whether the visitor has the whole page.
    ///
    /// The response is over when its last byte has been handed to the connection (of a document in one piece: when it has
    /// been handed to the server), when the visitor has left, or when the connection was cut off. Several of them run side by
    /// side. They are kept as well when the page fails, and are then told that.
    ///
    /// It runs outside of the request: neither the deadline nor a visitor who has left stops it. It has the time of
    /// [`SiteBuilder::after_response_timeout`](crate::SiteBuilder::after_response_timeout) (default: 30 s); a panic
    /// is contained and logged. When the site is stopped, it is waited for, as long as each may take.
    ///
    /// It is kept in memory and ends with the program. What must not be lost belongs into a queue or a database.
    ///
    /// In a plain handler, whose response nobody watches, it runs when the last
    /// [`RequestContext`](crate::RequestContext) of the request is dropped, and `outcome` is `None`.
    ///
    /// # Errors
    /// [`AfterResponseError::Full`] when a site has as many of them as it may, waiting and running
    /// ([`SiteBuilder::after_response_limit`](crate::SiteBuilder::after_response_limit), default: 1,000);
    /// [`AfterResponseError::Closed`] when the response is over already.
    ///
    /// ```
    /// # use punctual::{Tasks, RequestRecord};
    /// # fn example(tasks: Tasks) -> Result<(), Box<dyn std::error::Error>> {
    /// tasks.after_response(|record: RequestRecord| async move {
    ///     println!("{} took {:?}", record.path, record.end);
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn after_response<F>(
        &self,
        work: impl FnOnce(RequestRecord) -> F + Send + 'static,
    ) -> Result<(), AfterResponseError>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0
            .after_response(Box::new(move |record| Box::pin(work(record))))
    }

    /// The function that has these tasks has returned: what is left starts by itself.
    pub(crate) fn begin(&self) {
        self.0.begin();
    }

    /// The loader that has these tasks has no value: they end with it.
    pub(crate) fn close(&self) {
        self.0.cancel();
    }
}

impl<S: Send + Sync + 'static> Cx<S> {
    /// The tasks of the loader that runs here, or of the page.
    pub(crate) fn tasks(&self) -> Tasks {
        let request = &self.request;
        let new = |load| Tasks::new(request.core.clone(), load, request.after.clone());
        match &self.scope {
            Some(load) => load.tasks.get_or_init(|| new(Some(load))),
            None => request.tasks.get_or_init(|| new(None)),
        }
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The result of a task, for whom it is.
type TaskResult<T, E> = Result<T, LoadError<E>>;
