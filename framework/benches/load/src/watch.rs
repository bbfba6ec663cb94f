//! What the site holds and uses over time.

use crate::{process::Resources, usage::Usage};
use std::time::{Duration, Instant};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};

/// One look at the site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Since the first one.
    pub(crate) at: Duration,
    pub(crate) resources: Resources,
    /// None when the site did not answer at once.
    pub(crate) usage: Option<Usage>,
}

/// A task that looks at the site.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: watch::Sender<()>,
    task: JoinHandle<Vec<Sample>>,
}

/// What it has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series(Vec<Sample>);

impl Watch {
    pub(crate) fn start(id: u32, client: reqwest::Client, url: String, every: Duration) -> Self {
        let (stop, mut stopped) = watch::channel(());
        let task = tokio::spawn(async move {
            let begin = Instant::now();
            let mut samples = Vec::new();
            let mut clock = interval(every);
            clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = stopped.changed() => return samples,
                    _ = clock.tick() => {}
                }
                // One that has ended uses nothing.
                let Some(resources) = Resources::look(id) else {
                    continue;
                };
                let at = begin.elapsed();
                let usage = timeout(Duration::from_millis(500), usage(&client, &url)).await;
                samples.push(Sample {
                    at,
                    resources,
                    usage: usage.ok().flatten(),
                });
            }
        });
        Self { stop, task }
    }

    /// Ends it.
    pub(crate) async fn stop(self) -> Series {
        drop(self.stop);
        Series(self.task.await.unwrap_or_default())
    }
}

impl Series {
    /// The most of something.
    pub(crate) fn most<T: Ord + Default>(&self, of: impl Fn(&Usage) -> T) -> T {
        let seen = self.0.iter().filter_map(|sample| sample.usage.as_ref());
        seen.map(of).max().unwrap_or_default()
    }

    /// The most resident memory.
    pub(crate) fn resident(&self) -> u64 {
        self.resident_within(Duration::ZERO, Duration::MAX)
    }

    /// The most resident memory between two times, counted from the first sample.
    pub(crate) fn resident_within(&self, from: Duration, to: Duration) -> u64 {
        let samples = self.0.iter();
        let within = samples.filter(|sample| sample.at >= from && sample.at < to);
        let resident = within.map(|sample| sample.resources.resident);
        resident.max().unwrap_or(0)
    }

    /// The most open files.
    pub(crate) fn files(&self) -> usize {
        let files = self.0.iter().map(|sample| sample.resources.files);
        files.max().unwrap_or(0)
    }
}

async fn usage(client: &reqwest::Client, url: &str) -> Option<Usage> {
    let response = client.get(url).send().await.ok()?;
    response.json().await.ok()
}
