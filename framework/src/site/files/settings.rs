use super::{
    Files,
    folder::{Compression, Folder},
    islands,
    sheet::Sheet,
    surroundings::{Surroundings, absolute},
};
use crate::{
    config::Islands,
    site::{ConfigProblem, Problem},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

const SITE_ROOT: &str = "LEPTOS_SITE_ROOT";
const SITE_PKG_DIR: &str = "LEPTOS_SITE_PKG_DIR";
const OUTPUT_NAME: &str = "LEPTOS_OUTPUT_NAME";
const HASH_FILES: &str = "LEPTOS_HASH_FILES";
const HASH_FILE_NAME: &str = "LEPTOS_HASH_FILE_NAME";
const PACKAGE: &str = "CARGO_PKG_NAME";

/// What the builder was told of files; the rest is in the environment.
#[derive(Debug, Default)]
pub(in crate::site) struct FileSettings {
    pub(super) site_root: Option<PathBuf>,
    pub(super) pkg_dir: Option<String>,
    pub(super) output_name: Option<String>,
    pub(super) hash_file: Option<PathBuf>,
    pub(super) style: Option<PathBuf>,
    pub(super) islands: bool,
}

impl FileSettings {
    /// Looks for everything, once.
    pub(in crate::site) fn resolve(
        self,
        around: &Surroundings,
        problems: &mut Vec<Problem>,
    ) -> Files {
        let pkg_dir = self.pkg_dir(around, problems);
        let output_name = self.output_name(around, problems);
        let hashes = self.hashes(around, problems).unwrap_or_default();
        let (Some(pkg_dir), Some(output_name)) = (pkg_dir, output_name) else {
            return Files::default();
        };
        let site = self.site_root(around);
        let folder = match pkg_dir.as_str() {
            "" => String::new(),
            dir => format!("{dir}/"),
        };
        let islands = match self.islands {
            true => islands::find(site.as_deref(), &folder, &output_name, &hashes),
            false => Islands::Unknown,
        };
        let mut style = None;
        if let Some(source) = self.style {
            let sheet = Sheet {
                source,
                folder,
                name: output_name,
                hash: hash_of(&hashes, "css"),
            };
            style = sheet
                .find(site.as_ref(), around)
                .map_err(|problem| problems.push(problem))
                .ok();
        }
        Files {
            site: site.map(|site| Folder::new(site, Compression::Beforehand)),
            pkg_dir,
            style,
            islands,
        }
    }

    fn site_root(&self, around: &Surroundings) -> Option<PathBuf> {
        let named = self.site_root.clone().or_else(|| around.path(SITE_ROOT));
        let is_named = named.is_some();
        let places = around.places(&named.unwrap_or_else(|| "target/site".into()));
        let found = places.iter().find(|place| place.is_dir());
        if found.is_none() && is_named {
            tracing::warn!(target: "punctual", ?places, "the site folder is not there: no files are served from it");
        }
        found.map(|found| absolute(found))
    }

    fn pkg_dir(&self, around: &Surroundings, problems: &mut Vec<Problem>) -> Option<String> {
        let (setting, value) = match &self.pkg_dir {
            Some(value) => ("site_pkg_dir", value.clone()),
            None => (
                SITE_PKG_DIR,
                around.text(SITE_PKG_DIR).unwrap_or_else(|| "pkg".into()),
            ),
        };
        let dir = value.trim_matches('/');
        if dir.is_empty() || dir.split('/').all(is_plain) {
            return Some(dir.to_owned());
        }
        let expected =
            "names of ASCII letters, digits, `-`, `_` and `.`, which do not begin with `.`";
        problems.push(Problem::Files(ConfigProblem::new(
            setting, &value, expected,
        )));
        None
    }

    fn output_name(&self, around: &Surroundings, problems: &mut Vec<Problem>) -> Option<String> {
        let told = match &self.output_name {
            Some(name) => Some(("output_name", name.clone())),
            None => around
                .text(OUTPUT_NAME)
                .or_else(|| option_env!("LEPTOS_OUTPUT_NAME").map(str::to_owned))
                .filter(|name| !name.is_empty())
                .map(|name| (OUTPUT_NAME, name)),
        };
        if let Some((setting, name)) = told {
            if is_plain(&name) {
                return Some(name);
            }
            let expected =
                "a name of ASCII letters, digits, `-`, `_` and `.`, which does not begin with `.`";
            problems.push(Problem::Files(ConfigProblem::new(setting, &name, expected)));
            return None;
        }
        let program = || Some(around.program.as_ref()?.file_stem()?.to_str()?.to_owned());
        let name = around.text(PACKAGE).or_else(program);
        Some(
            name.filter(|name| is_plain(name))
                .unwrap_or_else(|| "site".into()),
        )
    }

    /// The file with the hashes in the names of built files, if names have some and they are known.
    fn hashes(&self, around: &Surroundings, problems: &mut Vec<Problem>) -> Option<String> {
        let file = match &self.hash_file {
            Some(file) => file.clone(),
            None => match around.text(HASH_FILES).as_deref() {
                Some("true") => around
                    .path(HASH_FILE_NAME)
                    .unwrap_or_else(|| "hash.txt".into()),
                None | Some("false") => return None,
                Some(other) => {
                    let problem = ConfigProblem::new(HASH_FILES, other, "`true` or `false`");
                    problems.push(Problem::Files(problem));
                    return None;
                }
            },
        };
        let beside = around.program.as_deref().and_then(Path::parent);
        let file = beside.unwrap_or(Path::new("")).join(file);
        match fs::read_to_string(&file) {
            Ok(text) => Some(text),
            Err(error) => {
                tracing::warn!(target: "punctual", %error, file = %file.display(), "the file with the hashes of the site's files cannot be read");
                None
            }
        }
    }
}

/// Looks for the line `css: UfC5TgmjKyZW5N6FzyXKNQ`.
pub(super) fn hash_of(text: &str, wanted: &str) -> Option<String> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let mut hashes = lines.filter(|(kind, _)| kind.trim() == wanted);
    let hash = hashes.next()?.1.trim();
    is_plain(hash).then(|| hash.to_owned())
}

