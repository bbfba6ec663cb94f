//! Rendering: the only place that touches how Leptos renders.
//!
//! A page becomes a [`Shell`]: the document as far as it is known at once, and what is still
//! missing. The [`driver`] writes the rest of the document into a [`pipe`] until nothing is missing
//! or the deadline has come, and owns everything of the request while it does.

mod current;
mod document;
mod driver;
mod error_hook;
mod executor;
mod fill;
mod guard;
mod head;
mod hydration;
mod late_view;
mod no_script;
mod pipe;
mod registry;
mod resolve;
mod scope;
mod scripts;
mod shell;
mod suspend;
mod title;

pub(crate) use driver::drive;
pub(crate) use executor::init as init_executor;
pub(crate) use guard::{Owned, RequestGuard};
pub(crate) use no_script::{Asked, Streams, take_key};
pub(crate) use pipe::{ConnectionControl, Handover, PipeReader, WholeBody};
pub(crate) use registry::Registry;
#[doc(hidden)]
pub use resolve::{Builder, NoData, ResolveView, Start};
pub use resolve::{Progressive, Resolvable, Resolve};
pub(crate) use scope::{AbortOnDrop, Panic, Rendering};
pub(crate) use scripts::Scripts;
pub(crate) use shell::{Rendered, Renderer, Shell, ShellFn};
pub use suspend::Suspend;
pub use title::{Formatter, Title, TitleProps};
