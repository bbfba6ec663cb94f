//! Times: `"300ms"`, `"1s"`, `"2m"`.

mod fault;

use crate::ctxt::Ctxt;
use fault::Fault;
use quote::ToTokens as _;
use std::time::Duration;
use syn::{Expr, ExprLit, Lit};

/// No page takes longer than a day, and every clock can add it.
const LONGEST: u64 = 24 * 60 * 60_000;

/// The units, and how they are written elsewhere. The one without a name is none of ours.
const UNITS: [(&str, u64, &[&str]); 4] = [
    (
        "ms",
        1,
        &["msec", "msecs", "millis", "millisecond", "milliseconds"],
    ),
    ("s", 1_000, &["sec", "secs", "second", "seconds"]),
    ("m", 60_000, &["min", "mins", "minute", "minutes"]),
    ("", 3_600_000, &["h", "hr", "hrs", "hour", "hours"]),
];

/// Reads the value of `key`, and reports it when it is no time.
pub(crate) fn read(cx: &Ctxt, key: &str, value: &Expr) -> Option<Duration> {
    let literal = match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    };
    let Some(Lit::Str(text)) = literal else {
        let text = value.to_token_stream().to_string();
        let fix = match (literal, milliseconds(&text)) {
            (Some(Lit::Int(_) | Lit::Float(_)), Ok(time)) => display(time),
            (Some(Lit::Int(_) | Lit::Float(_)), Err(Fault::NoUnit { fix })) => fix,
            _ => "1s".to_owned(),
        };
        cx.error(
            value,
            format_args!("`{key}` must be a string with a unit: write `{key} = \"{fix}\"`"),
        );
        return None;
    };
    match milliseconds(&text.value()) {
        Ok(time) => Some(Duration::from_millis(time)),
        Err(fault) => {
            cx.error(text, format_args!("`{key}` {fault}"));
            None
        }
    }
}

/// The milliseconds of a time as users write it.
fn milliseconds(text: &str) -> Result<u64, Fault> {
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .collect();
    if compact.is_empty() {
        return Err(Fault::Empty);
    }
    if compact.starts_with('-') {
        return Err(Fault::Negative);
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let (number, unit) = compact.split_at(compact.find(|c| !is_number(c)).unwrap_or(compact.len()));
    if unit.contains(is_number) {
        // "1m30s" is a time of several parts.
        let fix = sum(&compact).map(display);
        return Err(fix.map_or(Fault::NoTime, |fix| Fault::Spelling { fix }));
    }
    if number.is_empty() {
        return Err(match factor(unit) {
            Some(_) => Fault::NoNumber {
                fix: format!("1{unit}"),
            },
            None => Fault::NoTime,
        });
    }
    if unit.is_empty() {
        // A bare number is most likely meant in seconds when it is small.
        let seconds = number.contains('.') || number.len() < 3;
        let time = scaled(number, if seconds { 1_000 } else { 1 }).ok();
        let fix = time.filter(|time| (1..=LONGEST).contains(time));
        return Err(Fault::NoUnit {
            fix: display(fix.unwrap_or(1_000)),
        });
    }
    let Some(factor) = factor(unit) else {
        let fix = foreign_factor(unit).and_then(|factor| scaled(number, factor).ok());
        return Err(Fault::Unit {
            unit: unit.to_owned(),
            fix: fix.map(display),
        });
    };
    let time = scaled(number, factor)?;
    if time == 0 {
        return Err(Fault::Zero);
    }
    if time > LONGEST {
        return Err(Fault::TooLong);
    }
    if number.contains('.') {
        let fix = if factor == 60_000 {
            display(time)
        } else {
            format!("{time}ms")
        };
        return Err(Fault::Fraction { fix });
    }
    if compact != text {
        return Err(Fault::Spelling { fix: compact });
    }
    Ok(time)
}

/// `number`, which may have a fraction, times `factor`, exactly.
fn scaled(number: &str, factor: u64) -> Result<u64, Fault> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || fraction.len() > 9 {
        return Err(Fault::NoTime);
    }
    let digits: u128 = format!("0{whole}{fraction}")
        .parse()
        .map_err(|_| Fault::TooLong)?;
    let scale = fraction.chars().fold(1_u128, |scale, _| scale * 10);
    let exact = digits
        .checked_mul(u128::from(factor))
        .ok_or(Fault::TooLong)?;
    let rounded = u64::try_from(exact.div_ceil(scale)).map_err(|_| Fault::TooLong)?;
    if exact % scale != 0 {
        return Err(Fault::TooFine {
            fix: format!("{rounded}ms"),
        });
    }
    Ok(rounded)
}

/// The milliseconds of a text of several parts, "1m30s".
fn sum(mut text: &str) -> Option<u64> {
    let mut total = 0_u64;
    while !text.is_empty() {
        let (number, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
        let end = rest.find(|c: char| c.is_ascii_digit());
        let (unit, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let factor = factor(unit).or_else(|| foreign_factor(unit))?;
        total = total.checked_add(scaled(number, factor).ok()?)?;
        text = rest;
    }
    (1..=LONGEST).contains(&total).then_some(total)
}

fn factor(unit: &str) -> Option<u64> {
    let mut units = UNITS.iter();
    let found = units.find(|(name, ..)| !name.is_empty() && *name == unit);
    found.map(|(_, factor, _)| *factor)
}

/// The factor of a unit as others write it.
fn foreign_factor(unit: &str) -> Option<u64> {
    let unit = unit.to_lowercase();
    let mut units = UNITS.iter();
    let found = units.find(|(name, _, others)| {
        (!name.is_empty() && *name == unit) || others.contains(&unit.as_str())
    });
    found.map(|(_, factor, _)| *factor)
}

/// A time in the largest unit that holds it exactly.
fn display(time: u64) -> String {
    match time {
        _ if time == 0 || !time.is_multiple_of(1_000) => format!("{time}ms"),
        _ if !time.is_multiple_of(60_000) => format!("{}s", time / 1_000),
        _ => format!("{}m", time / 60_000),
    }
}

#[cfg(test)]
mod tests;
