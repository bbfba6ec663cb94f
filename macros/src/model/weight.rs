//! How many places a page takes.

use super::choice;
use crate::ctxt::Ctxt;
use std::num::NonZeroU32;
use syn::{Expr, ExprLit, Lit};

/// Reads the value of `weight`, and reports it when it is no whole number from 1 on.
pub(super) fn read(cx: &Ctxt, value: &Expr) -> Option<NonZeroU32> {
    let Expr::Lit(ExprLit {
        lit: Lit::Int(number),
        ..
    }) = value
    else {
        let text = choice::text(value);
        let fix = match text.trim().parse::<NonZeroU32>() {
            Ok(number) => format!("write `weight = {number}`"),
            Err(_) => "write a whole number, such as `weight = 4`".to_owned(),
        };
        cx.error(value, format_args!("`weight` must be a number: {fix}"));
        return None;
    };
    if let Ok(weight) = number.base10_parse::<NonZeroU32>() {
        return Some(weight);
    }
    let zero = number.base10_digits().chars().all(|digit| digit == '0');
    let message = match zero {
        true => "`weight` is 0, but every page takes a place: write 1, or leave it out".to_owned(),
        false => format!("`weight` is too large: it goes up to {}", u32::MAX),
    };
    cx.error(value, message);
    None
}
