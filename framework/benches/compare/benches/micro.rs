//! Single requests in memory: `cargo bench -p punctual-compare`.

use clap::ValueEnum as _;
use criterion::{Criterion, criterion_group, criterion_main};
use punctual_compare::micro::Kind;
use std::time::Instant;

fn requests(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime can be started");
    let mut group = criterion.benchmark_group("requests");
    for kind in Kind::value_variants() {
        let asked = runtime.block_on(kind.asked());
        group.bench_function(kind.name(), |bencher| {
            bencher.iter_custom(|count| {
                runtime.block_on(async {
                    let begin = Instant::now();
                    for _ in 0..count {
                        asked.once().await;
                    }
                    begin.elapsed()
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
