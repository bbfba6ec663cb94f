//! Where a visitor goes after signing in.

use serde::Deserialize;

use crate::pages::StockPage;

/// The address that was asked for before signing in: a path of this site, perhaps with a query.
///
/// It comes from the query and from a form, so it is whatever somebody wrote there. What could lead to another site is
/// replaced by the stock room, so that nobody is sent from a sign-in they trust to a site that they should not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct ReturnTo(String);

impl Default for ReturnTo {
    fn default() -> Self {
        Self(StockPage::href())
    }
}

impl From<String> for ReturnTo {
    fn from(text: String) -> Self {
        // For a browser, `//host` and `/\host` are addresses at another host, and it leaves out line breaks and
        // tabs before it looks.
        let local = text.starts_with('/')
            && !text.starts_with("//")
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        match local {
            true => Self(text),
            false => Self::default(),
        }
    }
}

impl ReturnTo {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_of_this_site_only() {
        let of = |text: &str| ReturnTo::from(text.to_owned());
        for local in [
            "/",
            "/stock/gizmos/2",
            "/stock?delay=1s&hang",
            "/a?b=http://c",
        ] {
            assert_eq!(of(local).as_str(), local);
        }
        for elsewhere in [
            "",
            "stock",
            "http://shop.test/",
            "javascript:alert(1)",
            "//shop.test",
            "/\\shop.test",
            "/\t/shop.test",
            "/stock\r\nset-cookie: a=b",
            " /stock",
            "/st\u{f6}ck",
        ] {
            assert_eq!(of(elsewhere), ReturnTo::default(), "{elsewhere:?}");
        }
    }
}
