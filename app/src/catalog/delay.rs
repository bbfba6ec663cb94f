//! How long the catalog takes over a call.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rand::{Rng, RngExt};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// How long a call takes: always the same, `500ms`, or by chance between two
/// limits, `500ms..1500ms`.
///
/// A unit is required: `ms`, `s` or `m`. The upper limit is [`Delay::LONGEST`].
///
/// ```
/// use pwg::catalog::Delay;
///
/// let delay: Delay = "500ms..1500ms".parse()?;
/// assert_eq!(delay.to_string(), "500ms..1500ms");
/// assert!("500".parse::<Delay>().is_err());
/// # Ok::<(), pwg::catalog::DelayError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    shortest: Duration,
    longest: Duration,
}

impl Delay {
    /// No call takes longer than this, 60 seconds, by way of its delay.
    pub const LONGEST: Duration = Duration::from_secs(60);

    /// No delay at all.
    pub const NONE: Self = Self {
        shortest: Duration::ZERO,
        longest: Duration::ZERO,
    };

    /// The shortest delay that there can be.
    #[must_use]
    pub fn shortest(self) -> Duration {
        self.shortest
    }

    /// The longest delay that there can be; the shortest one too, if it is fixed.
    #[must_use]
    pub fn longest(self) -> Duration {
        self.longest
    }

    /// The delay of one call: each millisecond of the range is as likely as any other.
    ///
    /// A fixed delay draws nothing from `random`.
    pub fn draw(self, random: &mut impl Rng) -> Duration {
        if self.shortest == self.longest {
            return self.shortest;
        }
        let millis = random.random_range(self.shortest.as_millis()..=self.longest.as_millis());
        // The limit of 60 seconds is far below what 64 bits hold.
        Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }
}

/// The service answers after 500 milliseconds unless it is told otherwise: three calls
/// one after another take longer than a second, three at once do not.
impl Default for Delay {
    fn default() -> Self {
        let duration = Duration::from_millis(500);
        Self {
            shortest: duration,
            longest: duration,
        }
    }
}

/// A text is not a delay.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DelayError {
    /// There is a number without a unit.
    #[error("the delay `{text}` needs a unit: write `{text}ms`, `{text}s` or `{text}m`")]
    NoUnit {
        /// The number.
        text: String,
    },
    /// It is neither a duration nor a range.
    #[error(
        "{text:?} is not a delay: write a whole number and a unit (ms, s or m), \
         such as `500ms` or `2s`, or a range, such as `500ms..1500ms`"
    )]
    NotADelay {
        /// What was there in place of a duration.
        text: String,
    },
    /// It is longer than the limit.
    #[error("the delay `{text}` is too long: write `60s` or less")]
    TooLong {
        /// The duration that is too long.
        text: String,
    },
    /// The range ends before it begins.
    #[error("the range `{from}..{to}` ends before it begins: write `{to}..{from}`")]
    Backwards {
        /// Where the range begins.
        from: String,
        /// Where the range ends.
        to: String,
    },
}

impl FromStr for Delay {
    type Err = DelayError;

    fn from_str(text: &str) -> Result<Self, DelayError> {
        let text = text.trim();
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (shortest, longest) = (duration(from)?, duration(to)?);
        if shortest > longest {
            return Err(DelayError::Backwards {
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
        Ok(Self { shortest, longest })
    }
}

fn duration(text: &str) -> Result<Duration, DelayError> {
    let not_a_delay = || DelayError::NotADelay {
        text: text.to_owned(),
    };
    let too_long = || DelayError::TooLong {
        text: text.to_owned(),
    };
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if number.is_empty() {
        return Err(not_a_delay());
    }
    let millis_per_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "" => {
            return Err(DelayError::NoUnit {
                text: number.to_owned(),
            });
        }
        _ => return Err(not_a_delay()),
    };
    // All that can go wrong with digits is that there are too many of them.
    let number: u64 = number.parse().map_err(|_| too_long())?;
    let millis = number.checked_mul(millis_per_unit).ok_or_else(too_long)?;
    let duration = Duration::from_millis(millis);
    if duration > Delay::LONGEST {
        return Err(too_long());
    }
    Ok(duration)
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |duration: Duration| match duration.as_millis() {
            millis if millis > 0 && millis.is_multiple_of(1_000) => format!("{}s", millis / 1_000),
            millis => format!("{millis}ms"),
        };
        if self.shortest == self.longest {
            f.pad(&text(self.shortest))
        } else {
            f.pad(&format!("{}..{}", text(self.shortest), text(self.longest)))
        }
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn message(text: &str) -> String {
        text.parse::<Delay>().expect_err(text).to_string()
    }

    #[test]
    fn reads_durations_and_ranges() {
        for (text, shortest, longest) in [
            ("0ms", 0, 0),
            ("500ms", 500, 500),
            ("2s", 2_000, 2_000),
            ("1m", 60_000, 60_000),
            ("500ms..1500ms", 500, 1_500),
            ("1s..1s", 1_000, 1_000),
            (" 0ms..60s ", 0, 60_000),
        ] {
            let delay: Delay = text.parse().expect(text);
            assert_eq!(delay.shortest(), Duration::from_millis(shortest), "{text}");
            assert_eq!(delay.longest(), Duration::from_millis(longest), "{text}");
            assert_eq!(delay.to_string().parse(), Ok(delay), "{text}");
        }
    }

    #[test]
    fn says_what_to_write() {
        assert_eq!(
            message("500"),
            "the delay `500` needs a unit: write `500ms`, `500s` or `500m`"
        );
        assert_eq!(
            message("500ms..900"),
            "the delay `900` needs a unit: write `900ms`, `900s` or `900m`"
        );
        assert_eq!(
            message("61s"),
            "the delay `61s` is too long: write `60s` or less"
        );
        assert_eq!(
            message("2s..1s"),
            "the range `2s..1s` ends before it begins: write `1s..2s`"
        );
        for text in [
            "", "ms", "1.5s", "-1s", "1h", "5 s", "..", "1s..", "..1s", "soon",
        ] {
            assert!(message(text).contains("such as `500ms` or `2s`"), "{text}");
        }
        for text in ["99999999999999999999s", "18446744073709551615m"] {
            assert!(message(text).contains("is too long"), "{text}");
        }
    }

    #[test]
    fn draws_the_same_for_the_same_seed() {
        let delay: Delay = "10ms..20ms".parse().expect("a range");
        let draws = |seed| {
            let mut random = StdRng::seed_from_u64(seed);
            (0..200)
                .map(|_| delay.draw(&mut random))
                .collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        for end in [delay.shortest(), delay.longest()] {
            assert!(draws(1).contains(&end), "both ends are drawn");
        }
        assert!(
            draws(1)
                .iter()
                .all(|drawn| (delay.shortest()..=delay.longest()).contains(drawn))
        );
    }
}
