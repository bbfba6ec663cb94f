//! The values in the address of a page, percent-encoded.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::fmt::Display;

/// What does not stand as itself in a path: the URL standard's path percent-encode set.
const TAIL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'^')
    .add(b'%')
    .add(b'\\');

/// The same, and the slash, which would end the segment.
const SEGMENT: &AsciiSet = &TAIL.add(b'/');

/// A value as one segment of a path, for `{id}`.
///
/// Only `.` and `..` cannot be one: browsers and servers take them for steps in the path, however
/// they are encoded.
pub fn path_segment(value: &dyn Display) -> String {
    utf8_percent_encode(&value.to_string(), SEGMENT).to_string()
}

/// A value as the rest of a path, for `{*rest}`: slashes stay.
pub fn path_tail(value: &dyn Display) -> String {
    utf8_percent_encode(&value.to_string(), TAIL).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_path_is_encoded() {
        assert_eq!(path_segment(&42), "42");
        assert_eq!(path_segment(&"a/b?c#d e%ü"), "a%2Fb%3Fc%23d%20e%25%C3%BC");
        assert_eq!(path_tail(&"a/b c"), "a/b%20c");
    }
}
