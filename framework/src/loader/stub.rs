use super::LoaderInfo;
use crate::config::Stubs;
use futures::{FutureExt as _, future::BoxFuture};
use std::{any::TypeId, sync::Arc};

type StubFn<L> = Arc<
    dyn Fn() -> BoxFuture<'static, Result<<L as LoaderInfo>::Output, <L as LoaderInfo>::Error>>
        + Send
        + Sync,
>;

/// What stands in for a loader in a test: a function that gives a future of the loader's result.
///
/// It runs as the loader would: once per request, in a task of its own, with the loader's limit.
/// The loader's own arguments, dependencies among them, are not collected.
#[diagnostic::on_unimplemented(
    message = "this cannot stand in for the loader `{L}`",
    note = "write a function or closure without arguments that gives a future of the loader's `Result`: `|| async {{ Ok(..) }}`"
)]
pub trait Stub<L: LoaderInfo>: Send + Sync + 'static {
    /// Runs it once.
    fn run(&self) -> BoxFuture<'static, Result<L::Output, L::Error>>;
}

impl<L, F, Fut> Stub<L> for F
where
    L: LoaderInfo,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<L::Output, L::Error>> + Send + 'static,
{
    fn run(&self) -> BoxFuture<'static, Result<L::Output, L::Error>> {
        self().boxed()
    }
}

pub(crate) fn insert<L: LoaderInfo>(stubs: &mut Stubs, stub: impl Stub<L>) {
    let stub: StubFn<L> = Arc::new(move || stub.run());
    stubs.insert(TypeId::of::<L>(), Box::new(stub));
}

pub(super) fn find<L: LoaderInfo>(stubs: &Stubs) -> Option<StubFn<L>> {
    stubs
        .get(&TypeId::of::<L>())?
        .downcast_ref::<StubFn<L>>()
        .cloned()
}
