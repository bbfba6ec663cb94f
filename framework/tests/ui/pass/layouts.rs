//! Every form of a layout, and of a page with one.

use punctual::prelude::*;
use punctual::{LayoutInfo, PageSet};
use std::fmt::Error;

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

#[loader]
pub async fn orders() -> Result<u32, Error> {
    Ok(1)
}

/// Nothing but the place, for any state.
#[layout]
pub fn Frame(children: Children) -> impl IntoView {
    view! { <main>{children()}</main> }
}

#[layout()]
fn Concrete(place: Box<dyn FnOnce() -> AnyView + Send>) -> AnyView {
    place()
}

/// With arguments of all kinds, before and after the place.
#[layout(layout = Frame)]
pub fn Account(
    orders: Loaded<orders>,
    again: LoadResult<orders>,
    later: Deferred<orders>,
    mut children: Place,
    State(Catalog): State<Catalog>,
    id: Option<Path<u32>>,
    _: Cancel,
    deadline: Deadline,
    recorder: Recorder,
    context: RequestContext<AppState>,
    tasks: Tasks,
) -> impl IntoView {
    let _ = (again, id, deadline, recorder, context, tasks);
    let before = children;
    children = Box::new(before);
    view! {
        <p>{*orders}</p>
        <Resolve data=later let:later><p>{*later}</p></Resolve>
        {children()}
    }
}

type Place = Children;
type Frames = Frame;

pub mod shop {
    use super::{Place, orders};
    use punctual::prelude::*;

    #[layout(layout = super::Account)]
    pub(super) fn Deep(place: Place, orders: LoadResult<orders>) -> Result<impl IntoView, PageError> {
        match orders {
            Ok(_) => Ok(place()),
            Err(_) => Err(PageError::not_found()),
        }
    }

    pub mod deeper {
        use punctual::prelude::*;

        /// Shows its pages to some only.
        #[layout(layout = super::Deep,)]
        pub(in super::super) fn r#type(children: Children) -> Option<impl IntoView> {
            Some(true).filter(|shows| *shows).map(|_| children())
        }
    }
}

#[page(async, path = "/plain", layout = Frame)]
fn PlainPage() -> impl IntoView {}

#[page(async, path = "/deep", layout = shop::deeper::r#type)]
fn DeepPage(orders: Loaded<orders>) -> impl IntoView {
    *orders
}

#[page(layout = self::Account, async, path = "/awaiting", stream = "in-order")]
async fn AwaitingPage() -> impl IntoView {}

#[page(path = "/synchronous", layout = crate::Concrete)]
fn SyncPage() -> impl IntoView {}

#[page(path = "/alias", layout = Frames)]
fn AliasPage() -> impl IntoView {}

/// The pages of a part of the site, for any state.
fn part<S: Clone + Send + Sync + 'static>(set: PageSet<S>) -> PageSet<S> {
    pages![PlainPage, SyncPage, AliasPage](set)
}

fn main() {
    let state = AppState { catalog: Catalog };
    let _ = Site::builder()
        .state(state)
        .pages(pages![DeepPage, AwaitingPage])
        .pages(part)
        .build();
    let _ = Site::builder().pages(part).build();

    // In items of a function.
    #[layout(layout = Frame)]
    fn Local(children: Children) -> impl IntoView {
        children()
    }

    #[page(path = "/local", layout = Local)]
    fn LocalPage() -> impl IntoView {}

    let _ = Site::builder().pages(pages![LocalPage]).build();
    assert_eq!(Local::NAME, "Local");
    assert_eq!(shop::deeper::r#type::NAME, "type");
    // A layout is still a function.
    let _ = Frame(Box::new(|| "page".into_any()));
}
