//! Names that nothing has.

use punctual::prelude::*;

mod shop {
    use punctual::prelude::*;

    #[layout]
    fn Private(children: Children) -> impl IntoView {
        children()
    }
}

#[page(path = "/a", layout = Account)]
fn UnknownPage() -> impl IntoView {}

#[page(path = "/b", layout = shop::Private)]
fn PrivatePage() -> impl IntoView {}

fn main() {}
