//! What single requests cost: time, and instructions.

mod callgrind;

use crate::{
    error::CompareError,
    micro::{self, Kind},
    options::Common,
    table::{Table, median},
};
use callgrind::Instructions;
use clap::{Args, ValueEnum as _};

/// How often a kind is asked for before it is known how long that takes.
const TRIAL: usize = 20;

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct MicroOptions {
    /// Only these
    #[arg(long)]
    only: Vec<Kind>,
    /// How often each kind has its turn [default: 7]
    #[arg(long, value_name = "NUMBER")]
    rounds: Option<usize>,
    /// Does not count instructions
    #[arg(long)]
    no_instructions: bool,
}

pub(crate) fn run(options: &MicroOptions, common: &Common) -> Result<Vec<Table>, CompareError> {
    let kinds = match options.only.as_slice() {
        [] => Kind::value_variants().to_vec(),
        only => only.to_vec(),
    };
    let rounds = options.rounds.unwrap_or(common.or(7, 1));
    let mut times = vec![Vec::new(); kinds.len()];
    for _ in 0..rounds {
        for (kind, times) in kinds.iter().zip(&mut times) {
            // About a third of a second, or of a hundredth.
            let each = micro::run(*kind, TRIAL).microseconds;
            let count = (common.or(300_000.0, 3_000.0) / each) as usize;
            times.push(micro::run(*kind, count.max(5)));
        }
    }
    let has_valgrind = !options.no_instructions && callgrind::is_there();
    let mut table = Table::new(
        "Single requests, in memory, on one thread",
        &["", "µs", "requests/s", "instructions", "document, bytes"],
    );
    for (kind, times) in kinds.iter().zip(&times) {
        let time = median(times.iter().map(|time| time.microseconds));
        // One of them is enough to see that it works.
        let is_counted = has_valgrind && (!common.quick || *kind == Kind::Empty);
        let instructions = match is_counted {
            true => Instructions::of(*kind, common)?.to_string(),
            false => String::new(),
        };
        table.row([
            kind.name().to_owned(),
            format!("{time:.1}"),
            format!("{:.0}", 1e6 / time),
            instructions,
            times.first().map_or(0, |time| time.bytes).to_string(),
        ]);
    }
    table.note(format!(
        "The request goes through router, pipeline and body; there is no connection. The times are medians of {rounds} rounds in which \
         the kinds take turns. `cargo bench -p punctual-compare` measures the same with Criterion."
    ));
    if has_valgrind {
        table.note(
            "Instructions are those of a request under Callgrind: two counts of requests, the difference divided, so that what comes \
             before the first one does not count. Unlike times they are hardly another from run to run.",
        );
    } else {
        table.note(
            "Instructions were not counted. It takes valgrind (Debian: `apt-get install valgrind`).",
        );
    }
    Ok(vec![table])
}
