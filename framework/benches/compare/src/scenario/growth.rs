//! How time and memory of a page grow with what is on it.

mod heap;

pub use heap::main as count_heap;

use crate::{
    error::CompareError,
    growth::Subject,
    micro::Asked,
    options::Common,
    table::{Table, median},
};
use clap::Args;
use heap::Heap;
use std::time::{Duration, Instant};

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct GrowthOptions {
    /// Only these
    #[arg(long)]
    only: Vec<Subject>,
}

/// A page of one size.
#[derive(Clone, Copy, Debug)]
struct Measured {
    size: usize,
    /// The median of the times for a request, in microseconds.
    time: f64,
    bytes: usize,
    heap: Option<Heap>,
}

pub(crate) fn run(options: &GrowthOptions, common: &Common) -> Result<Vec<Table>, CompareError> {
    let subjects = match options.only.as_slice() {
        [] => Subject::ALL.to_vec(),
        only => only.to_vec(),
    };
    let mut tables = Vec::new();
    for subject in subjects {
        let sizes = subject.sizes();
        let sizes = &sizes[..common.or(sizes.len(), 2)];
        let measured = sizes
            .iter()
            .map(|&size| measure(subject, size, common))
            .collect::<Result<Vec<_>, _>>()?;
        tables.push(table(subject, &measured, common));
    }
    Ok(tables)
}

fn measure(subject: Subject, size: usize, common: &Common) -> Result<Measured, CompareError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime can be started");
    let time = Duration::from_millis(common.or(1_500, 20));
    let (time, bytes) = runtime.block_on(times(&subject.asked(size), time));
    Ok(Measured {
        size,
        time,
        bytes,
        heap: heap::measure(subject, size)?,
    })
}

/// Asks for so long, one request after another, and gives the median of how long they took.
async fn times(asked: &Asked, time: Duration) -> (f64, usize) {
    let mut bytes = asked.once().await;
    let warm = Instant::now();
    while warm.elapsed() < time / 5 {
        bytes = asked.once().await;
    }
    let mut times = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < time || times.len() < 3 {
        let begin = Instant::now();
        asked.once().await;
        times.push(begin.elapsed().as_secs_f64() * 1e6);
    }
    (median(times), bytes)
}

fn table(subject: Subject, measured: &[Measured], common: &Common) -> Table {
    let unit = subject.unit();
    let mut table = Table::new(
        format!("Growth: {}", subject.name()),
        &[
            &format!("{unit}s"),
            "document, kB",
            "time, µs",
            "times the row above",
            &format!("µs a {unit}"),
            "times the first row",
            "allocated, kB",
            "peak, kB",
            "times the row above",
            &format!("peak, bytes a {unit}"),
            "times the first row",
        ],
    );
    let above = [None].into_iter().chain(measured.iter().map(Some));
    for (page, above) in measured.iter().zip(above) {
        let each = |of: f64| of / page.size as f64;
        let times = |of: &dyn Fn(&Measured) -> Option<f64>, with: Option<&Measured>| {
            let ratio = of(page).zip(with.and_then(of)).map(|(of, with)| of / with);
            ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"))
        };
        let peak = |page: &Measured| page.heap.map(|heap| heap.peak as f64);
        let shown = |number: Option<f64>, digits: usize| {
            number.map_or_else(String::new, |number| format!("{number:.digits$}"))
        };
        table.row([
            page.size.to_string(),
            format!("{:.1}", page.bytes as f64 / 1e3),
            format!("{:.1}", page.time),
            times(&|page| Some(page.time), above),
            format!("{:.3}", each(page.time)),
            times(&|page| Some(page.time / page.size as f64), measured.first()),
            shown(page.heap.map(|heap| heap.allocated as f64 / 1e3), 1),
            shown(peak(page).map(|peak| peak / 1e3), 1),
            times(&peak, above),
            shown(peak(page).map(each), 0),
            times(
                &|page| peak(page).map(|peak| peak / page.size as f64),
                measured.first(),
            ),
        ]);
    }
    if measured.iter().any(|page| page.heap.is_none()) {
        table.note(format!(
            "What is allocated was not measured: `{}` is not there beside this program. `cargo build --release -p \
             punctual-compare` makes both.",
            heap::PROGRAM
        ));
    }
    if let [.., before, last] = measured
        && !common.quick
    {
        let (bound, factor) = (subject.bound(), last.time / before.time);
        let holds = if factor <= bound {
            "holds"
        } else {
            "**does not hold**"
        };
        table.note(format!(
            "{} {unit}s take at most {bound:.0} times as long as {}: {holds}, it is {factor:.2} times.",
            last.size, before.size
        ));
    }
    table
}
