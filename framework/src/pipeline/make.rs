//! From a request to a document: guards, loads, the functions of layouts and page, the shell.

use super::{answers::Answers, response::Head};
use crate::{
    blocking::{BlockingError, Work},
    context::{Cx, MakeView, RequestCore, Slot},
    deadline::{turn, within},
    error::PageError,
    loader::Guards,
    page::{Body, PageBody, PageEntry, PageMode},
    record::LoadOutcome,
    render::{Owned, Panic, Rendered, Renderer, Rendering, Scripts, Shell},
    tasks::Tasks,
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of a page that was never seen to do either before.
const NOT_AGAIN: &str = "closures of the view made both a task and a late view of Leptos: make one of them in the function of the page or of a component (the next request will succeed)";

/// What has become of a page.
pub(super) enum Made {
    Shell(Box<Shell>),
    /// Nothing is missing in it. It has been left for who answers, and what Leptos held for it has been let go of.
    Left,
    /// It has to be made again, with a new [`Rendering`]. Its loads are there, but for values that were taken out.
    Again,
}

/// A document in which nothing is missing, left for who answers.
#[derive(Default)]
pub(super) struct Left(Mutex<Option<Document>>);

impl Left {
    fn leave(&self, document: Document) {
        *self.document() = Some(document);
    }

    pub(super) fn take(&self) -> Option<Document> {
        self.document().take()
    }

    fn document(&self) -> MutexGuard<'_, Option<Document>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page in its shell, and what has been said about its response.
pub(super) struct Document {
    pub(super) shell: Box<Shell>,
    /// It is decided: nothing that is said from now on counts.
    pub(super) answer: Head,
    pub(super) scripts: Scripts,
    /// Whether nothing is missing in the text.
    pub(super) is_known: bool,
    /// Whether nothing is missing, and no task runs.
    pub(super) is_whole: bool,
}

impl Document {
    pub(super) fn new(shell: Box<Shell>, rendering: &Rendering, core: &RequestCore) -> Self {
        let is_known = rendering.is_whole(&shell);
        Self {
            shell,
            answer: Head::of_page(core.response_head(), rendering.response()),
            scripts: rendering.scripts().clone(),
            is_known,
            is_whole: is_known && !core.has_open_tasks(),
        }
    }
}

/// Makes a page, and gives back what Leptos holds for it.
///
/// When nothing is missing in the document, that is let go of here: a task of its own for it costs more. It is code of the page,
/// which may block; so the document is left before, where who answers finds it at the deadline, and a page whose cleanups have taken long gives
/// it back, as does one that comes while another does this.
pub(super) async fn make<S>(
    page: Arc<PageEntry<S>>,
    cx: Cx<S>,
    renderer: Box<Renderer>,
    mut owned: Owned,
    left: Arc<Left>,
) -> (Result<Made, PageError>, Owned)
where
    S: Clone + Send + Sync + 'static,
{
    let core = cx.core();
    let shell = match make_shell(&page, &cx, renderer).await {
        Ok(Made::Shell(shell)) => shell,
        made => return (made, owned),
    };
    let is_whole = |rendering: &Rendering| rendering.is_whole(&shell) && !core.has_open_tasks();
    if !owned.get().is_some_and(is_whole) {
        return (Ok(Made::Shell(shell)), owned);
    }
    let Some(going) = page.known.begin_going() else {
        return (Ok(Made::Shell(shell)), owned);
    };
    if let Some(rendering) = owned.take() {
        left.leave(Document {
            // A task that begins only now is one of a load that nobody waits for.
            is_whole: true,
            ..Document::new(shell, &rendering, core)
        });
        core.close(LoadOutcome::Cancelled);
        drop(rendering);
    }
    going.end();
    (Ok(Made::Left), owned)
}

/// Loads what the page and its layouts cannot do without, calls their functions, and renders what they give in the
/// shell.
async fn make_shell<S>(
    page: &PageEntry<S>,
    cx: &Cx<S>,
    renderer: Box<Renderer>,
) -> Result<Made, PageError>
where
    S: Clone + Send + Sync + 'static,
{
    if cx.request.admission.is_busy() {
        turn().await;
    }
    let deadline = cx.core().deadline();
    let recorder = cx.core().recorder().clone();
    let Prepared { layouts, body } = prepare(page, cx).await?;
    let said = cx.core().response_head().said();
    let request = cx.request.clone();
    // Its functions must not be called twice.
    let is_bound = move || request.tasks.get::<Tasks>().is_some();

    let answers = Answers::new(recorder.clone());
    let level = layouts.len();
    let body = match body.0 {
        Body::Call(call) => call,
        Body::Future(call) => {
            recorder.called();
            let view = renderer.contain(Box::pin(async move { call().await }));
            // Here and below: in a box, because most pages do not wait for that, and have no room for it.
            let view = Box::pin(within(deadline, view))
                .await
                .ok_or_else(PageError::late)?
                .map_err(|panic| failed(&panic))?;
            // It has run, so that its answer counts, whether or not a layout shows it.
            if let Err(error) = &view {
                drop(answers.view(level, Err(error.clone())));
            }
            Box::new(move || view)
        }
    };
    let of_page = answers.clone();
    let mut view: MakeView = Box::new(move || {
        recorder.called();
        of_page.view(level, body())
    });
    for (level, (layout, slot)) in layouts.into_iter().enumerate().rev() {
        slot.fill(view);
        let (layout, of_layout) = (layout.into_call(), answers.clone());
        view = Box::new(move || of_layout.view(level, layout()));
    }

    let (renderer, rendered) = match page.mode {
        PageMode::Async => {
            let rendered = renderer.render(view, &is_bound);
            (renderer, rendered)
        }
        PageMode::Sync => {
            let is_bound = is_bound.clone();
            let render = move || {
                let rendered = renderer.render(view, is_bound);
                (renderer, rendered)
            };
            let work = Work {
                name: page.name,
                deadline,
                token: cx.core().token(),
            };
            let rendered = Box::pin(cx.request.blocking.run(work, render));
            rendered.await.map_err(no_result)?
        }
    };
    let shell = match rendered.map_err(|panic| failed(&panic))? {
        Rendered::Shell(shell) => shell,
        Rendered::Again if is_bound() => {
            return Err(PageError::panicked_with(NOT_AGAIN.to_owned()));
        }
        Rendered::Again => {
            cx.core().response_head().take_back(said);
            return Ok(Made::Again);
        }
    };
    answers.decide()?;
    // What the functions have registered, and not run, starts now that they have answered with a view. On HEAD nothing
    // starts by itself.
    if !cx.is_head() {
        cx.core().page_returned();
        if let Some(tasks) = cx.request.tasks.get::<Tasks>() {
            tasks.begin();
        }
    }
    let shell = renderer.finish(shell, deadline).await;
    shell.map(Made::Shell).map_err(|panic| failed(&panic))
}

/// The calls of a page and its layouts, whose arguments are there.
struct Prepared {
    /// The outermost first, each with the place for what stands in it.
    layouts: Vec<(PageBody, Arc<Slot>)>,
    body: PageBody,
}

/// Runs the guards; then starts everything, and waits for it. Of several failures that of the outermost layout
/// counts.
async fn prepare<S>(page: &PageEntry<S>, cx: &Cx<S>) -> Result<Prepared, PageError>
where
    S: Clone + Send + Sync + 'static,
{
    let mut guards = Guards::new(cx.request.stubs.clone());
    for layout in page.layouts.iter() {
        (layout.guards)(&mut guards);
    }
    (page.guards)(&mut guards);
    if !guards.is_empty() {
        Box::pin(guards.run(cx)).await?;
    }

    for layout in page.layouts.iter() {
        (layout.start)(cx);
    }
    (page.start)(cx);
    if page.layouts.is_empty() {
        let body = (page.prepare)(cx.clone()).await?;
        return Ok(Prepared {
            layouts: Vec::new(),
            body,
        });
    }
    prepare_levels(page, cx).boxed().await
}

/// Waits for a page and its layouts.
async fn prepare_levels<S>(page: &PageEntry<S>, cx: &Cx<S>) -> Result<Prepared, PageError>
where
    S: Clone + Send + Sync + 'static,
{
    let mut slots = Vec::with_capacity(page.layouts.len());
    let mut levels: FuturesOrdered<BoxFuture<'static, Result<PageBody, PageError>>> =
        FuturesOrdered::new();
    for layout in page.layouts.iter() {
        let slot = Arc::<Slot>::default();
        levels.push_back((layout.prepare)(cx.with_children(slot.clone())));
        slots.push(slot);
    }
    let mut layouts = Vec::with_capacity(slots.len());
    levels.push_back((page.prepare)(cx.clone()));
    for slot in slots {
        match levels.next().await {
            Some(layout) => layouts.push((layout?, slot)),
            None => break,
        }
    }
    match levels.next().await {
        Some(body) => Ok(Prepared {
            layouts,
            body: body?,
        }),
        None => Err(PageError::late()),
    }
}

fn failed(panic: &Panic) -> PageError {
    if panic.is_late() {
        return PageError::late();
    }
    PageError::panicked_with(panic.to_string())
}

/// Why a synchronous page has not run to its end.
fn no_result(error: BlockingError) -> PageError {
    match error {
        BlockingError::NoTurn => PageError::no_turn(),
        BlockingError::Late => PageError::late(),
        BlockingError::Panicked => PageError::panicked(),
    }
}
