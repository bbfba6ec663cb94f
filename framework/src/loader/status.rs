use super::{Loader, load::Load};
use crate::{context::Cx, error::PageError};
use futures::{FutureExt as _, future::BoxFuture};
use rustc_hash::FxHashSet;
use std::any::TypeId;

/// The dependencies of a deferred loader whose errors may decide the status of the page. They are
/// waited for before the first byte, because afterwards the status is gone.
#[derive(Default)]
pub struct Statuses {
    seen: FxHashSet<TypeId>,
    found: Vec<BoxFuture<'static, Result<(), PageError>>>,
}

impl Statuses {
    /// Looks at the dependencies of `L`.
    pub(crate) fn of<S, L>(cx: &Cx<S>) -> Self
    where
        S: Send + Sync + 'static,
        L: Loader<S>,
    {
        let mut statuses = Self::default();
        if L::STATUS {
            L::statuses(cx, &mut statuses);
        }
        statuses
    }

    /// Notes the loader itself and looks at its dependencies, each once.
    pub(crate) fn visit<S, L>(&mut self, cx: &Cx<S>)
    where
        S: Send + Sync + 'static,
        L: Loader<S>,
    {
        if !L::STATUS || !self.seen.insert(TypeId::of::<L>()) {
            return;
        }
        L::statuses(cx, self);
        if L::OWN_STATUS {
            let load: Load<L> = cx.load::<L>();
            self.found.push(
                async move {
                    match load.result().await {
                        Ok(_) => Ok(()),
                        Err(error) => Err(PageError::of_load(&error, L::page_error)),
                    }
                }
                .boxed(),
            );
        }
    }

    pub(crate) async fn check(self) -> Result<(), PageError> {
        for status in self.found {
            status.await?;
        }
        Ok(())
    }
}
