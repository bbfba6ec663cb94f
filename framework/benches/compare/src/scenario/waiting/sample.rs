//! What a server holds while its pages wait.

use crate::error::CompareError;
use punctual_load::{STATS_PATH, Stats, process::Resources};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    task::JoinHandle,
    time::{interval, timeout},
};

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(50);

/// What was there while the most calls waited.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Most {
    /// Resident memory of the server, in bytes.
    pub(super) resident: u64,
    /// Calls that waited in the catalog at once.
    pub(super) in_flight: u64,
}

impl Most {
    /// Of all samples. Memory counts where nearly as many waited as ever, not while answers are being written.
    fn of(samples: &[Self]) -> Self {
        let in_flight = samples.iter().map(|sample| sample.in_flight).max();
        let in_flight = in_flight.unwrap_or_default();
        let near = samples
            .iter()
            .filter(|sample| sample.in_flight * 100 >= in_flight * 98);
        Self {
            resident: near.map(|sample| sample.resident).max().unwrap_or_default(),
            in_flight,
        }
    }
}

/// A task that looks.
#[derive(Debug)]
pub(super) struct Samples(JoinHandle<Vec<Most>>, tokio::sync::oneshot::Sender<()>);

impl Samples {
    /// Looks at the server with this process number, and at the catalog that it calls.
    pub(super) fn start(server: u32, catalog: SocketAddr) -> Result<Self, CompareError> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("http://{catalog}{STATS_PATH}");
        let (stop, mut stopped) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            let mut samples = Vec::new();
            let mut clock = interval(EVERY);
            loop {
                tokio::select! {
                    _ = &mut stopped => return samples,
                    _ = clock.tick() => {}
                }
                let stats = timeout(Duration::from_millis(500), stats(&client, &url)).await;
                let resources = Resources::look(server);
                if let (Ok(Some(stats)), Some(resources)) = (stats, resources) {
                    samples.push(Most {
                        resident: resources.resident,
                        in_flight: stats.in_flight,
                    });
                }
            }
        });
        Ok(Self(task, stop))
    }

    /// Ends it.
    pub(super) async fn stop(self) -> Most {
        // It has ended by itself when nobody hears it.
        let _ = self.1.send(());
        Most::of(&self.0.await.unwrap_or_default())
    }
}

async fn stats(client: &reqwest::Client, url: &str) -> Option<Stats> {
    client.get(url).send().await.ok()?.json().await.ok()
}
