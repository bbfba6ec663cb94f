//! A layout has one place for its pages, under whatever name.

use leptos::children::{ChildrenFn, ToChildren as _};
use punctual::prelude::*;

type Place = Children;

#[layout]
fn NoArgument() -> impl IntoView {}

#[layout]
fn NoPlace(_: Deadline, _: Cancel) -> impl IntoView {}

#[layout]
fn OtherPlace(children: ChildrenFn) -> impl IntoView {
    children()
}

#[layout]
fn Twice(children: Children, _: Deadline, others: Place) -> impl IntoView {
    (children(), others())
}

#[layout]
fn Thrice(_: Children, _: Children, _: Children) -> impl IntoView {}

fn main() {
    let _ = NoArgument();
    OtherPlace(ChildrenFn::to_children(|| "a"));
}
