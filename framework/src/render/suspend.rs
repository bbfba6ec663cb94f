use super::scope::PageContext;
use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::use_context,
    tachys::{
        hydration::Cursor,
        reactive_graph::Suspend as LeptosSuspend,
        ssr::StreamBuilder,
        view::{Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};

/// A future in a view: that of Leptos, which says of itself that it is there.
///
/// It is in the prelude under the name that it has in Leptos'. A page in which nothing waits is rendered in a shorter way, in which a
/// future that is not ready would not be shown; a page with this one is not. Leptos' own is as good inside of a `<Suspense>`. Outside of
/// one it is noticed only if it was not ready when the page was shown for the first time.
///
/// ```
/// use punctual::prelude::*;
///
/// #[page(async, path = "/now")]
/// fn NowPage() -> impl IntoView {
///     view! { <p>{Suspend::new(async { "Good morning" })}</p> }
/// }
/// # let _ = Site::builder().pages(pages![NowPage]).build();
/// ```
pub struct Suspend<T>(LeptosSuspend<T>);

impl<T> Suspend<T> {
    /// The value of the future, in its place.
    pub fn new<Fut>(future: Fut) -> Self
    where
        Fut: IntoFuture<Output = T>,
        Fut::IntoFuture: Send + 'static,
    {
        if let Some(page) = use_context::<PageContext>() {
            page.shared.note_late();
        }
        Self(LeptosSuspend::new(future))
    }
}

impl<T> std::fmt::Debug for Suspend<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Suspend").finish_non_exhaustive()
    }
}

impl<T: Render + 'static> Render for Suspend<T> {
    type State = <LeptosSuspend<T> as Render>::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<T: Send + AddAnyAttr + 'static> AddAnyAttr for Suspend<T> {
    type Output<A: Attribute> = <LeptosSuspend<T> as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attr: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        self.0.add_any_attr(attr)
    }
}

impl<T: RenderHtml + 'static> RenderHtml for Suspend<T> {
    type AsyncOutput = <LeptosSuspend<T> as RenderHtml>::AsyncOutput;
    type Owned = Self;
    const MIN_LENGTH: usize = T::MIN_LENGTH;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    fn resolve(self) -> impl Future<Output = Self::AsyncOutput> + Send {
        self.0.resolve()
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        self.0
            .to_html_with_buf(html, position, escape, mark_branches, attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        builder: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        self.0.to_html_async_with_buf::<OUT_OF_ORDER>(
            builder,
            position,
            escape,
            mark_branches,
            attrs,
        );
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}
