use super::{
    folder::{Compression, Folder},
    path::FilePath,
    surroundings::{Surroundings, absolute},
};
use crate::site::Problem;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The style sheet of a site.
#[derive(Debug)]
pub(super) struct Style {
    /// Where it is in the site folder, built or not.
    pub(super) file: FilePath,
    /// The file that it is built of and its folder, for when it is not built.
    pub(super) source: Option<(Folder, FilePath)>,
}

impl Style {
    /// The source, if this is the file that it stands for.
    pub(super) fn source_at(&self, file: &FilePath) -> Option<(&Folder, &FilePath)> {
        let (folder, source) = self.source.as_ref()?;
        (*file == self.file).then_some((folder, source))
    }
}

/// A style sheet to be found.
pub(super) struct Sheet {
    pub(super) source: PathBuf,
    /// The folder that it is built to, in the site folder, with `/` behind it.
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) hash: Option<String>,
}

impl Sheet {
    pub(super) fn find(
        self,
        site: Option<&PathBuf>,
        around: &Surroundings,
    ) -> Result<Style, Problem> {
        let Self {
            source,
            folder,
            name,
            hash,
        } = self;
        let hashed = hash.map(|hash| FilePath::new(format!("{folder}{name}.{hash}.css")));
        let plain = FilePath::new(format!("{folder}{name}.css"));
        let built = |file: &FilePath| Some(site?.join(file.as_str()));
        let is_built = |file: &FilePath| built(file).is_some_and(|file| file.is_file());

        let is_css = source
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("css"));
        let places = if is_css {
            around.places(&source)
        } else {
            Vec::new()
        };
        let found = places.iter().find(|place| place.is_file());
        if let Some(file) = hashed.iter().chain([&plain]).find(|file| is_built(file)) {
            if let (Some(built), Some(source)) = (built(file), found) {
                warn_if_older(&built, source);
            }
            // The source stands in for what is built while that is built again.
            let source = found.filter(|_| *file == plain);
            return Ok(Style {
                source: source.and_then(|source| split(source)),
                file: file.clone(),
            });
        }
        match found.and_then(|source| split(source)) {
            Some(source) => Ok(Style {
                file: plain,
                source: Some(source),
            }),
            None => Err(Problem::Style {
                built: hashed.iter().chain([&plain]).filter_map(built).collect(),
                places,
                style: source,
            }),
        }
    }
}

/// A file as its folder and its name.
fn split(file: &Path) -> Option<(Folder, FilePath)> {
    let file = absolute(file);
    let name = file.file_name()?.to_str()?.to_owned();
    let folder = Folder::new(file.parent()?.to_owned(), Compression::None);
    Some((folder, FilePath::new(name)))
}

fn warn_if_older(built: &Path, source: &Path) {
    let changed = |file: &Path| fs::metadata(file).and_then(|metadata| metadata.modified());
    if let (Ok(built_at), Ok(changed_at)) = (changed(built), changed(source))
        && built_at < changed_at
    {
        tracing::warn!(
            target: "punctual",
            built = %built.display(),
            source = %source.display(),
            "the built style sheet is older than its source: build it again with `cargo leptos build`"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::{TempDir, tempdir};

    fn write(folder: &TempDir, file: &str) {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(file, "").expect("it can be written");
    }

    /// The sheet of `main` with this ending, in a workspace with a site folder.
    fn find(folder: &TempDir, ending: &str) -> Result<Style, Problem> {
        let sheet = Sheet {
            source: format!("main.{ending}").into(),
            folder: "pkg/".to_owned(),
            name: "shop".to_owned(),
            hash: Some("HASH".to_owned()),
        };
        let around = Surroundings {
            variable: |_| None,
            program: None,
            folders: vec![folder.path().join("package"), folder.path().to_owned()],
        };
        sheet.find(Some(&folder.path().join("site")), &around)
    }

    #[test]
    fn what_is_built_comes_before_the_source() {
        let folder = tempdir().expect("a folder");
        write(&folder, "main.css");
        let style = find(&folder, "css").expect("the source is there");
        assert_eq!(style.file.as_str(), "pkg/shop.css");
        assert!(style.source_at(&style.file).is_some());

        write(&folder, "site/pkg/shop.css");
        let style = find(&folder, "css").expect("it is built");
        assert_eq!(style.file.as_str(), "pkg/shop.css");

        write(&folder, "site/pkg/shop.HASH.css");
        let style = find(&folder, "css").expect("it is built");
        assert_eq!(style.file.as_str(), "pkg/shop.HASH.css");
        assert!(
            style.source_at(&style.file).is_none(),
            "the source has another hash"
        );
    }

    #[test]
    fn what_is_no_plain_css_has_to_be_built() {
        let folder = tempdir().expect("a folder");
        write(&folder, "main.scss");
        let problem = find(&folder, "scss").expect_err("it is not built");
        let text = problem.to_string();
        assert!(text.contains("only plain CSS can be served"), "{text}");
        write(&folder, "site/pkg/shop.css");
        let style = find(&folder, "scss").expect("it is built");
        assert!(style.source_at(&style.file).is_none());
    }

    #[test]
    fn a_sheet_that_is_nowhere_says_where_it_could_be() {
        let folder = tempdir().expect("a folder");
        let problem = find(&folder, "css").expect_err("it is nowhere").to_string();
        for place in [
            "main.css",
            "package/main.css",
            "site/pkg/shop.HASH.css",
            "site/pkg/shop.css",
        ] {
            let place = folder.path().join(place).display().to_string();
            assert!(problem.contains(&place), "{place} is missing in {problem}");
        }
        assert!(problem.contains("`main.css` is not there"), "{problem}");
        assert!(problem.contains("cargo leptos build"), "{problem}");
    }
}
