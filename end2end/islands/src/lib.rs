//! Islands that try everything, for the browser tests.
//!
//! What a resource loads says where it was loaded: `server` in the HTML and in what the browser is told, `browser` when an
//! island has had to load it again.

mod data;
mod nested;
mod plain;

pub use data::{
    Failing, FailingProps, Late, LateProps, Local, LocalProps, Many, ManyProps, Refused, ThenLocal,
    ThenLocalProps,
};
pub use nested::{Inner, InnerProps, Panel, PanelProps};
pub use plain::{
    Counter, CounterProps, Named, NamedProps, OfLeptos, OfLeptosProps, OfLeptosWithData,
};
