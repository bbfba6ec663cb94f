#![doc = include_str!("../docs/crate.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod admission;
mod after_response;
mod blocking;
mod client;
mod config;
mod context;
mod deadline;
mod erased;
mod error;
mod exit;
pub mod guide;
mod heartbeat;
mod loader;
mod page;
mod pipeline;
pub mod prelude;
mod record;
mod reload;
mod render;
mod response_head;
mod security;
mod seldom;
mod serve;
mod site;
mod tasks;
#[cfg(any(feature = "testing", doc))]
pub mod testing;
mod user_runtime;

/// What a page or a component says about the response, its status and its headers: `use_context::<ResponseOptions>()`.
///
/// It counts while the page is rendered. In the children of a `<Resolve>` whose data comes later it does not, because the
/// status is decided before the first byte, in every mode.
pub use leptos_axum::ResponseOptions;

pub use admission::{Admission, AdmissionUsage};
pub use after_response::{AfterResponse, AfterResponseError, AfterResponseUsage};
pub use blocking::{BlockingPool, BlockingUsage, block_on};
pub use client::{Client, Scheme};
pub use context::RequestContext;
pub use deadline::{Cancel, Deadline};
pub use error::{Dependency, ErrorDetails, LoadError, PageError, Rejection, Respond};
pub use exit::{Exit, Failure, Stopped, run};
pub use loader::{Deferrable, Deferred, Load, LoadResult, Loaded, Loader, LoaderInfo, Stub};
pub use page::{
    Form, IntoFailureView, Layout, LayoutInfo, LoadOrder, Page, PageFailure, PageInfo, PageMethod,
    PageMode, PageSet, StreamMode,
};
pub use pipeline::DEFAULT_CRAWLERS;
#[cfg(any(feature = "testing", doc))]
pub use punctual_macros::test;
pub use punctual_macros::{layout, loader, main, page};
pub use record::{LoadKind, LoadOutcome, LoadRecord, Outcome, Recorder, RequestRecord, Settled};
pub use render::{Formatter, Progressive, Resolvable, Resolve, Suspend, Title};
pub use response_head::{HeadError, ResponseHead};
pub use security::ContentSecurityPolicy;
pub use serve::{
    ConnectionLimits, ListenAddr, ListenAddrError, Readiness, ServeError, SiteListener,
};
pub use site::{
    BuildError, ConfigError, ConfigProblem, Problem, Section, Site, SiteBuilder, SiteStyle,
};
pub use tasks::{
    FanOut, FanOutFailed, FanOutProgress, Progress, TaskFailure, TaskHandle, TaskReport, Tasks,
    TasksFailed,
};

/// What the expansion of components names.
#[doc(hidden)]
pub mod components {
    pub use crate::render::{Builder, NoData, ResolveView, Start, TitleProps};
}

/// The examples in the guide, and in the reference of the attributes, which cannot run in their own
/// package.
#[cfg(doctest)]
mod attributes {
    #[doc = include_str!("../../macros/docs/page.md")]
    struct Page;
    #[doc = include_str!("../../macros/docs/layout.md")]
    struct Layout;
    #[doc = include_str!("../../macros/docs/loader.md")]
    struct Loader;
    #[cfg(feature = "testing")]
    #[doc = include_str!("../../macros/docs/test.md")]
    struct Test;
    #[doc = include_str!("../../macros/docs/main.md")]
    struct Main;
    #[doc = include_str!("../../README.md")]
    struct Guide;
}
