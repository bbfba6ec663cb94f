use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// The one folder whose name begins with a dot and whose files are served (RFC 8615).
const WELL_KNOWN: &str = ".well-known";

/// Characters that part folders on some system, or that name something else than the file there:
/// streams and short names of dot files on Windows.
const REFUSED: &[char] = if cfg!(windows) {
    &['/', '\\', ':', '~']
} else {
    &['/', '\\']
};

/// What is written with a percent sign in an address: what RFC 3986 does not allow in a path, and
/// the percent sign.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The way to a file from the folder that it is in: names with `/` between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilePath(String);

impl FilePath {
    /// The file that a visitor asks for with the path of an address.
    ///
    /// There is none for what could leave the folder, is a folder, or is hidden: every name has at
    /// least one character, has none that parts folders on any system, and does not begin with a dot
    /// (which `.` and `..` do).
    pub(super) fn of_address(path: &str) -> Option<Self> {
        let mut decoded = String::with_capacity(path.len());
        for (place, name) in path.strip_prefix('/')?.split('/').enumerate() {
            let name = percent_decode_str(name).decode_utf8().ok()?;
            let hidden = name.starts_with('.') && (place > 0 || name != WELL_KNOWN);
            if name.is_empty()
                || hidden
                || name.contains(REFUSED)
                || name.contains(char::is_control)
            {
                return None;
            }
            if place > 0 {
                decoded.push('/');
            }
            decoded.push_str(&name);
        }
        Some(Self(decoded))
    }

    /// A file that the program names, not a visitor.
    pub(super) fn new(path: String) -> Self {
        Self(path)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the file without the folders.
    pub(super) fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is somewhere in this folder. Everything is in the folder `""`.
    pub(super) fn is_in(&self, folder: &str) -> bool {
        match self.0.strip_prefix(folder) {
            Some(rest) => folder.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// The path of its address.
    pub(super) fn address(&self) -> String {
        self.0
            .split('/')
            .flat_map(|name| ["/".into(), utf8_percent_encode(name, ENCODED).to_string()])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(path: &str) -> Option<String> {
        FilePath::of_address(path).map(|path| path.0)
    }

    #[test]
    fn names_are_decoded_once() {
        assert_eq!(decoded("/pkg/a.css").as_deref(), Some("pkg/a.css"));
        assert_eq!(
            decoded("/a%20b/%C3%A4.txt").as_deref(),
            Some("a b/\u{e4}.txt")
        );
        assert_eq!(decoded("/100%25.txt").as_deref(), Some("100%.txt"));
        assert_eq!(decoded("/%252e%252e/a").as_deref(), Some("%2e%2e/a"));
    }

    #[test]
    fn what_leaves_the_folder_is_no_file() {
        for path in [
            "/../secret",
            "/a/../secret",
            "/a/..",
            "/%2e%2e/secret",
            "/%2E./secret",
            "/..%2fsecret",
            "/a%2fb",
            "/..\\secret",
            "/..%5csecret",
            "/a%5Cb",
            "//etc/passwd",
            "/a//b",
            "/%2fetc/passwd",
            "/./a",
            "/a%00.css",
            "/a%0a",
            "/%ff",
            "/",
            "/a/",
            "",
            "a",
            "*",
        ] {
            assert_eq!(decoded(path), None, "{path:?}");
        }
    }

    #[test]
    fn hidden_files_are_no_files_but_for_the_well_known() {
        for path in [
            "/.env",
            "/.git/config",
            "/a/.env",
            "/%2eenv",
            "/a/.well-known/b",
            "/.well-known/.env",
            "/.well-knowns/a",
        ] {
            assert_eq!(decoded(path), None, "{path:?}");
        }
        let path = "/.well-known/security.txt";
        assert_eq!(decoded(path).as_deref(), Some(".well-known/security.txt"));
    }

    #[test]
    fn an_address_leads_back_to_its_file() {
        for path in ["pkg/a.css", "a b/\u{e4}%?#{}.txt", "100%25", "a+b&c='d'"] {
            let path = FilePath::new(path.to_owned());
            assert_eq!(FilePath::of_address(&path.address()), Some(path));
        }
    }

    #[test]
    fn a_folder_has_what_is_behind_its_whole_name() {
        let path = FilePath::new("pkg/snippets/a.js".to_owned());
        assert!(path.is_in("pkg"));
        assert!(path.is_in("pkg/snippets"));
        assert!(path.is_in(""));
        assert!(!path.is_in("pk"));
        assert!(!path.is_in("snippets"));
        assert_eq!(path.name(), "a.js");
    }
}
