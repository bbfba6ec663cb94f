//! How visits follow one another: as soon as the last one is over, or by a schedule that waits for nobody.

use crate::{
    fault::FaultKind,
    figures::Shared,
    pool::Connections,
    visit::{Ask, Page, Visit},
};
use futures::future::join_all;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tokio::{
    task::JoinSet,
    time::{sleep, sleep_until},
};

/// How long a visitor waits who could not connect, so that it does not do nothing else.
const AGAIN: Duration = Duration::from_millis(20);

/// The numbers of the visits of a scenario, each of which is used once.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(Arc<AtomicU64>);

/// Tells visitors to come no more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

/// Visitors of a page.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    addr: SocketAddr,
    page: Page,
    wait: Duration,
    connections: Arc<Connections>,
    numbers: Numbers,
}

/// A visit that is over.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) number: u64,
    /// When the request was sent; before that there is only the connection.
    pub(crate) sent: Instant,
    /// How long it took to connect, if that was needed.
    pub(crate) connect: Option<Duration>,
    pub(crate) visit: Visit,
}

impl Default for Numbers {
    /// They begin where those of the warm-up have ended.
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(1_000)))
    }
}

impl Numbers {
    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, SeqCst)
    }
}

impl Stop {
    pub(crate) fn stop(&self) {
        self.0.store(true, SeqCst);
    }

    fn is_stopped(&self) -> bool {
        self.0.load(SeqCst)
    }
}

impl Seen {
    /// Adds it to the figures.
    pub(crate) fn record(&self, figures: &Shared) {
        figures.with(|figures| {
            figures.record(&self.visit);
            if let Some(connect) = self.connect {
                figures.connect.record(connect);
            }
        });
    }
}

impl Load {
    pub(crate) fn new(
        addr: SocketAddr,
        page: Page,
        wait: Duration,
        connections: Connections,
        numbers: Numbers,
    ) -> Self {
        Self {
            addr,
            page,
            wait,
            connections: Arc::new(connections),
            numbers,
        }
    }

    /// One visit.
    pub(crate) async fn visit(&self) -> Seen {
        let number = self.numbers.next();
        let ask = Ask::new(self.addr, self.page, number, self.wait);
        let mut connection = match self.connections.take(self.addr).await {
            Ok(connection) => connection,
            Err(fault) => {
                return Seen {
                    number,
                    sent: Instant::now(),
                    connect: None,
                    visit: Visit::Failed(fault),
                };
            }
        };
        let connect = std::mem::take(&mut connection.connect);
        let sent = Instant::now();
        let visit = connection.visit(&ask).await;
        self.connections.give_back(connection);
        Seen {
            number,
            sent,
            connect,
            visit,
        }
    }

    /// So many visitors, each of whom comes again when its page is there, until they are told to stop. What is under way
    /// then is finished. They come first within this time, evenly, so that they do not all come at once ever after.
    pub(crate) async fn closed(
        &self,
        visitors: usize,
        within: Duration,
        stop: &Stop,
        seen: impl Fn(Seen),
    ) {
        let seen = &seen;
        let count = u32::try_from(visitors).unwrap_or(u32::MAX);
        let visitors = (0..count).map(|place| async move {
            sleep(within * place / count).await;
            while !stop.is_stopped() {
                let visit = self.visit().await;
                let failed = matches!(&visit.visit, Visit::Failed(fault)
                    if matches!(fault.kind, FaultKind::Connect | FaultKind::Client | FaultKind::Closed));
                seen(visit);
                if failed {
                    sleep(AGAIN).await;
                }
            }
        });
        join_all(visitors).await;
    }

    /// The same for a time. Returns how long it took.
    pub(crate) async fn closed_for(
        &self,
        visitors: usize,
        time: Duration,
        seen: impl Fn(Seen),
    ) -> Duration {
        let (begin, stop) = (Instant::now(), Stop::default());
        let clock = async {
            sleep(time).await;
            stop.stop();
        };
        tokio::join!(self.closed(visitors, Duration::ZERO, &stop, seen), clock);
        begin.elapsed()
    }

    /// So many visitors a second, whatever becomes of those before them. What is under way at the end is finished.
    pub(crate) async fn open<F>(&self, per_second: u32, time: Duration, seen: F)
    where
        F: Fn(Seen) + Clone + Send + 'static,
    {
        let begin = tokio::time::Instant::now();
        let mut visits = JoinSet::new();
        for number in 0_u32.. {
            let due = Duration::from_secs(1) * number / per_second.max(1);
            if due >= time {
                break;
            }
            sleep_until(begin + due).await;
            let (load, seen) = (self.clone(), seen.clone());
            visits.spawn(async move {
                let visit = load.visit().await;
                seen(visit);
            });
            while visits.try_join_next().is_some() {}
        }
        while visits.join_next().await.is_some() {}
    }
}
