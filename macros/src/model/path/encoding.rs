//! The characters that a request's path can have.

use super::fault::What;

/// Checks text between slashes and outside of parameters. The result is the text as it comes in
/// a request.
pub(super) fn check(text: &str, faults: &mut Vec<What>) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut refused = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '%' {
            let digits: String = rest.chars().take(2).collect();
            let whole = digits.len() == 2 && digits.chars().all(|c| c.is_ascii_hexdigit());
            let capitals = digits.to_uppercase();
            if !whole {
                faults.push(What::Percent(format!("%{digits}")));
                fixed.push_str("%25");
                continue;
            }
            if digits != capitals {
                faults.push(What::LowerCase(format!("%{digits}")));
            }
            fixed.push('%');
            fixed.push_str(&capitals);
            rest = &rest[2..];
        } else if is_encoded(c) {
            refused.push(c);
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                fixed.push_str(&format!("%{byte:02X}"));
            }
        } else {
            fixed.push(c);
        }
    }
    if !refused.is_empty() {
        faults.push(What::Encode(refused));
    }
    fixed
}

/// Whether a browser percent-encodes this character in a path.
///
/// This is the path percent-encode set of the URL standard, and the backslash, which a browser
/// turns into a slash. <https://url.spec.whatwg.org/#path-percent-encode-set>
fn is_encoded(c: char) -> bool {
    !c.is_ascii_graphic()
        || matches!(
            c,
            '"' | '#' | '<' | '>' | '?' | '^' | '`' | '{' | '}' | '\\'
        )
}

#[cfg(test)]
mod tests {
    use super::{What, check};

    #[test]
    fn leaves_what_a_request_can_have() {
        let mut faults = Vec::new();
        let text = "a-Z_0.~!$&'()*+,;=:@[]|%20%C3%A9";
        assert_eq!(check(text, &mut faults), text);
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn encodes_the_rest() {
        let mut faults = Vec::new();
        assert_eq!(check("a b\u{e9}\"", &mut faults), "a%20b%C3%A9%22");
        assert_eq!(faults, [What::Encode(" \u{e9}\"".to_owned())]);
    }

    #[test]
    fn checks_percent_encoding() {
        let mut faults = Vec::new();
        assert_eq!(check("100%", &mut faults), "100%25");
        assert_eq!(check("%zz", &mut faults), "%25zz");
        assert_eq!(check("%c3\u{e9}", &mut faults), "%C3%C3%A9");
        let expected = [
            What::Percent("%".to_owned()),
            What::Percent("%zz".to_owned()),
            What::LowerCase("%c3".to_owned()),
            What::Encode("\u{e9}".to_owned()),
        ];
        assert_eq!(faults, expected);
    }
}
