//! What is measured, one after another, and written down.

use crate::{
    error::CompareError,
    machine::Machine,
    options::{Common, Measure},
    scenario::{build, growth, micro, shop, waiting},
    table::Table,
};
use serde::Serialize;
use std::fs::File;
use tokio::task::block_in_place;

/// All of it, as `--json` writes it.
#[derive(Clone, Debug, Serialize)]
struct Report {
    machine: Machine,
    tables: Vec<Table>,
}

/// Measures and prints, each table as soon as it is there.
pub(crate) fn run(measure: &Measure, common: &Common) -> Result<(), CompareError> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be started");
    let mut report = Report {
        machine: Machine::this(),
        tables: Vec::new(),
    };
    print!("{}", report.machine);
    if cfg!(debug_assertions) {
        println!("\nThis is a debug build: its figures mean nothing.");
    }
    for part in measure.parts(common) {
        let tables = runtime.block_on(measured(&part, common))?;
        for table in &tables {
            print!("{table}");
        }
        report.tables.extend(tables);
    }
    if let Some(path) = &common.json {
        let failed = |source| CompareError::Report {
            path: path.clone(),
            source,
        };
        let file = File::create(path).map_err(failed)?;
        serde_json::to_writer_pretty(file, &report).map_err(|error| failed(error.into()))?;
    }
    Ok(())
}

async fn measured(measure: &Measure, common: &Common) -> Result<Vec<Table>, CompareError> {
    match measure {
        Measure::Shop(options) => shop::run(&common.shop(options)).await,
        Measure::Waiting(options) => waiting::run(options, common).await,
        // These have runtimes of their own, or wait for other programs.
        Measure::Growth(options) => block_in_place(|| growth::run(options, common)),
        Measure::Micro(options) => block_in_place(|| micro::run(options, common)),
        Measure::Build(options) => block_in_place(|| build::run(options, common)),
        // It was taken apart.
        Measure::All => Ok(Vec::new()),
    }
}
