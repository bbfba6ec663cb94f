//! From a request to a document: guards, loads, the functions of layouts and page, the shell.

use super::answers::Answers;
use crate::{
    blocking::{BlockingError, Work},
    context::{Cx, MakeView, Slot},
    deadline::within,
    error::PageError,
    loader::Guards,
    page::{Body, PageBody, PageEntry, PageMode},
    render::{Panic, Renderer, Shell},
    tasks::Tasks,
};
use futures::{StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use std::sync::Arc;

/// Loads what the page and its layouts cannot do without, calls their functions, and renders what they give in the
/// shell.
pub(super) async fn make<S>(
    page: PageEntry<S>,
    cx: Cx<S>,
    renderer: Renderer,
) -> Result<Shell, PageError>
where
    S: Clone + Send + Sync + 'static,
{
    let deadline = cx.core().deadline();
    let (token, blocking) = (cx.core().token(), cx.request.blocking.clone());
    let recorder = cx.core().recorder().clone();
    let Prepared { layouts, body } = prepare(&page, &cx).await?;

    let answers = Answers::new(recorder.clone());
    let level = layouts.len();
    let body = match body.0 {
        Body::Call(call) => call,
        Body::Future(call) => {
            recorder.called();
            let view = renderer.contain(Box::pin(async move { call().await }));
            let view = within(deadline, view)
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

    let (renderer, shell) = match page.mode {
        PageMode::Async => {
            let shell = renderer.render(view);
            (renderer, shell)
        }
        PageMode::Sync => {
            let render = move || {
                let shell = renderer.render(view);
                (renderer, shell)
            };
            let work = Work {
                name: page.name,
                deadline,
                token,
            };
            blocking.run(work, render).await.map_err(no_result)?
        }
    };
    let shell = shell.map_err(|panic| failed(&panic))?;
    answers.decide()?;
    // What the functions have registered, and not run, starts now that they have answered with a view. On HEAD nothing
    // starts by itself.
    if !cx.is_head() {
        cx.core().page_returned();
        if let Some(tasks) = cx.request.tasks.get::<Tasks>() {
            tasks.begin();
        }
    }
    renderer
        .finish(shell, deadline)
        .await
        .map_err(|panic| failed(&panic))
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
    guards.run(cx).await?;

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
