//! Where an island begins: a comment in its HTML, by which the browser finds the data that belong to it.

use leptos::{
    prelude::use_context,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        view::{Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};
use std::{fmt::Write as _, sync::Arc};

/// What the server knows of the island that is being made. It is a Leptos context there, and nothing in the browser.
#[derive(Clone)]
pub struct IslandScope(Arc<dyn Fn() -> Option<u32> + Send + Sync>);

impl IslandScope {
    /// `number` is asked when the island has been made: it gives a number if data will follow for it.
    pub fn new(number: impl Fn() -> Option<u32> + Send + Sync + 'static) -> Self {
        Self(Arc::new(number))
    }
}

/// The view of an island, behind its mark.
pub type Marked<V> = (Mark, V);

/// Makes the view of an island, and the mark for it.
pub fn marked<V>(view: impl FnOnce() -> V) -> Marked<V> {
    let view = view();
    let number = use_context::<IslandScope>().and_then(|scope| (scope.0)());
    (Mark(number), view)
}

/// A comment. It takes the place of a view in which nothing stands, which is a comment as well.
pub struct Mark(Option<u32>);

impl Render for Mark {
    type State = <() as Render>::State;

    fn build(self) -> Self::State {
        Render::build(())
    }

    fn rebuild(self, state: &mut Self::State) {
        Render::rebuild((), state);
    }
}

impl AddAnyAttr for Mark {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _attribute: A) -> Self {
        self
    }
}

impl RenderHtml for Mark {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = <() as RenderHtml>::MIN_LENGTH;
    const EXISTS: bool = false;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        match self.0 {
            Some(number) if escape => {
                let _ = write!(buf, "<!--i:{number}-->");
                *position = Position::NextChild;
            }
            _ => {
                RenderHtml::to_html_with_buf((), buf, position, escape, mark_branches, extra_attrs);
            }
        }
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> Self::State {
        RenderHtml::hydrate::<FROM_SERVER>((), cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}
