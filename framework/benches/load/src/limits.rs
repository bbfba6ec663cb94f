//! Where the site is given its limits: the only file that names the setters for them.

use crate::{site::SiteOptions, usage::AdmissionUsage};
use punctual::{Site, SiteBuilder};

/// How many requests the site takes at once, and how many may wait.
pub(crate) fn admission<S>(builder: SiteBuilder<S>, _options: &SiteOptions) -> SiteBuilder<S> {
    builder
}

/// How slow connections may be.
pub(crate) fn connections<S>(builder: SiteBuilder<S>, _options: &SiteOptions) -> SiteBuilder<S> {
    builder
}

/// What tells the state of the admission.
pub(crate) fn admission_usage(
    _site: &Site,
) -> impl Fn() -> Option<AdmissionUsage> + Send + Sync + use<> {
    || None
}
