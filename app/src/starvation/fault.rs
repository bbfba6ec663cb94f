//! Why a visitor has no page.

use std::fmt;

use reqwest::StatusCode;

/// Why a visitor has no whole page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// 503: no thread was free before the page's deadline.
    Refused,
    /// 504: the page was late.
    Late,
    /// Another status than 200.
    Status(StatusCode),
    /// The document has no end.
    BrokenOff,
    /// The document is whole, but what it should show is not on it.
    WithoutData,
    /// The connection did not come about, or it broke.
    Connection,
    /// There was no answer while the visitor had patience.
    NoAnswer,
}

impl Fault {
    /// What a response is not, if it is not a whole page.
    pub(super) fn of_response(status: StatusCode, html: &str, content: &str) -> Result<(), Self> {
        match status {
            StatusCode::OK if !html.trim_end().ends_with("</html>") => Err(Self::BrokenOff),
            StatusCode::OK if !html.contains(content) => Err(Self::WithoutData),
            StatusCode::OK => Ok(()),
            StatusCode::SERVICE_UNAVAILABLE => Err(Self::Refused),
            StatusCode::GATEWAY_TIMEOUT => Err(Self::Late),
            status => Err(Self::Status(status)),
        }
    }

    pub(super) fn of_request(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::NoAnswer
        } else {
            Self::Connection
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("status 503, no thread was free before the deadline"),
            Self::Late => f.write_str("status 504, the page was late"),
            Self::Status(status) => write!(f, "status {}", status.as_u16()),
            Self::BrokenOff => f.write_str("the document broke off"),
            Self::WithoutData => f.write_str("the page came without its gizmos"),
            Self::Connection => f.write_str("the connection broke"),
            Self::NoAnswer => f.write_str("no answer within two minutes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_whole_when_its_end_and_its_data_are_there() {
        let of = |status, html| Fault::of_response(status, html, "Gizmo 3");
        assert_eq!(of(StatusCode::OK, "Gizmo 3</html>\n"), Ok(()));
        for (status, html, fault) in [
            (StatusCode::OK, "Gizmo 3", Fault::BrokenOff),
            (StatusCode::OK, "Gizmo 2</html>", Fault::WithoutData),
            (StatusCode::SERVICE_UNAVAILABLE, "</html>", Fault::Refused),
            (StatusCode::GATEWAY_TIMEOUT, "</html>", Fault::Late),
            (
                StatusCode::NOT_FOUND,
                "Gizmo 3</html>",
                Fault::Status(StatusCode::NOT_FOUND),
            ),
        ] {
            assert_eq!(of(status, html), Err(fault));
        }
    }
}
