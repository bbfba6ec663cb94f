//! Layouts that stand in each other, or in themselves.

use punctual::prelude::*;

#[layout(layout = Inner)]
fn Outer(children: Children) -> impl IntoView {
    children()
}

#[layout(layout = Outer)]
fn Inner(children: Children) -> impl IntoView {
    children()
}

#[layout(layout = Own)]
fn Own(children: Children) -> impl IntoView {
    children()
}

fn main() {}
