//! A blocking loader runs on another thread: what it takes and what it returns go from one to the
//! other.

use punctual::prelude::*;
use std::rc::Rc;

#[loader(blocking)]
pub fn counted() -> Result<Rc<u8>, std::fmt::Error> {
    Ok(Rc::new(1))
}

pub struct Local(pub Rc<u8>);

impl<S: Sync> axum::extract::FromRequestParts<S> for Local {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        _: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(Rc::new(1)))
    }
}

#[loader(blocking)]
pub fn taking(Local(number): Local) -> Result<u8, std::fmt::Error> {
    Ok(*number)
}

fn main() {}
