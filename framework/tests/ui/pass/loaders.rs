//! Every form of a loader, and every argument of loaders and pages.

use axum::extract::FromRef;
use axum::http::{HeaderMap, Method, Uri};
use punctual::prelude::*;
use std::collections::HashMap;
use std::convert::Infallible;

#[derive(Clone)]
pub struct Catalog;

#[derive(Clone)]
pub struct AppState {
    catalog: Catalog,
}

impl FromRef<AppState> for Catalog {
    fn from_ref(state: &AppState) -> Self {
        state.catalog.clone()
    }
}

#[derive(Debug)]
pub struct CatalogError;

impl std::fmt::Display for CatalogError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the catalog is away")
    }
}

impl std::error::Error for CatalogError {}

#[derive(Debug)]
pub struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("gone")
    }
}

impl std::error::Error for Gone {}

impl Respond for Gone {
    fn respond(&self) -> PageError {
        PageError::not_found()
    }
}

/// No arguments, a plain error.
#[loader]
pub async fn number() -> Result<u8, CatalogError> {
    Ok(1)
}

/// A limit of its own.
#[loader(timeout = "600ms")]
pub async fn gizmos(State(catalog): State<Catalog>) -> Result<Vec<String>, CatalogError> {
    let _ = catalog;
    Ok(Vec::new())
}

/// An error that decides the status.
#[loader()]
pub async fn product(Path(id): Path<u32>) -> Result<String, PageError> {
    match id {
        0 => Err(PageError::not_found()),
        _ => Ok(id.to_string().parse()?),
    }
}

/// An error that knows its status, and one that cannot happen.
#[loader]
pub async fn gone() -> Result<u8, Gone> {
    Err(Gone)
}

#[loader]
pub async fn certain() -> Result<u8, Infallible> {
    Ok(1)
}

/// On the blocking threads, with values and errors of all kinds.
#[loader(blocking)]
pub fn file() -> Result<Vec<u8>, std::io::Error> {
    std::fs::read("/no/such/file")
}

#[loader(blocking, timeout = "1s")]
pub fn report(State(catalog): State<Catalog>, mut file: LoadResult<file>) -> Fallible<usize> {
    let _ = catalog;
    file = file.clone();
    Ok(file.map_or(0, |file| file.len()))
}

#[loader(timeout = "300ms", blocking,)]
pub fn asked(
    Path(id): Path<u32>,
    Word2 { word }: Word2,
    report: Word3,
    cancel: Cancel,
    deadline: Deadline,
    recorder: Recorder,
    context: RequestContext<AppState>,
) -> Result<usize, PageError> {
    let _ = (cancel, deadline, recorder);
    if id == 0 {
        return Err(PageError::not_found());
    }
    let number = punctual::block_on(context.loaded::<number>())?;
    Ok(word.len() + *report + usize::from(*number))
}

type Word3 = Loaded<report>;

type Fallible<T> = Result<T, CatalogError>;
type Word = Loaded<number>;

/// Every argument, aliases and patterns of all kinds among them.
#[loader]
pub async fn everything(
    number: Loaded<number>,
    Word2 { word: _ }: Word2,
    mut again: Word,
    product: LoadResult<product>,
    _: Loaded<gizmos>,
    (method, uri): (Method, Uri),
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
    id: Option<Path<u32>>,
    cancel: Cancel,
    deadline: Deadline,
    recorder: Recorder,
    State(AppState { catalog: _ }): State<AppState>,
) -> Fallible<usize> {
    again = again.clone();
    let _ = (method, uri, headers, id, cancel, deadline, recorder);
    Ok(usize::from(*number + *again) + query.len() + product.map_or(0, |product| product.len()))
}

/// An extractor of the user's own.
pub struct Word2 {
    pub word: &'static str,
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Word2 {
    type Rejection = Infallible;

    async fn from_request_parts(
        _: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Infallible> {
        Ok(Self { word: "word" })
    }
}

#[page(async, path = "/{id}")]
pub fn EverythingPage(
    everything: Loaded<everything>,
    product: LoadResult<product>,
    gizmos: Deferred<gizmos>,
    gone: Deferred<gone>,
    Path(id): Path<u32>,
    _: Cancel,
    mut number: Loaded<certain>,
    recorder: Recorder,
    asked: Loaded<asked>,
    report: Deferred<report>,
    file: LoadResult<file>,
) -> impl IntoView {
    number = number.clone();
    let _ = (everything, product, gizmos, gone, recorder, number, id);
    let _ = (asked, report, file);
}

fn main() {
    let state = AppState { catalog: Catalog };
    let _ = Site::builder().state(state).pages(pages![EverythingPage]);
    // A loader is still a function.
    drop(gizmos(State(Catalog)));
    assert!(file().is_err());
}
