//! The scenarios, and how one is run.

pub(crate) mod blocked;
pub(crate) mod computing;
pub(crate) mod leaving;
pub(crate) mod overload;
pub(crate) mod rolling;
pub(crate) mod slow;
pub(crate) mod terminate;
pub(crate) mod threads;
pub(crate) mod waiting;

use crate::{
    error::LoadError,
    nginx,
    options::{Common, Scenario},
    report::Report,
};
use clap::Args;
use std::{fs, path::Path, process::ExitCode};

/// Runs what was asked for. The exit code is 1 when a promise was not kept, and 2 when nothing could be measured.
pub(crate) fn run(scenario: &Scenario) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().map_err(LoadError::Runtime);
    match runtime.and_then(|runtime| runtime.block_on(reports(scenario))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("Error: {}", punctual::Failure::from(error));
            ExitCode::from(2)
        }
    }
}

/// Prints the reports, each as soon as it is there. Returns whether every promise was kept.
async fn reports(scenario: &Scenario) -> Result<bool, LoadError> {
    let mut reports = Vec::new();
    let common = match scenario {
        Scenario::Waiting(options) => {
            reports.push(shown(waiting::run(options).await?));
            &options.common
        }
        Scenario::Overload(options) => {
            reports.push(shown(overload::run(options).await?));
            &options.common
        }
        Scenario::Computing(options) => {
            reports.push(shown(computing::run(options).await?));
            &options.common
        }
        Scenario::Leaving(options) => {
            reports.push(shown(leaving::run(options).await?));
            &options.common
        }
        Scenario::Slow(options) => {
            reports.push(shown(slow::run(options).await?));
            &options.common
        }
        Scenario::Terminate(options) => {
            reports.push(shown(terminate::run(options).await?));
            &options.common
        }
        Scenario::Rolling(options) => {
            reports.push(shown(rolling::run(options).await?));
            &options.common
        }
        Scenario::Threads(options) => {
            reports.push(shown(threads::run(options).await?));
            &options.common
        }
        Scenario::Blocked(options) => {
            reports.push(shown(blocked::run(options).await?));
            &options.common
        }
        Scenario::All(common) => {
            all(common, &mut reports).await?;
            common
        }
    };
    if let Some(path) = &common.json {
        write(path, &reports)?;
    }
    Ok(reports.iter().all(Report::passed))
}

async fn all(common: &Common, reports: &mut Vec<Report>) -> Result<(), LoadError> {
    let common = || common.clone();
    reports.push(shown(waiting::run(&defaults(common())).await?));
    reports.push(shown(overload::run(&defaults(common())).await?));
    reports.push(shown(computing::run(&defaults(common())).await?));
    reports.push(shown(leaving::run(&defaults(common())).await?));
    reports.push(shown(slow::run(&defaults(common())).await?));
    reports.push(shown(terminate::run(&defaults(common())).await?));
    reports.push(shown(blocked::run(&defaults(common())).await?));
    reports.push(shown(threads::run(&defaults(common())).await?));
    let rolling: rolling::Options = defaults(common());
    if nginx::is_there(&rolling.nginx) {
        reports.push(shown(rolling::run(&rolling).await?));
    } else {
        eprintln!(
            "rolling is left out: there is no {}",
            rolling.nginx.display()
        );
    }
    Ok(())
}

/// The options of a scenario of which only the common ones are given.
fn defaults<T: Args + HasCommon>(common: Common) -> T {
    let command = T::augment_args(clap::Command::new("defaults"));
    let matches = command.get_matches_from(["defaults"]);
    let mut options = T::from_arg_matches(&matches).expect("every option has a default");
    *options.common() = common;
    options
}

/// Options that have the common ones among them.
pub(crate) trait HasCommon {
    fn common(&mut self) -> &mut Common;
}

macro_rules! has_common {
    ($($options:path),*) => { $(
        impl HasCommon for $options {
            fn common(&mut self) -> &mut Common {
                &mut self.common
            }
        }
    )* };
}

has_common!(
    waiting::Options,
    overload::Options,
    computing::Options,
    leaving::Options,
    slow::Options,
    terminate::Options,
    rolling::Options,
    blocked::Options,
    threads::Options
);

fn shown(report: Report) -> Report {
    println!("{report}");
    report
}

fn write(path: &Path, reports: &[Report]) -> Result<(), LoadError> {
    let failed = |source| LoadError::Report {
        path: path.display().to_string(),
        source,
    };
    let json = serde_json::to_vec_pretty(reports).map_err(|error| failed(error.into()))?;
    fs::write(path, json).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_defaults() {
        let common = Common {
            quick: true,
            json: None,
        };
        assert!(defaults::<waiting::Options>(common.clone()).common.quick);
        defaults::<overload::Options>(common.clone());
        defaults::<computing::Options>(common.clone());
        defaults::<leaving::Options>(common.clone());
        defaults::<slow::Options>(common.clone());
        defaults::<terminate::Options>(common.clone());
        defaults::<rolling::Options>(common.clone());
        defaults::<blocked::Options>(common.clone());
        defaults::<threads::Options>(common);
    }
}
