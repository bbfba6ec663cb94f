use super::{Resolvable, props::ErrorFn};
use crate::{
    error::{LoadError, error_details},
    page::StreamMode,
    render::{
        document::{begin_place, end_place},
        registry::{Answer, Job, Registry},
        scope::{PageContext, Panic, Scope, contain_here},
    },
};
use futures::{FutureExt as _, future::BoxFuture, stream::BoxStream};
use leptos::{
    attr::{
        Attribute,
        any_attribute::{AnyAttribute, IntoAnyAttribute as _},
    },
    prelude::{AnyView, IntoAny as _, use_context},
    tachys::{
        hydration::Cursor,
        ssr::StreamBuilder,
        view::{Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};
use std::sync::{Arc, Mutex, PoisonError};

/// A view that is made when it is needed.
pub(in crate::render) type ViewFn = Box<dyn FnOnce() -> AnyView + Send>;

/// What is shown while the data is being made, one after another.
pub(in crate::render) type Views = BoxStream<'static, ViewFn>;

/// What stands in a place that has no content.
pub(super) struct Texts<E> {
    pub(super) fallback: Option<ViewFn>,
    pub(super) progress: Option<Views>,
    pub(super) on_timeout: Option<ViewFn>,
    pub(super) on_error: Option<ErrorFn<E>>,
}

const LATE: &str = "This part did not arrive in time.";
const FAILED: &str = "This part could not be loaded.";

/// The view of `<Resolve>`: its content when the data is there, else a placeholder with a job for
/// the driver.
pub struct ResolveView {
    data: BoxFuture<'static, Answer>,
    name: &'static str,
    after_loads: bool,
    fallback: Option<ViewFn>,
    progress: Option<Views>,
    on_timeout: ViewFn,
    on_panic: ViewFn,
    /// Attributes that were spread onto the place.
    attrs: Vec<AnyAttribute>,
}

/// What stands in a place when it is rendered.
enum Placed {
    /// This view; when it panics, that one.
    Content(ViewFn, ViewFn),
    Placeholder(String),
}

/// What Leptos tells a view about the place where it stands. Attributes that were spread onto the
/// place go to whatever stands in it.
#[derive(Clone)]
pub(in crate::render) struct Place {
    escape: bool,
    mark_branches: bool,
    attrs: Vec<AnyAttribute>,
    order: StreamMode,
}

impl ResolveView {
    pub(super) fn new<D: Resolvable>(
        data: D,
        children: impl FnOnce(D::Value) -> AnyView + Send + 'static,
        texts: Texts<D::Error>,
    ) -> Self {
        let Texts {
            fallback,
            progress,
            on_timeout,
            on_error,
        } = texts;
        let on_error =
            on_error.unwrap_or_else(|| Box::new(|error| failed(D::describe(&error)).into_any()));
        // Whoever comes first takes it: an error of the data, or a panic in the view of the value.
        let on_error = Arc::new(Mutex::new(Some(on_error)));
        let error_view = move |error: LoadError<D::Error>| -> AnyView {
            let on_error = on_error
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            on_error.map_or_else(|| FAILED.into_any(), |on_error| on_error(error))
        };
        let on_panic = error_view.clone();
        let (name, after_loads) = (data.name(), data.after_loads());
        let data = data.resolve().map(move |result| match result {
            Ok(value) => Answer::View(Box::new(move || children(value))),
            // A task that a part registers when the time is over is as late.
            Err(LoadError::Closed) => Answer::Late,
            Err(error) if error.is_late() => Answer::Late,
            Err(error) => Answer::Failed(Box::new(move || error_view(error))),
        });
        Self {
            data: data.boxed(),
            name,
            after_loads,
            fallback,
            progress,
            on_timeout: on_timeout.unwrap_or_else(|| Box::new(|| LATE.into_any())),
            on_panic: Box::new(move || on_panic(LoadError::Panicked)),
            attrs: Vec::new(),
        }
    }

    /// What stands in the place now: the content, or the HTML of a placeholder whose job has been
    /// registered.
    fn place(mut self, place: &Place, page: Option<PageContext>) -> Placed {
        let late = match (&mut self.data).now_or_never() {
            Some(Answer::View(view)) => return Placed::Content(view, self.on_panic),
            Some(Answer::Failed(view)) => {
                if let Some(page) = page {
                    page.recorder.note_failed();
                }
                return Placed::Content(view, self.on_panic);
            }
            Some(Answer::Late) => true,
            None => false,
        };
        let registry = page.as_ref().and_then(|page| page.registry.upgrade());
        let scope = page.as_ref().and_then(|page| Scope::current(&page.shared));
        let id = registry.as_ref().and_then(|registry| registry.next_id());
        match (registry, scope, id) {
            (Some(registry), Some(scope), Some(id)) if !late => {
                Placed::Placeholder(self.register(id, &registry, scope, place))
            }
            // It is late, or nobody would ever fill the place: outside a page, as in a unit test, and
            // in a document that takes no more of them.
            _ => {
                if let Some(page) = page {
                    page.recorder.note_late();
                }
                Placed::Content(self.on_timeout, self.on_panic)
            }
        }
    }

    /// The same, as Leptos asks for it.
    fn placed(
        mut self,
        escape: bool,
        mark_branches: bool,
        mut attrs: Vec<AnyAttribute>,
    ) -> (Place, Placed) {
        attrs.append(&mut self.attrs);
        let page = use_context::<PageContext>();
        let order = page.as_ref().map(|page| page.order);
        let place = Place {
            escape,
            mark_branches,
            attrs,
            order: order.unwrap_or_default(),
        };
        let placed = self.place(&place, page);
        (place, placed)
    }

    fn register(self, id: u32, registry: &Registry, scope: Scope, place: &Place) -> String {
        let mut html = String::with_capacity(128);
        begin_place(id, &mut html);
        // In order the document waits for the content instead.
        if let Some(fallback) = self
            .fallback
            .filter(|_| place.order == StreamMode::OutOfOrder)
        {
            place.write(fallback(), &mut html, Position::NextChild);
        }
        end_place(id, &mut html);
        let mut late = String::new();
        place.write((self.on_timeout)(), &mut late, Position::FirstChild);
        registry.push(Job {
            id,
            name: self.name,
            scope,
            data: self.data,
            // Elsewhere nothing is shown before the content is.
            progress: self
                .progress
                .filter(|_| place.order == StreamMode::OutOfOrder),
            place: place.clone(),
            on_panic: self.on_panic,
            late,
            after_loads: self.after_loads,
        });
        html
    }
}

/// What stands in a place whose data failed, where the page says nothing itself. In development it says why.
fn failed(sources: Vec<String>) -> String {
    let shown = use_context::<PageContext>().is_some_and(|page| page.details.is_shown());
    match sources.as_slice() {
        [_, ..] if shown => format!("{FAILED} {}", error_details(&sources)),
        _ => FAILED.to_owned(),
    }
}

/// A panic that costs a place its content.
fn report(panic: &Panic) {
    if let Some(page) = use_context::<PageContext>() {
        page.recorder.note_panic();
    }
    tracing::error!(target: "punctual", %panic, "a view panicked");
}

impl Place {
    /// The HTML of a view at the beginning of this place, without what of it comes later.
    pub(in crate::render) fn html(&self, view: AnyView) -> String {
        let mut html = String::new();
        self.write(view, &mut html, Position::FirstChild);
        html
    }

    /// Gives the position behind it.
    fn write(&self, view: AnyView, html: &mut String, mut position: Position) -> Position {
        view.to_html_with_buf(
            html,
            &mut position,
            self.escape,
            self.mark_branches,
            self.attrs.clone(),
        );
        position
    }

    /// Renders a view into this place at once. A panic costs this place only, as in a part that comes
    /// later.
    fn fill(
        self,
        view: ViewFn,
        on_panic: ViewFn,
        builder: &mut StreamBuilder,
        position: &mut Position,
    ) {
        builder.next_id();
        let render = |view: ViewFn| {
            contain_here(|| {
                let mut inner = StreamBuilder::new(builder.child_id());
                let mut position = *position;
                self.clone().render(view(), &mut inner, &mut position);
                (inner, position)
            })
        };
        let rendered = render(view).or_else(|panic| {
            report(&panic);
            render(on_panic)
        });
        match rendered {
            Ok((inner, after)) => {
                builder.append(inner);
                *position = after;
            }
            Err(_) => builder.push_sync(FAILED),
        }
    }

    /// The same in Leptos' synchronous form.
    fn fill_now(self, view: ViewFn, on_panic: ViewFn, html: &mut String, position: &mut Position) {
        let before = html.len();
        let mut render = |view: ViewFn| {
            contain_here(|| self.write(view(), html, *position))
                .inspect_err(|_| html.truncate(before))
        };
        let rendered = render(view).or_else(|panic| {
            report(&panic);
            render(on_panic)
        });
        match rendered {
            Ok(after) => *position = after,
            Err(_) => html.push_str(FAILED),
        }
    }

    /// Renders a view into this place, asynchronous views of Leptos included.
    pub(in crate::render) fn render(
        self,
        view: AnyView,
        builder: &mut StreamBuilder,
        position: &mut Position,
    ) {
        let Self {
            escape,
            mark_branches,
            attrs,
            ..
        } = self;
        view.to_html_async_with_buf::<true>(builder, position, escape, mark_branches, attrs);
    }
}

impl Render for ResolveView {
    type State = ();

    fn build(self) {}

    fn rebuild(self, (): &mut ()) {}
}

impl AddAnyAttr for ResolveView {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(mut self, attr: A) -> Self {
        self.attrs.push(attr.into_cloneable_owned().into_any_attr());
        self
    }
}

impl RenderHtml for ResolveView {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    /// Leptos' synchronous form is used for subtrees that cannot wait, such as fallbacks, where late views of Leptos
    /// show their own fallback; and for pages in which there is none.
    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        let (place, placed) = self.placed(escape, mark_branches, attrs);
        match placed {
            Placed::Content(view, on_panic) => place.fill_now(view, on_panic, html, position),
            Placed::Placeholder(placeholder) => {
                html.push_str(&placeholder);
                *position = Position::NextChild;
            }
        }
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        builder: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        let (place, placed) = self.placed(escape, mark_branches, attrs);
        match placed {
            Placed::Content(view, on_panic) => place.fill(view, on_panic, builder, position),
            Placed::Placeholder(html) => {
                builder.push_sync(&html);
                *position = Position::NextChild;
            }
        }
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) {}

    fn into_owned(self) -> Self {
        self
    }
}
