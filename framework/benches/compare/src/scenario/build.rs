//! How long it takes to build a small site, and how large it is.

mod project;

use crate::{
    error::CompareError,
    options::Common,
    table::{Table, median},
};
use clap::{Args, ValueEnum};
use project::{App, Project};
use std::time::Duration;

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct BuildOptions {
    /// Only this profile
    #[arg(long)]
    profile: Vec<Profile>,
    /// How often a page is changed, and built again [default: 3]
    #[arg(long, value_name = "NUMBER")]
    changes: Option<usize>,
}

/// How is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Profile {
    /// The folder below `target`, and what the profile is called in the table.
    fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// What came of one project with one profile.
#[derive(Clone, Debug)]
struct Built {
    clean: Duration,
    changed: Vec<Duration>,
    bytes: u64,
    stripped: Option<u64>,
}

pub(crate) fn run(options: &BuildOptions, common: &Common) -> Result<Vec<Table>, CompareError> {
    let profiles = match options.profile.as_slice() {
        [] => vec![Profile::Debug, Profile::Release],
        only => only.to_vec(),
    };
    let changes = options.changes.unwrap_or(common.or(3, 1));
    let mut table = Table::new(
        "Building a site with three pages",
        &[
            "",
            "profile",
            "clean, s",
            "after a change in a page, s",
            "program, MB",
            "stripped, MB",
            "crates",
        ],
    );
    for app in App::ALL {
        let project = Project::write(app)?;
        for profile in &profiles {
            let built = build(&project, *profile, changes)?;
            let changed = built.changed.iter().map(Duration::as_secs_f64);
            let stripped = built.stripped.map(|bytes| bytes as f64 / 1e6);
            table.row([
                app.name().to_owned(),
                profile.name().to_owned(),
                format!("{:.0}", built.clean.as_secs_f64()),
                format!("{:.1}", median(changed)),
                format!("{:.1}", built.bytes as f64 / 1e6),
                stripped.map_or_else(String::new, |bytes| format!("{bytes:.1}")),
                project.crates()?.to_string(),
            ]);
        }
    }
    table.note(format!(
        "Both are projects of their own with target folders of their own, with the same versions of all crates. A clean build has all of \
         them in it; what is downloaded is there before. The change is a text in one page function; median of {changes}. The linker \
         is that of the system."
    ));
    Ok(vec![table])
}

fn build(project: &Project, profile: Profile, changes: usize) -> Result<Built, CompareError> {
    let clean = project.build(profile)?;
    let mut changed = Vec::new();
    for number in 0..changes {
        project.change(number)?;
        changed.push(project.build(profile)?);
    }
    Ok(Built {
        clean,
        changed,
        bytes: project.bytes(profile)?,
        stripped: project.stripped(profile),
    })
}
