//! Counts what the pages of `punctual-compare growth` allocate. It is a program of its own, because counting takes time.

use cap::Cap;
use std::{alloc::System, io};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> io::Result<()> {
    punctual_compare::count_heap(&ALLOCATOR)
}
