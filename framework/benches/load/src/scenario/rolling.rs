//! Two instances behind nginx are restarted while visitors come.

use crate::{
    error::LoadError,
    figures::{Shared, Times},
    loops::{Load, Numbers, Stop},
    nginx::Nginx,
    options::{Common, duration},
    pool::Connections,
    report::Report,
    site::{SiteOptions, Transport},
    stage::Server,
    visit::Page,
};
use clap::Args;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How long an instance has for its end.
const END: Duration = Duration::from_secs(20);

/// The settings.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) common: Common,

    /// How many visitors there are, half of them on a new connection for each page [default: 100]
    #[arg(long, value_name = "NUMBER")]
    visitors: Option<usize>,

    /// How often both instances are restarted [default: 3]
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,

    /// How long the catalog takes over the call of each page
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "300ms")]
    wait: Duration,

    /// The time between two restarts
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "1s")]
    pause: Duration,

    /// Where nginx is
    #[arg(long, value_name = "FILE", default_value = "/usr/sbin/nginx")]
    pub(crate) nginx: PathBuf,
}

pub(crate) async fn run(options: &Options) -> Result<Report, LoadError> {
    let common = &options.common;
    let visitors = common.or(options.visitors, 100, 20);
    let rounds = common.or(options.rounds, 3, 1);
    let catalog = Server::catalog().await?;
    let mut settings = SiteOptions::new(catalog.addr, Transport::Http1);
    settings.max_in_flight = Some(visitors + 100);
    settings.longest_wait = common.longest_wait();
    let mut instances = [
        Server::site(&settings).await?,
        Server::site(&settings).await?,
    ];
    let nginx = Nginx::start(&options.nginx, [instances[0].addr, instances[1].addr]).await?;

    let (figures, numbers) = (Shared::default(), Numbers::default());
    let load = |connections| {
        let numbers = numbers.clone();
        Load::new(
            nginx.addr,
            Page::Deferred,
            options.wait,
            connections,
            numbers,
        )
    };
    let (new, kept) = (load(Connections::New), load(Connections::kept()));
    let stop = Stop::default();
    let begin = Instant::now();
    let restarts = async {
        let mut ends = Ends::default();
        for _ in 0..rounds {
            for instance in &mut instances {
                sleep(options.pause).await;
                ends.restart(instance, &settings).await?;
            }
        }
        sleep(options.pause).await;
        Ok::<_, LoadError>(ends)
    };
    let half = visitors / 2;
    let ((), (), ends) = tokio::join!(
        new.closed(visitors - half, options.wait, &stop, |visit| visit
            .record(&figures)),
        kept.closed(half, options.wait, &stop, |visit| visit.record(&figures)),
        async {
            let ends = restarts.await;
            stop.stop();
            ends
        }
    );
    let (ends, took) = (ends?, begin.elapsed());
    let figures = figures.figures();

    let mut report = Report::new(
        "rolling",
        format!(
            "{visitors} visitors, half of them on a new connection for each page, ask nginx for a page that waits {:?}; \
             behind it two instances are restarted one after the other, {rounds} times each.",
            options.wait
        ),
    );
    report.visits("", &figures, took);
    report.count("restarts", ends.codes.len());
    report.times("from SIGTERM to the end of an instance", &ends.took);
    report.times("from its start until it answers", &ends.started);
    let lost = figures.failed() + figures.refused;
    report.check(
        "no page is lost",
        lost == 0 && figures.whole > 0,
        format!("{lost} of {}", figures.offered),
    );
    report.check(
        "every instance ends with code 0",
        ends.codes.iter().all(|&code| code == Some(0)),
        format!("{:?}", ends.codes),
    );
    Ok(report)
}

/// How the instances ended and began.
#[derive(Debug, Default)]
struct Ends {
    codes: Vec<Option<i32>>,
    took: Times,
    started: Times,
}

impl Ends {
    /// Stops the instance in order, and starts another one at its address.
    async fn restart(
        &mut self,
        instance: &mut Server,
        settings: &SiteOptions,
    ) -> Result<(), LoadError> {
        let begin = Instant::now();
        instance.process.terminate()?;
        let status = instance.process.end(END).await?;
        self.took.record(begin.elapsed());
        self.codes.push(status.code());
        let begin = Instant::now();
        let mut settings = settings.clone();
        settings.addr = Some(instance.addr);
        *instance = Server::site(&settings).await?;
        self.started.record(begin.elapsed());
        Ok(())
    }
}
