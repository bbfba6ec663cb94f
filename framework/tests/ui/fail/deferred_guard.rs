//! A guard cannot come later.

use punctual::prelude::*;
use std::fmt::Error;

#[loader(guard)]
async fn signed_in() -> Result<u32, Error> {
    Ok(1)
}

/// Not a guard, but it needs one.
#[loader]
async fn orders(_: Loaded<signed_in>) -> Result<u32, Error> {
    Ok(1)
}

type Later = Deferred<signed_in>;

#[page(async, path = "/a")]
fn OrdersPage(orders: Deferred<orders>, user: Deferred<signed_in>) -> impl IntoView {
    drop((orders, user));
}

#[layout]
fn Account(user: Later, children: Children) -> impl IntoView {
    drop(user);
    children()
}

fn main() {}
