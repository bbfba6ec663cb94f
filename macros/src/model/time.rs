//! Times: `"300ms"`, `"1s"`, `"2m"`.

use crate::ctxt::Ctxt;
use quote::ToTokens as _;
use std::fmt;
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

/// Why a text is no time. Each reads on after the name of a key.
#[derive(Debug, PartialEq)]
enum Fault {
    Empty,
    NoTime,
    NoNumber { fix: String },
    NoUnit { fix: String },
    Unit { unit: String, fix: Option<String> },
    Zero,
    Negative,
    Fraction { fix: String },
    TooFine { fix: String },
    TooLong,
    Spelling { fix: String },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty: write a number and a unit, \"1s\" or \"500ms\""),
            Self::NoTime => {
                f.write_str("is not a time: write a number and a unit, \"1s\" or \"500ms\"")
            }
            Self::NoNumber { fix } => write!(f, "needs a number before the unit: write \"{fix}\""),
            Self::NoUnit { fix } => write!(
                f,
                "needs a unit: write \"{fix}\" (the units are `ms`, `s` and `m`)"
            ),
            Self::Unit { unit, fix } => {
                write!(f, "has the unknown unit `{unit}`: ")?;
                match fix {
                    Some(fix) => write!(f, "write \"{fix}\""),
                    None => f.write_str("write `ms`, `s` or `m`"),
                }
            }
            Self::Zero => f.write_str(
                "cannot be zero: leave it out for the default, or write at least \"1ms\"",
            ),
            Self::Negative => f.write_str("cannot be negative: write \"1s\" or \"500ms\""),
            Self::Fraction { fix } => write!(f, "must be a whole number: write \"{fix}\""),
            Self::TooFine { fix } => {
                write!(f, "must be a whole number of milliseconds: write \"{fix}\"")
            }
            Self::TooLong => write!(
                f,
                "is too long: the most is a day, \"{}\"",
                display(LONGEST)
            ),
            Self::Spelling { fix } => {
                write!(f, "must be one number and one unit: write \"{fix}\"")
            }
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
        let fix = match scaled(number, if seconds { 1_000 } else { 1 }) {
            Ok(time @ 1..=LONGEST) => time,
            _ => 1_000,
        };
        return Err(Fault::NoUnit { fix: display(fix) });
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
        _ if time == 0 || time % 1_000 != 0 => format!("{time}ms"),
        _ if time % 60_000 != 0 => format!("{}s", time / 1_000),
        _ => format!("{}m", time / 60_000),
    }
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[track_caller]
    fn assert_refused(text: &str, expected: &str) {
        let fault = milliseconds(text).expect_err("this is no time");
        assert_eq!(fault.to_string(), expected);
    }

    #[test]
    fn reads_every_unit() {
        assert_eq!(milliseconds("1ms"), Ok(1));
        assert_eq!(milliseconds("600ms"), Ok(600));
        assert_eq!(milliseconds("45s"), Ok(45_000));
        assert_eq!(milliseconds("2m"), Ok(120_000));
        assert_eq!(milliseconds("1440m"), Ok(86_400_000));
    }

    #[test]
    fn a_unit_is_required() {
        assert_refused(
            "1",
            "needs a unit: write \"1s\" (the units are `ms`, `s` and `m`)",
        );
        assert_refused(
            "600",
            "needs a unit: write \"600ms\" (the units are `ms`, `s` and `m`)",
        );
        assert_refused(
            "1.5",
            "needs a unit: write \"1500ms\" (the units are `ms`, `s` and `m`)",
        );
        assert_refused("s", "needs a number before the unit: write \"1s\"");
        assert_refused(
            "",
            "is empty: write a number and a unit, \"1s\" or \"500ms\"",
        );
        assert_refused(
            "soon",
            "is not a time: write a number and a unit, \"1s\" or \"500ms\"",
        );
    }

    #[test]
    fn other_units_are_translated() {
        assert_refused("1h", "has the unknown unit `h`: write \"60m\"");
        assert_refused("2 seconds", "has the unknown unit `seconds`: write \"2s\"");
        assert_refused("100MS", "has the unknown unit `MS`: write \"100ms\"");
        assert_refused("5us", "has the unknown unit `us`: write `ms`, `s` or `m`");
    }

    #[test]
    fn refuses_what_is_no_limit() {
        let zero = "cannot be zero: leave it out for the default, or write at least \"1ms\"";
        assert_refused("0s", zero);
        assert_refused("0.0s", zero);
        assert_refused("-1s", "cannot be negative: write \"1s\" or \"500ms\"");
        let long = "is too long: the most is a day, \"1440m\"";
        assert_refused("1441m", long);
        assert_refused("99999999999999999999999999999999999999999s", long);
    }

    #[test]
    fn fractions_become_whole_numbers() {
        assert_refused("1.5s", "must be a whole number: write \"1500ms\"");
        assert_refused("0.5m", "must be a whole number: write \"30s\"");
        assert_refused(".25s", "must be a whole number: write \"250ms\"");
        assert_refused(
            "0.5ms",
            "must be a whole number of milliseconds: write \"1ms\"",
        );
    }

    #[test]
    fn there_is_one_spelling() {
        let and = "must be one number and one unit: write";
        assert_refused("1 s", &format!("{and} \"1s\""));
        assert_refused("1_000ms", &format!("{and} \"1000ms\""));
        assert_refused("1m30s", &format!("{and} \"90s\""));
        assert_refused("1h30min", &format!("{and} \"90m\""));
    }
}
