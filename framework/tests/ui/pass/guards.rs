//! Guards of all kinds, and where they are found.

use punctual::LoaderInfo;
use punctual::prelude::*;
use std::fmt::Error;

#[loader]
async fn session() -> Result<u32, Error> {
    Ok(1)
}

#[loader(guard)]
async fn signed_in(session: Loaded<session>) -> Result<u32, PageError> {
    Ok(*session)
}

/// A guard that needs another one.
#[loader(guard, timeout = "300ms")]
async fn may_read(user: Loaded<signed_in>) -> Result<u32, Error> {
    Ok(*user)
}

#[loader(blocking, guard, timeout = "1s",)]
fn is_open() -> Result<(), PageError> {
    Ok(())
}

/// No guards, but they need one, the last one far away.
#[loader]
async fn account(user: Loaded<may_read>) -> Result<u32, Error> {
    Ok(*user)
}

#[loader]
async fn orders(account: LoadResult<account>) -> Result<u32, Error> {
    account.map(|account| *account).map_err(|_| Error)
}

#[loader(blocking)]
fn invoice(orders: Orders) -> Result<u32, Error> {
    Ok(*orders)
}

type Orders = Loaded<orders>;

#[layout]
fn Shop(_: Loaded<is_open>, children: Children) -> impl IntoView {
    children()
}

#[page(async, path = "/invoice", layout = Shop)]
fn InvoicePage(invoice: Deferred<invoice>, user: LoadResult<signed_in>) -> impl IntoView {
    drop((invoice, user));
}

const _: () = {
    assert!(signed_in::GUARD && may_read::GUARD && is_open::GUARD);
    assert!(!session::GUARD && !account::GUARD && !orders::GUARD && !invoice::GUARD);
};

fn main() {
    let _ = Site::builder().pages(pages![InvoicePage]).build();
    // Whether one is needed is known through aliases, results and guards.
    for guarded in [
        signed_in::GUARDED,
        may_read::GUARDED,
        is_open::GUARDED,
        account::GUARDED,
        orders::GUARDED,
        invoice::GUARDED,
    ] {
        assert!(guarded);
    }
    assert!(!session::GUARDED);
}
