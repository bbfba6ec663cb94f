//! Faults that a call may ask the catalog for.

use std::fmt;
use std::str::FromStr;

use reqwest::StatusCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A way in which the catalog fails when it is asked to.
///
/// It is written as a status from 400 to 599, `500`, or as `json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The answer has this status.
    Status(StatusCode),
    /// The answer is a 200 with JSON that breaks off.
    BrokenJson,
}

/// A text is not a fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{text:?} is not a way to fail: write a status from 400 to 599, such as `500`, or `json` \
     for an answer that breaks off"
)]
pub struct FaultError {
    text: String,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let text = text.trim();
        if text == "json" {
            return Ok(Self::BrokenJson);
        }
        StatusCode::from_bytes(text.as_bytes())
            .ok()
            .filter(|status| status.is_client_error() || status.is_server_error())
            .map(Self::Status)
            .ok_or_else(|| FaultError {
                text: text.to_owned(),
            })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => f.pad(status.as_str()),
            Self::BrokenJson => f.pad("json"),
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fault {
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
    fn reads_what_it_writes() {
        for text in ["400", "404", "500", "599", "json"] {
            let fault: Fault = text.parse().expect(text);
            assert_eq!(fault.to_string(), text);
        }
    }

    #[test]
    fn says_what_to_write() {
        for text in ["", "200", "399", "600", "0500", "five", "JSON"] {
            let error = text.parse::<Fault>().expect_err(text).to_string();
            assert!(error.contains("a status from 400 to 599"), "{error}");
        }
    }
}
