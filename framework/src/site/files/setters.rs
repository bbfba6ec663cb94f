use crate::site::SiteBuilder;
use std::path::PathBuf;

/// Files: the site folder as cargo-leptos lays it out, and the style sheet.
///
/// What no page and no route matches is looked up in the site folder, for GET and HEAD; what is not
/// there either is the not-found page's. The names of the settings and of the environment variables are
/// those of `LeptosOptions`, so a site that is built and run with `cargo leptos` needs none of them.
///
/// Only regular files are served: no lists of files, no `index.html`, nothing whose name begins with a
/// dot except in `/.well-known/`. Symbolic links are followed, also out of the folder. Files whose
/// names are not UTF-8 are not reached.
///
/// Every file has an ETag of its contents (above 32 MiB: of its time and size), and browsers ask for it
/// again before they use it. The exception is a file in the pkg folder that has the hash of its contents
/// in its name, as cargo-leptos writes it with `hash-files`: it may be kept for a year. The hash is
/// checked, so a file whose contents cargo-leptos changes after naming it is asked for again. Variants
/// compressed beforehand (`main.css.br`, `.zst`, `.gz`) are sent to browsers that take them. A part of
/// a file is sent when it is asked for. There is no Last-Modified.
///
/// A page at a path such as `/{*path}` matches before the site folder does, but not before the pkg folder.
/// Files are no pages: they have neither a deadline nor a record, and a visitor who stops reading one
/// is not cut off.
impl<S: Clone + Send + Sync + 'static> SiteBuilder<S> {
    /// The source of the site's style sheet, in plain CSS. [`SiteStyle`](crate::SiteStyle) writes the link
    /// to it.
    ///
    /// `cargo leptos` builds it, told by `style-file` in its own settings, to `/pkg/{output_name}.css`
    /// (with `hash-files` to `/pkg/{output_name}.{hash}.css`). Where nothing is built the file itself is
    /// served at the first of these addresses, as it is on the disk at each request. A source that is not
    /// plain CSS (`.scss`) is served only when it is built.
    ///
    /// A relative path is looked up in the current directory; in a program that cargo runs, in the folder
    /// of its package and those above it, up to the one with `Cargo.lock`; and in the folder with
    /// `Cargo.lock` above the program, where cargo has built it.
    ///
    /// Default: the site has no style sheet. One that is neither built nor there is a
    /// [`Problem`](crate::Problem).
    pub fn style(mut self, source: impl Into<PathBuf>) -> Self {
        self.files.style = Some(source.into());
        self
    }

    /// The site has islands: parts of pages that also run in the browser.
    ///
    /// Their code is what `cargo leptos` builds of the `lib-package` in its own settings:
    /// `/pkg/{output_name}.js` and `/pkg/{output_name}.wasm` (with hashes in their names with `hash-files`). They are looked
    /// for when the site is built. A document with islands gets a script that loads them, and starts each island as soon as
    /// it has arrived; a document without has none. Where they are not built the site says so once, when it starts, and serves
    /// islands as the server renders them.
    ///
    /// Default: the site has none, and one that is rendered all the same is not started.
    pub fn islands(mut self) -> Self {
        self.files.islands = true;
        self
    }

    /// The folder whose files are served, looked for when the site is built: a relative path is looked up
    /// as the one of [`style`](Self::style). A folder that is not there is no problem, but one that was
    /// named is logged.
    ///
    /// Default: the environment variable `LEPTOS_SITE_ROOT`, else `target/site`.
    pub fn site_root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.files.site_root = Some(folder.into());
        self
    }

    /// The folder, in the site folder, of what cargo-leptos builds. Its names have ASCII letters, digits,
    /// `-`, `_` and `.`; else it is a [`Problem`](crate::Problem).
    ///
    /// Default: the environment variable `LEPTOS_SITE_PKG_DIR`, else `pkg`.
    pub fn site_pkg_dir(mut self, folder: impl Into<String>) -> Self {
        self.files.pkg_dir = Some(folder.into());
        self
    }

    /// The name, without its ending, of what cargo-leptos builds. It has ASCII letters, digits, `-`, `_`
    /// and `.`; else it is a [`Problem`](crate::Problem).
    ///
    /// Default: the environment variable `LEPTOS_OUTPUT_NAME` at run time, else at compile time, which
    /// `cargo leptos` sets for both; else the name of the package in a program that cargo runs, which is
    /// the default of cargo-leptos; else the name of the program's file.
    pub fn output_name(mut self, name: impl Into<String>) -> Self {
        self.files.output_name = Some(name.into());
        self
    }

    /// The file with the hashes that are in the names of what cargo-leptos builds with `hash-files`. It is
    /// read when the site is built. A relative path is looked up beside the program's file.
    ///
    /// Default: there are no hashes, unless the environment variable `LEPTOS_HASH_FILES` is `true`; then
    /// `LEPTOS_HASH_FILE_NAME`, else `hash.txt`.
    pub fn hash_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.files.hash_file = Some(file.into());
        self
    }
}
