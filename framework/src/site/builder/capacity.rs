//! How much a site takes at once.

use super::SiteBuilder;
use crate::{
    admission::Limits,
    page::PageSet,
    site::{Problem, defaults},
};
use bytes::Bytes;
use std::time::Duration;

/// What [`Admission`](crate::Admission) is told.
#[derive(Default)]
pub(super) struct Capacity {
    limits: Limits,
    max_waiting: Option<usize>,
    busy_page: Option<String>,
}

impl Capacity {
    /// The limits, and the page of those for whom there is no place.
    pub(super) fn check<S>(
        self,
        pages: &PageSet<S>,
        problems: &mut Vec<Problem>,
    ) -> (Limits, Bytes) {
        let limits = Limits {
            waiting: self.max_waiting.unwrap_or(self.limits.in_flight),
            ..self.limits
        };
        if limits.in_flight == 0 {
            problems.push(Problem::NoPlaces);
        }
        let heaviest = pages.0.iter().max_by_key(|page| page.weight);
        if let Some(page) = heaviest.filter(|page| page.weight > limits.in_flight.max(1)) {
            problems.push(Problem::Weight {
                page: page.name,
                weight: page.weight,
                max_in_flight: limits.in_flight,
            });
        }
        if limits.delay.is_some_and(|delay| delay.is_zero()) {
            problems.push(Problem::SchedulingDelay);
        }
        let busy_page = match self.busy_page {
            Some(html) => Bytes::from(html),
            None => Bytes::from_static(defaults::BUSY_PAGE.as_bytes()),
        };
        (limits, busy_page)
    }
}

impl<S> SiteBuilder<S> {
    /// How many pages may be in flight, each with its weight; who comes when they are waits for a place. [`Admission`](crate::Admission) says what the rules
    /// are. Default: a quarter of the machine's memory (or its container's) with 256 kB for each, at least 100 and at most 10,000 for each
    /// processor. Less than the weight of a page is a [`Problem`](crate::Problem).
    pub fn max_in_flight(mut self, weight: usize) -> Self {
        self.capacity.limits.in_flight = weight;
        self
    }

    /// How many may wait for a place at once; who comes then is refused. Default: as many as [`max_in_flight`](Self::max_in_flight). With 0
    /// nobody waits.
    pub fn max_waiting(mut self, requests: usize) -> Self {
        self.capacity.max_waiting = Some(requests);
        self
    }

    /// How long a page may wait for a place. Default: 3 s. It is also how long a burst of visitors may last: after that nobody waits for
    /// more than 50 ms. The time is part of the page's.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.capacity.limits.longest_wait = wait;
        self
    }

    /// How late the runtime may be with what is ready to run before pages begin more slowly: how a site without enough processors for its
    /// visitors keeps its deadlines. Default: 100 ms. `None` for a site that is to begin them all the same. (On a runtime with one thread it is not
    /// measured.)
    pub fn scheduling_delay(mut self, delay: impl Into<Option<Duration>>) -> Self {
        self.capacity.limits.delay = delay.into();
        self
    }

    /// The document for those for whom there is no place, in place of a line of text. It is sent as it is, with the status 503 and `Retry-After`, so it should
    /// be small and need nothing else of the site.
    pub fn busy_page(mut self, html: impl Into<String>) -> Self {
        self.capacity.busy_page = Some(html.into());
        self
    }
}
