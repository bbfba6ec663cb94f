//! Views without their type, as they are.

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::{AnyView, IntoAny as _, IntoView},
    tachys::{
        hydration::Cursor,
        ssr::StreamBuilder,
        view::{Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};

/// A view that Leptos keeps as it is when it takes its type away.
///
/// `into_any` makes every view own what is in it, so that each text and each attribute is copied to the heap. That is
/// for views which borrow; those of pages and parts live for ever.
struct AsIs<V, B = ()>(V, B);

/// Takes the type of a view away.
pub(crate) fn erase<V: IntoView + 'static>(view: V) -> AnyView {
    AsIs(view, ()).into_any()
}

/// The same, for a view before which something is done when it is written.
pub(crate) fn erase_with<V: IntoView + 'static>(view: V, before: impl Before) -> AnyView {
    AsIs(view, before).into_any()
}

/// What is done with the text in front of a view.
pub(crate) trait Before: Send + 'static {
    fn before(&self, html: &mut String);
}

impl Before for () {
    fn before(&self, _: &mut String) {}
}

impl<V: IntoView + 'static, B: Before> Render for AsIs<V, B> {
    type State = V::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: IntoView + 'static, B: Before> AddAnyAttr for AsIs<V, B> {
    type Output<A: Attribute> = V::Output<A>;

    fn add_any_attr<A: Attribute>(self, attr: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        self.0.add_any_attr(attr)
    }
}

impl<V: IntoView + 'static, B: Before> RenderHtml for AsIs<V, B> {
    type AsyncOutput = V::AsyncOutput;
    type Owned = Self;
    const MIN_LENGTH: usize = V::MIN_LENGTH;
    const EXISTS: bool = V::EXISTS;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    fn resolve(self) -> impl Future<Output = Self::AsyncOutput> + Send {
        self.0.resolve()
    }

    fn html_len(&self) -> usize {
        self.0.html_len()
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        self.1.before(html);
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
        builder.with_buf(|html| self.1.before(html));
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
