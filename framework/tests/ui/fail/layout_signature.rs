//! Functions that can be no layout.

use punctual::prelude::*;

#[layout]
async fn Awaiting(children: Children) -> impl IntoView {
    children()
}

#[layout]
fn NoView(children: Children) {
    drop(children);
}

#[layout]
unsafe extern "C" fn Generic<T>(_: Query<T>, _: &str, children: &Children, _: impl Send) -> u8 {
    let _ = children;
    1
}

#[layout]
const fn Constant(children: Children) -> Children {
    children
}

#[layout]
struct Account;

struct Shop;

impl Shop {
    #[layout]
    fn method(&self, children: Children) -> impl IntoView {
        children()
    }
}

// Whatever is wrong above, its names can be used.
#[page(async, path = "/a", layout = Awaiting)]
fn APage() -> impl IntoView {}

#[page(path = "/b", layout = NoView)]
fn BPage() -> impl IntoView {}

#[page(path = "/c", layout = Generic)]
fn CPage() -> impl IntoView {}

fn main() {
    let _ = Site::builder().pages(pages![APage, BPage, CPage]);
    let _ = Account;
}
