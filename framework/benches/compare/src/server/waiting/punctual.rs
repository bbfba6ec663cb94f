//! Pages of Punctual: with `Deferred`, and synchronous ones.

use super::views::{HeadView, MissingView, SectionView, VisitorView, WaitingView, call_of};
use punctual::{block_on, prelude::*};
use punctual_load::{Catalog, CatalogError, catalog::Call};

/// Loaders that call the catalog for a section.
macro_rules! sections {
    ($($loader:ident $section:literal),*) => {
        $(
            #[loader]
            async fn $loader(Query(call): Query<Call>, State(catalog): State<Catalog>) -> Result<u64, CatalogError> {
                catalog.wait(call_of($section, call)).await
            }
        )*
    };
}

sections!(widgets 0, products 1, gizmos 2);

#[page(async, path = "/one")]
fn OnePage(Query(call): Query<Call>, widgets: Deferred<widgets>) -> impl IntoView {
    view! {
        <VisitorView number=call.number/>
        <Resolve data=widgets fallback=|| view! { <WaitingView section=0/> } let:answer>
            <SectionView section=0 answer=*answer/>
        </Resolve>
    }
}

#[page(async, path = "/three")]
fn ThreePage(
    Query(call): Query<Call>,
    widgets: Deferred<widgets>,
    products: Deferred<products>,
    gizmos: Deferred<gizmos>,
) -> impl IntoView {
    view! {
        <VisitorView number=call.number/>
        <Resolve data=widgets fallback=|| view! { <WaitingView section=0/> } let:answer>
            <SectionView section=0 answer=*answer/>
        </Resolve>
        <Resolve data=products fallback=|| view! { <WaitingView section=1/> } let:answer>
            <SectionView section=1 answer=*answer/>
        </Resolve>
        <Resolve data=gizmos fallback=|| view! { <WaitingView section=2/> } let:answer>
            <SectionView section=2 answer=*answer/>
        </Resolve>
    }
}

#[page(path = "/one-synchronous")]
fn OneSynchronousPage(Query(call): Query<Call>, State(catalog): State<Catalog>) -> impl IntoView {
    synchronous(1, call, catalog)
}

#[page(path = "/three-synchronous")]
fn ThreeSynchronousPage(Query(call): Query<Call>, State(catalog): State<Catalog>) -> impl IntoView {
    synchronous(3, call, catalog)
}

/// One call after another, on the thread of the page.
fn synchronous(sections: usize, call: Call, catalog: Catalog) -> impl IntoView {
    let section = |section| match block_on(catalog.wait(call_of(section, call))) {
        Ok(answer) => view! { <SectionView section answer/> }.into_any(),
        Err(_) => view! { <MissingView section/> }.into_any(),
    };
    let shown: Vec<_> = (0..sections).map(section).collect();
    view! { <VisitorView number=call.number/>{shown} }
}

pub(super) fn builder(catalog: Catalog) -> punctual::SiteBuilder<Catalog> {
    Site::builder().state(catalog).shell(shell).pages(pages![
        OnePage,
        ThreePage,
        OneSynchronousPage,
        ThreeSynchronousPage
    ])
}

fn shell(page: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <HeadView/>
            </head>
            <body>
                <main>{page}</main>
            </body>
        </html>
    }
}
