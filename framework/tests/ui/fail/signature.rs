//! Functions that can be no page or no loader.

use punctual::prelude::*;

#[loader]
fn not_async() -> Result<u8, PageError> {
    Ok(1)
}

#[loader]
async fn no_result() {}

#[loader]
async fn unnamed_result() -> Result<impl std::fmt::Debug, PageError> {
    Ok(1)
}

#[loader]
async fn generic<'a, T, const N: usize>(_: Query<T>) -> Result<&'a [u8; N], PageError> {
    Err(PageError::not_found())
}

#[loader]
async fn any_argument(_: impl Send) -> Result<u8, PageError> {
    Ok(1)
}

#[loader]
async fn borrowed(_: &str, _: &[u8], _: Path<&str>, _: std::borrow::Cow<'_, str>) -> Result<u8, PageError> {
    Ok(1)
}

#[loader]
async unsafe fn dangerous() -> Result<u8, PageError> {
    Ok(1)
}

#[loader]
async extern "C" fn foreign() -> Result<u8, PageError> {
    Ok(1)
}

#[loader]
async fn sometimes(#[cfg(all())] _: Cancel) -> Result<u8, PageError> {
    Ok(1)
}

#[page(path = "/a")]
fn NoViewPage() {}

#[page(path = "/b")]
async fn AsyncPage() -> impl IntoView {}

#[page(path = "/c")]
const fn ConstPage() -> &'static str {
    ""
}

#[page(async, path = "/d")]
unsafe extern "C" fn GenericPage<T>(_: Query<T>, _: &'static str, _: &mut String) -> impl IntoView {}

struct Catalog;

impl Catalog {
    #[loader]
    async fn method(&self, _: Cancel) -> Result<u8, PageError> {
        Ok(1)
    }

    #[page(path = "/e")]
    fn MethodPage(self) -> impl IntoView {}
}

// Whatever is wrong above, its names and types can be used.
#[page(async, path = "/f")]
fn UserPage(
    not_async: Loaded<not_async>,
    no_result: Deferred<no_result>,
    any_argument: LoadResult<any_argument>,
    sometimes: Loaded<sometimes>,
) -> impl IntoView {
    let _: (&u8, &u8) = (&not_async, &sometimes);
    let _ = (no_result, any_argument);
}

fn main() {
    let _ = Site::builder().pages(pages![NoViewPage, AsyncPage, ConstPage, GenericPage, UserPage]);
}
