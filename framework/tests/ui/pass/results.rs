//! Pages and layouts that return a `Result`.

use punctual::prelude::*;

type Fallible<T> = Result<T, PageError>;

#[page(path = "/synchronous")]
fn SyncPage() -> Result<impl IntoView, PageError> {
    Ok("a view")
}

#[page(async, path = "/plain/{id}")]
fn PlainPage(Path(id): Path<u32>) -> Result<impl IntoView, PageError> {
    if id == 0 {
        return Err(PageError::not_found());
    }
    Ok(view! { <p>{id}</p> })
}

#[page(async, path = "/awaiting")]
async fn AwaitingPage(_: Cancel) -> Result<impl IntoView, PageError> {
    std::future::ready(Ok("a view")).await
}

#[page(async, path = "/alias")]
async fn AliasPage() -> Fallible<&'static str> {
    Ok("a view")
}

mod aliases {
    pub(super) use super::Fallible as Option;
}

#[page(path = "/renamed")]
fn RenamedPage() -> aliases::Option<Option<AnyView>> {
    Err(PageError::not_found())
}

#[page(async, path = "/nothing")]
fn NothingPage() -> Result<(), PageError> {
    let _: u32 = "1".parse()?;
    Ok(())
}

/// For Leptos, which knows what an error is.
#[page(async, path = "/leptos")]
fn LeptosPage() -> Result<impl IntoView, std::num::ParseIntError> {
    "1".parse::<u32>()
}

/// The `Result` is hidden: it is a view for Leptos.
#[page(async, path = "/opaque")]
async fn OpaquePage() -> impl IntoView {
    "1".parse::<u32>()
}

#[layout]
fn Frame(children: Children) -> Fallible<impl IntoView> {
    Ok(children())
}

#[layout(layout = Frame)]
fn Account(children: Children) -> Result<AnyView, PageError> {
    Ok(children())
}

#[page(async, path = "/inside", layout = Account)]
async fn InsidePage() -> Fallible<impl IntoView> {
    Ok(())
}

fn main() {
    let _ = Site::builder()
        .pages(pages![SyncPage, PlainPage, AwaitingPage, AliasPage, RenamedPage])
        .pages(pages![NothingPage, LeptosPage, OpaquePage, InsidePage])
        .build();
}
