//! A page without `async` starts nothing that goes on.

use punctual::prelude::*;

type Work = Tasks;

#[page(path = "/a")]
fn HomePage(tasks: Tasks, _: Deadline, work: Work) -> impl IntoView {
    drop((tasks, work));
}

fn main() {}
