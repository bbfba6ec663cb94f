//! Where the site is given its limits: the only file that names the setters for them.

use crate::{site::SiteOptions, usage::AdmissionUsage};
use punctual::{Admission, ConnectionLimits, SiteBuilder};

/// How many requests the site takes at once, and how many may wait.
pub(crate) fn admission<S: Clone + Send + Sync + 'static>(
    mut builder: SiteBuilder<S>,
    options: &SiteOptions,
) -> SiteBuilder<S> {
    if let Some(number) = options.max_in_flight {
        builder = builder.max_in_flight(number);
    }
    if let Some(number) = options.max_waiting {
        builder = builder.max_waiting(number);
    }
    if let Some(time) = options.longest_wait {
        builder = builder.longest_wait(time);
    }
    builder
}

/// How slow connections may be, and where they run.
pub(crate) fn connections<S: Clone + Send + Sync + 'static>(
    builder: SiteBuilder<S>,
    options: &SiteOptions,
) -> SiteBuilder<S> {
    let builder = match options.header_time {
        Some(time) => builder.connection_limits(ConnectionLimits::default().header_time(time)),
        None => builder,
    };
    match options.connection_threads {
        Some(threads) => builder.connection_threads(threads),
        None => builder,
    }
}

/// What the admission says.
pub(crate) fn usage(admission: &Admission) -> AdmissionUsage {
    let usage = admission.usage();
    AdmissionUsage {
        in_flight: usage.in_flight,
        waiting: usage.waiting,
        admitted: usage.admitted,
        refused: usage.refused,
        paced: usage.paced.is_some(),
        delay: usage.delay,
    }
}
