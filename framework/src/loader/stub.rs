use super::{LoadResult, Loaded, LoaderInfo};
use crate::{config::Stubs, error::LoadError};
use futures::{FutureExt as _, future::BoxFuture};
use std::{any::TypeId, sync::Arc, time::Duration};

pub(super) type StubFn<L> = Arc<dyn Stub<L>>;

/// What stands in for a loader in a test: a function that gives a future of the loader's result, or
/// one of the fakes of the test kit (`punctual::testing::Fake`).
///
/// It runs as the loader would: once per request, in a task of its own, with the loader's limit.
/// The loader's own arguments, dependencies among them, are not collected.
#[diagnostic::on_unimplemented(
    message = "this cannot stand in for the loader `{L}`",
    note = "write a function or closure without arguments that gives a future of the loader's `Result`: `|| async {{ Ok(..) }}`",
    note = "or one of the fakes of `punctual::testing`: `Fake::value(..)`"
)]
pub trait Stub<L: LoaderInfo>: Send + Sync + 'static {
    /// Begins to stand in for a run of the loader.
    #[doc(hidden)]
    fn run(&self) -> StubRun<L>;

    /// Whether nothing of the loader runs, so that what it needs is not asked for.
    #[doc(hidden)]
    fn replaces(&self) -> bool {
        true
    }
}

/// What happens in place of a run of a loader.
pub enum StubRun<L: LoaderInfo> {
    /// This, and nothing of the loader.
    Instead(BoxFuture<'static, LoadResult<L>>),
    /// The loader itself runs, its body that much later.
    Original {
        /// How much.
        after: Duration,
    },
}

impl<L, F, Fut> Stub<L> for F
where
    L: LoaderInfo,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<L::Output, L::Error>> + Send + 'static,
{
    fn run(&self) -> StubRun<L> {
        let result = self().map(|result| match result {
            Ok(value) => Ok(Loaded::new(value)),
            Err(error) => Err(LoadError::Failed(Arc::new(error))),
        });
        StubRun::Instead(result.boxed())
    }
}

pub(crate) fn insert<L: LoaderInfo>(stubs: &mut Stubs, stub: impl Stub<L>) {
    let stub: StubFn<L> = Arc::new(stub);
    stubs.insert(TypeId::of::<L>(), Box::new(stub));
}

pub(super) fn find<L: LoaderInfo>(stubs: &Stubs) -> Option<StubFn<L>> {
    stubs
        .get(&TypeId::of::<L>())?
        .downcast_ref::<StubFn<L>>()
        .cloned()
}

/// Whether something stands in for all of the loader.
pub(super) fn replaces<L: LoaderInfo>(stubs: &Stubs) -> bool {
    find::<L>(stubs).is_some_and(|stub| stub.replaces())
}
