use super::{
    connection::{self, Finishing, Peer, Site},
    limits::ConnectionLimits,
    listener::{Listening, Stream},
    readiness::Readiness,
};
use crate::client::TrustedProxies;
use axum::Router;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The connections of a site, each in a task. They end with this.
pub(super) struct Connections {
    site: Arc<Site>,
    tasks: TaskTracker,
    room: Arc<Semaphore>,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        limits: ConnectionLimits,
        proxies: TrustedProxies,
        readiness: Readiness,
    ) -> Self {
        let room = Arc::new(Semaphore::new(limits.max_connections()));
        Self {
            site: Arc::new(Site {
                // Axum turns all handlers into routes now, and not at each request.
                router: router.with_state(()),
                limits,
                proxies,
                readiness,
                finishing: Finishing::default(),
                aborting: CancellationToken::new(),
            }),
            tasks: TaskTracker::new(),
            room,
        }
    }

    /// Accepts visitors, as long as there is room. It never ends; those whom it has accepted stay when it is dropped.
    pub(super) async fn accept(&self, listener: &Listening) {
        loop {
            // The semaphore is never closed.
            let Ok(room) = self.room.clone().acquire_owned().await else {
                return;
            };
            let (stream, peer) = listener.accept().await;
            self.start(stream, peer, Some(room));
        }
    }

    /// Those who were waiting to be accepted, whether there is room or not.
    pub(super) fn accept_last(&self, waiting: Vec<(Stream, Peer)>) {
        for (stream, peer) in waiting {
            self.start(stream, peer, None);
        }
    }

    fn start(&self, stream: Stream, peer: Peer, room: Option<OwnedSemaphorePermit>) {
        let site = self.site.clone();
        self.tasks.spawn(async move {
            // Made in here: a future that is moved in takes its room twice.
            connection::serve(site, stream, peer).await;
            drop(room);
        });
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.tasks.len()
    }

    /// Each ends with what is in progress in it.
    pub(super) fn finish(&self) {
        self.tasks.close();
        self.site.finishing.begin();
    }

    /// Ends when all have ended, after [`finish`](Self::finish).
    pub(super) async fn ended(&self) {
        self.tasks.wait().await;
    }

    /// All end now.
    pub(super) fn abort(&self) {
        self.site.aborting.cancel();
        // Those that are aborted are finished, too.
        self.site.finishing.begin();
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.abort();
    }
}
