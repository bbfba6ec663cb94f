//! How a site is served, and how it stops.

use super::SiteBuilder;
use crate::{
    serve::{ConnectionLimits, DEFAULT_SHUTDOWN_GRACE},
    site::health::HealthPaths,
};
use std::{borrow::Cow, time::Duration};

/// How the site is served.
pub(super) struct Serving {
    pub(super) limits: ConnectionLimits,
    pub(super) health: HealthPaths,
    pub(super) notice: Duration,
    pub(super) grace: Duration,
    pub(super) compresses: bool,
    pub(super) connection_threads: usize,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            limits: ConnectionLimits::default(),
            health: HealthPaths::default(),
            notice: Duration::ZERO,
            grace: DEFAULT_SHUTDOWN_GRACE,
            compresses: false,
            connection_threads: 0,
        }
    }
}

impl<S> SiteBuilder<S> {
    /// What a visitor may take of a connection: bytes and time. Default: [`ConnectionLimits`] says each.
    pub fn connection_limits(mut self, limits: ConnectionLimits) -> Self {
        self.serving.limits = limits;
        self
    }

    /// Gives the connections a runtime of their own, with so many threads. Default: 0, none of their own; 1 is enough for most sites that
    /// want one.
    ///
    /// A view, a loader or a plain route should not block its thread. When as many do as the runtime has threads (one for each
    /// processor), nothing else runs there until one of them returns: no document ends at its deadline, nobody is answered, not even at `/healthz`.
    /// With a runtime of their own, the connections go on: documents end at their deadlines with what they have, a page that
    /// cannot begin is answered with 504 at its deadline or refused with 503, and `/healthz` answers. What needs the code of the page waits all the same.
    ///
    /// **What it costs.** Each page goes from one thread to another and back. On two cores, which the visitors used as well, an empty page took 1.5 to 2 times
    /// the processor time with one thread (some 15 µs more), and there were 15 to 37 % less of them in a second. Of pages that ask a service
    /// there were up to 19 % less. So it is for sites whose code is not all known not to block. (The load harness measures it: `threads`
    /// and `blocked`.)
    ///
    /// **What runs where.** On the runtime that [`serve`](crate::Site::serve) is called on: pages, loaders, tasks, error pages, the routes of
    /// `.routes(..)` with their bodies, server functions, [`on_record`](Self::on_record), the work after responses. With the connections: the layers of [`wrap`](Self::wrap), [`compress`](Self::compress),
    /// files, and the functions that give a page its time. What blocks or computes there still holds up
    /// others; a site that compresses should have more than one thread. [`into_router`](crate::Site::into_router), and with it the
    /// test kit, knows nothing of it.
    pub fn connection_threads(mut self, threads: usize) -> Self {
        self.serving.connection_threads = threads;
        self
    }

    /// Where the site says that it is alive, and whether it takes visitors; `None` switches one off. Default: `/healthz` and `/readyz`.
    ///
    /// The first answers 200 as long as the process can answer anything; an orchestrator starts a process anew
    /// that does not. The second answers 200 until the site is told to stop, and then 503: a balancer sends visitors elsewhere. Both
    /// are outside of all layers of [`wrap`](Self::wrap), and of the record. A page or a route of the site with the very same path comes first.
    ///
    /// ```
    /// use punctual::Site;
    ///
    /// let site = Site::builder().health_paths("/livez", None);
    /// # let _ = site;
    /// ```
    pub fn health_paths(
        mut self,
        alive: impl Into<Option<&'static str>>,
        ready: impl Into<Option<&'static str>>,
    ) -> Self {
        self.serving.health = HealthPaths {
            alive: alive.into().map(Cow::Borrowed),
            ready: ready.into().map(Cow::Borrowed),
        };
        self
    }

    /// How long the site goes on when it is told to stop, while `/readyz` says that it takes no more visitors. Behind a
    /// balancer that asks there: longer than the balancer needs to notice. Default: no time, because nothing may ask.
    pub fn shutdown_notice(mut self, notice: Duration) -> Self {
        self.serving.notice = notice;
        self
    }

    /// How long what is in flight may take when the site is stopped; then documents end as at their deadlines. What kills processes
    /// that do not stop, such as Kubernetes after 30 s and systemd after 90 s, has to wait for longer. Default: 30 s.
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.serving.grace = grace;
        self
    }

    /// Compresses documents, and the answers of plain routes and files that are worth it: with Brotli, Zstandard or gzip, as the visitor's
    /// browser takes them (`Accept-Encoding`). Default: off, because a proxy in front of the site mostly does it.
    ///
    /// Each piece of a streamed page is flushed at once, so that parts are shown when they are there. What is smaller than
    /// a kilobyte, pictures, event streams (`text/event-stream`) and what is compressed already stay as they are.
    /// It costs time of the processor, and some 100 kB of memory for each streamed page that waits, even at the lowest quality of each encoding, which is the
    /// one that is used. A page that shows a secret
    /// (such as a token against forged forms) beside what others may have put into it tells something of the secret by its
    /// length ([BREACH](https://www.breachattack.com)). For other settings put `tower_http`'s `CompressionLayer` around the site yourself, with [`wrap`](Self::wrap).
    pub fn compress(mut self) -> Self {
        self.serving.compresses = true;
        self
    }
}
