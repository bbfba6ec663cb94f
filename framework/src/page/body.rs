use futures::{FutureExt as _, future::BoxFuture};
use leptos::prelude::{AnyView, IntoAny as _, IntoView};
use std::fmt;

/// What a page function may return: anything that is a view to Leptos.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "a page returns a view",
    note = "write `-> impl IntoView` and return `view! {{ .. }}`",
    note = "a status or a redirect comes from a loader whose error is a `PageError`"
)]
pub trait PageView: Sized + 'static {
    /// The view, without its type.
    #[doc(hidden)]
    fn into_page_view(self) -> AnyView;
}

#[diagnostic::do_not_recommend]
impl<V: IntoView + 'static> PageView for V {
    fn into_page_view(self) -> AnyView {
        self.into_any()
    }
}

/// The call of a page function whose arguments are there.
pub struct PageBody(pub(crate) Body);

pub(crate) type Call = Box<dyn FnOnce() -> AnyView + Send>;
pub(crate) type AsyncCall = Box<dyn FnOnce() -> BoxFuture<'static, AnyView> + Send>;

pub(crate) enum Body {
    Call(Call),
    Future(AsyncCall),
}

impl PageBody {
    /// A page that is a plain function.
    pub fn call<V: PageView>(f: impl FnOnce() -> V + Send + 'static) -> Self {
        Self(Body::Call(Box::new(move || f().into_page_view())))
    }

    /// A page that is an `async fn`.
    pub fn future<V, F>(f: impl FnOnce() -> F + Send + 'static) -> Self
    where
        V: PageView,
        F: Future<Output = V> + Send + 'static,
    {
        Self(Body::Future(Box::new(move || {
            f().map(PageView::into_page_view).boxed()
        })))
    }
}

impl fmt::Debug for PageBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Body::Call(_) => "PageBody::Call",
            Body::Future(_) => "PageBody::Future",
        })
    }
}
