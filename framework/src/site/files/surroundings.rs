use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The folder of the package, which cargo sets for what it runs.
const PACKAGE_DIR: &str = "CARGO_MANIFEST_DIR";

/// What a program runs in.
pub(in crate::site) struct Surroundings {
    pub(super) variable: fn(&str) -> Option<OsString>,
    /// The file of the program.
    pub(super) program: Option<PathBuf>,
    /// Where relative paths are looked up, first to last.
    pub(super) folders: Vec<PathBuf>,
}

impl Surroundings {
    pub(in crate::site) fn of_process() -> Self {
        let variable = |name: &str| std::env::var_os(name);
        let current = std::env::current_dir().ok();
        let package = variable(PACKAGE_DIR).map(PathBuf::from);
        let program = std::env::current_exe().ok();
        Self {
            variable,
            folders: folders(current, package, program.clone()),
            program,
        }
    }

    /// A variable that is set to something.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = (self.variable)(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = self.path(name)?;
        Some(value.to_string_lossy().into_owned())
    }

    /// The places where a file or a folder may be. An absolute path is one place.
    pub(super) fn places(&self, path: &Path) -> Vec<PathBuf> {
        let mut places: Vec<_> = self
            .folders
            .iter()
            .map(|folder| folder.join(path))
            .collect();
        places.dedup();
        places
    }
}

/// The current directory; the folder of the package, and those above it up to the workspace's; and the
/// workspace in which the program was built, if that is where it lies.
fn folders(
    current: Option<PathBuf>,
    package: Option<PathBuf>,
    program: Option<PathBuf>,
) -> Vec<PathBuf> {
    let is_workspace = |folder: &Path| folder.join("Cargo.lock").is_file();
    let mut folders = Vec::from_iter(current);
    for folder in package.iter().flat_map(|package| package.ancestors()) {
        folders.push(folder.to_owned());
        if is_workspace(folder) {
            break;
        }
    }
    let above = program.iter().flat_map(|program| program.ancestors());
    folders.extend(
        above
            .map(Path::to_owned)
            .find(|folder| is_workspace(folder)),
    );
    folders
}

/// A path that does not hang on the current directory any more. Links in it are left, so that one
/// that is moved to another folder is followed.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::tempdir;

    #[test]
    fn the_folders_end_with_the_workspace() {
        let outside = tempdir().expect("a folder");
        let workspace = outside.path().join("workspace");
        let package = workspace.join("crates/shop");
        fs::create_dir_all(&package).expect("they can be made");
        fs::write(workspace.join("Cargo.lock"), "").expect("it can be written");
        let current = Some(PathBuf::from("/somewhere"));
        assert_eq!(
            folders(current.clone(), Some(package.clone()), None),
            [
                "/somewhere".into(),
                package,
                workspace.join("crates"),
                workspace
            ]
        );
        assert_eq!(
            folders(current.clone(), None, None),
            [PathBuf::from("/somewhere")]
        );
        let program = |folder: &Path| Some(folder.join("target/debug/shop"));
        assert_eq!(
            folders(current.clone(), None, program(&workspace_of(&outside))),
            [PathBuf::from("/somewhere"), workspace_of(&outside)]
        );
        assert_eq!(
            folders(current, None, program(outside.path())),
            [PathBuf::from("/somewhere")]
        );
    }

    fn workspace_of(outside: &tempfile::TempDir) -> PathBuf {
        outside.path().join("workspace")
    }

    #[test]
    fn an_absolute_path_is_one_place() {
        let around = Surroundings {
            variable: |_| None,
            program: None,
            folders: vec!["/a".into(), "/b".into()],
        };
        let places = around.places(Path::new("c"));
        assert_eq!(places, [PathBuf::from("/a/c"), PathBuf::from("/b/c")]);
        let places = around.places(Path::new("/c"));
        assert_eq!(places, [PathBuf::from("/c")]);
    }
}
