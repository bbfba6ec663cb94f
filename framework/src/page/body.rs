use crate::{erased::erase, error::PageError};
use futures::{FutureExt as _, future::BoxFuture};
use leptos::prelude::{AnyView, IntoView};
use std::fmt;

/// What a page or layout function may return: anything that is a view to Leptos, or a `Result` of one and a
/// [`PageError`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "pages and layouts return views",
    note = "write `-> impl IntoView` and return `view! {{ .. }}`",
    note = "one that may answer with a status or a redirect returns `Result<impl IntoView, PageError>`"
)]
pub trait PageView: Sized + 'static {
    /// The view, without its type.
    #[doc(hidden)]
    fn into_page_view(self) -> Result<AnyView, PageError>;
}

#[diagnostic::do_not_recommend]
impl<V: IntoView + 'static> PageView for V {
    fn into_page_view(self) -> Result<AnyView, PageError> {
        Ok(erase(self))
    }
}

/// What a function has returned. The expansion of the macros asks it with `.answer()`, which is a view as it is, and
/// of a `Result` with a [`PageError`] an [`Answer`]: the inherent function is found before that of the
/// trait.
#[derive(Debug)]
pub struct Returned<T>(pub T);

impl<V> Returned<Result<V, PageError>> {
    // The bound stands here and not above, so that it has no say in which function is found.
    #[doc(hidden)]
    #[must_use]
    pub fn answer(self) -> Answer
    where
        V: PageView,
    {
        Answer(self.0.and_then(PageView::into_page_view))
    }
}

/// The answer for everything that is no `Result` with a [`PageError`].
pub trait NoAnswer<T> {
    /// What was returned.
    fn answer(self) -> T;
}

impl<T> NoAnswer<T> for Returned<T> {
    fn answer(self) -> T {
        self.0
    }
}

/// A view, or what is answered in its place.
pub struct Answer(Result<AnyView, PageError>);

#[diagnostic::do_not_recommend]
impl PageView for Answer {
    fn into_page_view(self) -> Result<AnyView, PageError> {
        self.0
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(_) => f.write_str("Answer(view)"),
            Err(error) => f.debug_tuple("Answer").field(error).finish(),
        }
    }
}

/// The call of a page or layout function whose arguments are there.
pub struct PageBody(pub(crate) Body);

pub(crate) type Called = Result<AnyView, PageError>;
pub(crate) type Call = Box<dyn FnOnce() -> Called + Send>;
pub(crate) type AsyncCall = Box<dyn FnOnce() -> BoxFuture<'static, Called> + Send>;

pub(crate) enum Body {
    Call(Call),
    Future(AsyncCall),
}

impl PageBody {
    /// A page that is a plain function.
    pub fn call<V: PageView>(f: impl FnOnce() -> V + Send + 'static) -> Self {
        Self(Body::Call(Box::new(move || f().into_page_view())))
    }

    /// A page that is an `async fn`. `answer` is a function of its own, so that an error about the future is
    /// about that of the page.
    pub fn future<F, V>(
        f: impl FnOnce() -> F + Send + 'static,
        answer: impl FnOnce(F::Output) -> V + Send + 'static,
    ) -> Self
    where
        F: Future + Send + 'static,
        V: PageView,
    {
        Self(Body::Future(Box::new(move || {
            f().map(|returned| answer(returned).into_page_view())
                .boxed()
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
