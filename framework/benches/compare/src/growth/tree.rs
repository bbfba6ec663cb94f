//! A tree of 111 loaders, of which each waits for ten others, and pages that begin with 1, 11 or all of them.
//!
//! A tree of 1,111 takes the compiler more than ten minutes.

use punctual::prelude::*;
use std::convert::Infallible;

/// A loader that needs nothing.
macro_rules! leaf {
    () => {
        #[loader]
        pub(crate) async fn node() -> Result<u64, Infallible> {
            Ok(1)
        }
    };
}

/// A loader that needs ten others, which are made by another macro in modules of their own. Its value is the number of loaders.
macro_rules! branch {
    ($inner:ident) => {
        branch!($inner a b c d e f g h i j);
    };
    ($inner:ident $($name:ident)*) => {
        $(
            pub(crate) mod $name {
                use super::*;
                $inner!();
            }
        )*

        #[loader]
        pub(crate) async fn node($($name: Loaded<$name::node>),*) -> Result<u64, Infallible> {
            Ok(1 $(+ *$name)*)
        }
    };
}

/// Ten leaves.
macro_rules! ten {
    () => {
        branch!(leaf);
    };
}

mod root {
    use super::*;
    branch!(ten);
}

/// A page for a tree.
macro_rules! page {
    ($name:ident $path:literal $tree:ty) => {
        #[page(async, path = $path)]
        pub(super) fn $name(number: Loaded<$tree>) -> impl IntoView {
            view! { <p>{*number}</p> }
        }
    };
}

page!(OnePage "/loaders-1" root::a::a::node);
page!(ElevenPage "/loaders-11" root::a::node);
page!(HundredPage "/loaders-111" root::node);