/// Whether this can stand in an address, in a route, and in a path, as it is.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;
    use tempfile::{TempDir, tempdir};

    fn around(variable: fn(&str) -> Option<OsString>, folder: &TempDir) -> Surroundings {
        Surroundings {
            variable,
            program: Some(folder.path().join("bin/shop-server")),
            folders: vec![folder.path().to_owned()],
        }
    }

    fn write(folder: &TempDir, file: &str, text: &str) {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(file, text).expect("it can be written");
    }

    fn resolve(settings: FileSettings, around: &Surroundings) -> Files {
        let mut problems = Vec::new();
        let files = settings.resolve(around, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        files
    }

    fn problems(settings: FileSettings, around: &Surroundings) -> Vec<String> {
        let mut problems = Vec::new();
        settings.resolve(around, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    fn styled() -> FileSettings {
        FileSettings {
            style: Some("style/main.css".into()),
            ..FileSettings::default()
        }
    }

    /// The address of the style sheet.
    fn address(files: &Files) -> String {
        let style = files.style.as_ref().expect("it has a style sheet");
        style.file.address()
    }

    #[test]
    fn without_anything_there_are_no_files() {
        let folder = tempdir().expect("a folder");
        let files = resolve(FileSettings::default(), &around(|_| None, &folder));
        assert!(files.site.is_none() && files.style.is_none());
        assert_eq!(files.pkg_dir, "pkg");
    }

    #[test]
    fn the_site_folder_is_where_cargo_leptos_puts_it() {
        let folder = tempdir().expect("a folder");
        write(&folder, "target/site/pkg/a.js", "");
        let files = resolve(FileSettings::default(), &around(|_| None, &folder));
        assert!(files.site.is_some());
    }

    #[test]
    fn the_environment_says_what_the_builder_does_not() {
        let folder = tempdir().expect("a folder");
        write(&folder, "public/built/shop.css", "");
        write(&folder, "target/site/pkg/shop-server.css", "");
        let variable = |name: &str| match name {
            "LEPTOS_SITE_ROOT" => Some("public".into()),
            "LEPTOS_SITE_PKG_DIR" => Some("/built/".into()),
            "LEPTOS_OUTPUT_NAME" => Some("shop".into()),
            _ => None,
        };
        let around = around(variable, &folder);
        assert_eq!(address(&resolve(styled(), &around)), "/built/shop.css");
        let told = FileSettings {
            site_root: Some("target/site".into()),
            pkg_dir: Some("pkg".to_owned()),
            output_name: Some("shop-server".to_owned()),
            ..styled()
        };
        assert_eq!(address(&resolve(told, &around)), "/pkg/shop-server.css");
    }

    #[test]
    fn a_variable_that_is_empty_is_not_set() {
        let folder = tempdir().expect("a folder");
        write(&folder, "target/site/pkg/shop-server.css", "");
        let files = resolve(styled(), &around(|_| Some(OsString::new()), &folder));
        assert_eq!(address(&files), "/pkg/shop-server.css");
    }

    #[test]
    fn the_name_is_that_of_the_package_else_of_the_program() {
        let folder = tempdir().expect("a folder");
        write(&folder, "style/main.css", "");
        let under_cargo = |name: &str| (name == "CARGO_PKG_NAME").then(|| "shop".into());
        let files = resolve(styled(), &around(under_cargo, &folder));
        assert_eq!(address(&files), "/pkg/shop.css");
        let files = resolve(styled(), &around(|_| None, &folder));
        assert_eq!(address(&files), "/pkg/shop-server.css");
        let mut odd = around(|_| None, &folder);
        odd.program = Some("my shop".into());
        assert_eq!(address(&resolve(styled(), &odd)), "/pkg/site.css");
    }

    #[test]
    fn hashes_are_read_beside_the_program() {
        let folder = tempdir().expect("a folder");
        write(&folder, "style/main.css", "");
        write(&folder, "bin/hash.txt", "js: AAA\nwasm: BBB\ncss: C-_c\n");
        write(&folder, "bin/other.txt", "css: DDD");
        for hash in ["C-_c", "DDD"] {
            let file = format!("target/site/pkg/shop-server.{hash}.css");
            write(&folder, &file, "");
        }
        let hashed = |name: &str| (name == "LEPTOS_HASH_FILES").then(|| "true".into());
        let files = resolve(styled(), &around(hashed, &folder));
        assert_eq!(address(&files), "/pkg/shop-server.C-_c.css");
        let named = |name: &str| match name {
            "LEPTOS_HASH_FILES" => Some("true".into()),
            "LEPTOS_HASH_FILE_NAME" => Some("other.txt".into()),
            _ => None,
        };
        let files = resolve(styled(), &around(named, &folder));
        assert_eq!(address(&files), "/pkg/shop-server.DDD.css");
        let told = FileSettings {
            hash_file: Some("hash.txt".into()),
            ..styled()
        };
        let files = resolve(told, &around(|_| None, &folder));
        assert_eq!(address(&files), "/pkg/shop-server.C-_c.css");
        // A hash of a file that is not there, and a switch that is off.
        let off = |name: &str| match name {
            "LEPTOS_HASH_FILES" => Some("false".into()),
            "LEPTOS_HASH_FILE_NAME" => Some("other.txt".into()),
            _ => None,
        };
        let files = resolve(styled(), &around(off, &folder));
        assert_eq!(address(&files), "/pkg/shop-server.css");
        write(&folder, "bin/hash.txt", "css: gone");
        let files = resolve(styled(), &around(hashed, &folder));
        assert_eq!(address(&files), "/pkg/shop-server.css");
    }

    #[test]
    fn only_what_can_stand_in_a_name_is_a_hash() {
        assert_eq!(hash_of("css: a-B_1\n", "css"), Some("a-B_1".to_owned()));
        for text in ["", "css:", "css: ../a", "css: a/b", "js: a", "css a"] {
            assert_eq!(hash_of(text, "css"), None, "{text:?}");
        }
    }

    #[test]
    fn settings_that_make_no_address_are_problems() {
        let folder = tempdir().expect("a folder");
        let variable = |name: &str| match name {
            "LEPTOS_SITE_PKG_DIR" => Some("../pkg".into()),
            "LEPTOS_OUTPUT_NAME" => Some("my shop".into()),
            "LEPTOS_HASH_FILES" => Some("yes".into()),
            _ => None,
        };
        let found = problems(FileSettings::default(), &around(variable, &folder));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("`LEPTOS_SITE_PKG_DIR` is `../pkg`, but should be names"));
        assert!(found[1].starts_with("`LEPTOS_OUTPUT_NAME` is `my shop`, but should be a name"));
        assert_eq!(
            found[2],
            "`LEPTOS_HASH_FILES` is `yes`, but should be `true` or `false`"
        );
        let told = FileSettings {
            pkg_dir: Some("{pkg}".to_owned()),
            output_name: Some(".css".to_owned()),
            ..FileSettings::default()
        };
        let found = problems(told, &around(|_| None, &folder));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("`site_pkg_dir` is `{pkg}`"));
        assert!(found[1].starts_with("`output_name` is `.css`"));
    }
}
