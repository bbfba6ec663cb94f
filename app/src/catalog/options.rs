//! What a page passes on to the catalog from its own query.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Delay, Fault};

/// How one call to the catalog is to go: how long it takes, and whether it fails.
///
/// It is read from a query string, `?delay=2s&fail=500&hang`, by Axum's `Query`
/// extractor, on the pages of the site as on the service itself, and the client writes it
/// back in the same form. Every value is checked on the way in, and the error says what to
/// write. Unknown keys are ignored, and so are empty values, because a form sends those for
/// fields that were left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallOptions {
    /// `delay=500ms` or `delay=500ms..1500ms`: how long the call takes, in place of the
    /// delay of the service.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "unless_empty"
    )]
    pub delay: Option<Delay>,
    /// `fail=500` or `fail=json`: how the call fails, after its delay.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "unless_empty"
    )]
    pub fail: Option<Fault>,
    /// `hang`: the call is never answered.
    #[serde(skip_serializing_if = "is_false", deserialize_with = "flag")]
    pub hang: bool,
}

fn unless_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(de::Error::custom)
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        other => Err(de::Error::custom(format_args!(
            "{other:?} is not a choice: write `hang` or leave it out"
        ))),
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;
    use reqwest::StatusCode;

    use super::*;

    fn read(query: &str) -> Result<CallOptions, String> {
        let uri = format!("http://site/pwg?{query}")
            .parse()
            .expect("the test writes a URI");
        Query::<CallOptions>::try_from_uri(&uri)
            .map(|Query(options)| options)
            .map_err(|error| error.body_text())
    }

    #[test]
    fn reads_a_query_and_writes_it_back() {
        let nothing = CallOptions::default();
        let all = CallOptions {
            delay: "500ms..1500ms".parse().ok(),
            fail: Some(Fault::Status(StatusCode::INTERNAL_SERVER_ERROR)),
            hang: true,
        };
        assert_eq!(read(""), Ok(nothing));
        assert_eq!(read("delay=&fail=&page=2&hang=false"), Ok(nothing));
        assert_eq!(read("delay=500ms..1500ms&fail=500&hang"), Ok(all));

        let url = reqwest::Client::new()
            .get("http://catalog/api/gizmos")
            .query(&all)
            .build()
            .expect("the options can be written")
            .url()
            .clone();
        assert_eq!(read(url.query().expect("a query")), Ok(all));
    }

    #[test]
    fn error_names_the_key_and_says_what_to_write() {
        for (query, key, advice) in [
            ("delay=5", "delay", "write `5ms`, `5s` or `5m`"),
            ("delay=61s", "delay", "write `60s` or less"),
            ("fail=200", "fail", "write a status from 400 to 599"),
            ("hang=maybe", "hang", "write `hang` or leave it out"),
        ] {
            let error = read(query).expect_err(query);
            assert!(error.contains(&format!("{key}: ")), "{error}");
            assert!(error.contains(advice), "{error}");
        }
    }
}
