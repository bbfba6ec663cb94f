//! Why a text is no time, in words.

use std::fmt;

/// Why a text is no time. Each reads on after the name of a key.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
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
                super::display(super::LONGEST)
            ),
            Self::Spelling { fix } => {
                write!(f, "must be one number and one unit: write \"{fix}\"")
            }
        }
    }
}
