//! What the catalog holds. The service writes these types, the client reads them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A gizmo: something that is introduced on a day, in some quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gizmo {
    /// The number of the gizmo, from 1.
    pub id: u32,
    /// The name, for example `Gizmo 1`.
    pub name: String,
    /// The day on which it is introduced, for example `2026-05-04`.
    pub introduced: Date,
    /// How many of them there will be.
    pub quantity: u32,
}

/// A product, with what a page about it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The number of the product, from 1.
    pub id: u32,
    /// The name, for example `Product 1`.
    pub name: String,
    /// What one costs.
    pub price: Price,
    /// A few sentences about it.
    pub description: String,
    /// How many are in stock. None means that it is sold out.
    pub in_stock: u32,
    /// What its buyers think of it, in tenths of a star: 47 is 4.7 of 5 stars.
    pub rating_tenths: u8,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// A widget: a name and a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    /// The number of the widget, from 1.
    pub id: u32,
    /// The name, for example `Widget 1`.
    pub name: String,
    /// What one costs.
    pub price: Price,
}

/// An amount of money, held exactly as a whole number of cents.
///
/// It is written as a decimal number with two places, `1.99`, and travels in JSON
/// as a string of that form, so that no reader rounds it through a binary float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price {
    cents: u64,
}

impl Price {
    /// The price of this many cents.
    #[must_use]
    pub const fn from_cents(cents: u64) -> Self {
        Self { cents }
    }

    /// The price in cents.
    #[must_use]
    pub const fn cents(self) -> u64 {
        self.cents
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.cents / 100, self.cents % 100))
    }
}

/// A text is not a price.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text:?} is not a price: write units and two places, such as `1.99`")]
pub struct PriceError {
    text: String,
}

impl FromStr for Price {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        let cents = || {
            let (units, places) = text.split_once('.')?;
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if places.len() != 2 || !digits(units) || !digits(places) {
                return None;
            }
            let units: u64 = units.parse().ok()?;
            let places: u64 = places.parse().ok()?;
            units.checked_mul(100)?.checked_add(places)
        };
        cents().map(Self::from_cents).ok_or_else(|| PriceError {
            text: text.to_owned(),
        })
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_is_written_with_two_places() {
        for (cents, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (199, "1.99"),
            (120_000, "1200.00"),
        ] {
            assert_eq!(Price::from_cents(cents).to_string(), text);
            assert_eq!(text.parse(), Ok(Price::from_cents(cents)));
        }
        assert_eq!(format!("{:>7}", Price::from_cents(199)), "   1.99");
    }

    #[test]
    fn refuses_what_is_not_a_price() {
        for text in [
            "", ".", "1", "1.9", "1.999", ".99", "-1.99", "+1.99", "1.9x", "1,99",
        ] {
            let error = text.parse::<Price>().expect_err(text);
            assert!(error.to_string().contains("such as `1.99`"), "{error}");
        }
        assert!("184467440737095516.16".parse::<Price>().is_err());
    }

    #[test]
    fn price_travels_as_a_string() {
        let widget = Widget {
            id: 1,
            name: "Widget 1".to_owned(),
            price: Price::from_cents(188),
        };
        let json = serde_json::to_string(&widget).expect("a widget is plain data");
        assert_eq!(json, r#"{"id":1,"name":"Widget 1","price":"1.88"}"#);
        assert_eq!(serde_json::from_str::<Widget>(&json).ok(), Some(widget));
        assert!(serde_json::from_str::<Price>("1.88").is_err());
    }
}
