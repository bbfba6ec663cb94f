//! A loader is an `async fn`, or a plain one with `blocking`.

use punctual::prelude::*;

#[loader(blocking)]
async fn both() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(timeout = "1s")]
fn neither() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(blocking = true)]
fn with_value() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(blocking = false)]
async fn without() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(bloking, timeout = "1s", blocking)]
fn misspelt() -> Result<u8, PageError> {
    Ok(1)
}

#[loader(blocking)]
fn borrowed(_: &str, _: u32) -> Result<u8, PageError> {
    Ok(1)
}

#[loader(blocking)]
fn no_result() -> u8 {
    1
}

#[loader(blocking)]
unsafe fn dangerous<T>(_: Path<T>) -> Result<u8, PageError> {
    Ok(1)
}

#[loader(blocking)]
const fn constant() -> Result<u8, PageError> {
    Ok(1)
}

struct Catalog;

impl Catalog {
    #[loader(blocking)]
    fn method(&self) -> Result<u8, PageError> {
        Ok(1)
    }
}

#[page(blocking, path = "/")]
fn BlockingPage() -> impl IntoView {}

// Whatever is wrong above, its names and types can be used.
#[page(async, path = "/user")]
fn UserPage(
    both: Loaded<both>,
    neither: Loaded<neither>,
    without: Loaded<without>,
    misspelt: LoadResult<misspelt>,
) -> impl IntoView {
    let _: (&u8, &u8, &u8) = (&both, &neither, &without);
    let _ = misspelt;
}

fn main() {
    let _ = Site::builder().pages(pages![BlockingPage, UserPage]);
    let _ = (with_value(), no_result());
}
