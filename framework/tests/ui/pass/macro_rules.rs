//! Pages, layouts and loaders written by a `macro_rules!` macro.

use punctual::prelude::*;

macro_rules! table {
    ($loader:ident, $page:ident, $path:literal, $timeout:expr, $row:ty, $late:path) => {
        #[loader(timeout = $timeout)]
        pub async fn $loader() -> Result<Vec<$row>, PageError> {
            Ok(Vec::new())
        }

        #[page(async, path = $path, timeout = $timeout, on_timeout = $late)]
        pub fn $page(rows: Loaded<$loader>) -> impl IntoView {
            rows.len()
        }
    };
}

macro_rules! words {
    ($loader:ident, $page:ident, $method:literal, $stream:expr, $load:tt) => {
        #[loader(blocking)]
        pub fn $loader() -> Result<u8, PageError> {
            Ok(1)
        }

        #[page(async, path = "/words", method = $method, stream = $stream, load = $load)]
        pub fn $page(number: Loaded<$loader>) -> impl IntoView {
            *number
        }
    };
}

macro_rules! around {
    ($layout:ident, $outer:path, $children:ty, $page:ident, $path:literal, $inner:ty, $time:expr) => {
        #[layout(layout = $outer)]
        pub fn $layout(children: $children) -> impl IntoView {
            children()
        }

        #[page(path = $path, layout = $inner, timeout = $time)]
        pub fn $page() -> impl IntoView {}
    };
    ($page:ident) => {
        #[page(path = "/framed", layout = $crate::Frame, timeout = |_| $crate::time())]
        pub fn $page() -> impl IntoView {}
    };
}

#[layout]
fn Frame(children: Children) -> impl IntoView {
    children()
}

fn time() -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

fn late() -> impl IntoView {}

table!(gizmos, GizmosPage, "/gizmos", "600ms", String, late);
table!(widgets, WidgetsPage, "/widgets", "1s", u32, self::late);
around!(Account, crate::Frame, Children, AccountPage, "/account", Account, |_| time());
around!(Shop, Account, Children, ShopPage, "/shop", crate::Shop, "1s");
around!(FramedPage);
words!(number, WordsPage, "post", "off", "sequential");

fn main() {
    let _ = Site::builder().pages(pages![GizmosPage, WidgetsPage, WordsPage]);
    let _ = Site::builder().pages(pages![AccountPage, ShopPage, FramedPage]);
}
