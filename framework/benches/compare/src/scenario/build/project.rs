//! A small project in a temporary folder.

use super::Profile;
use crate::error::CompareError;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The longest that one build may take.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What a change replaces, in a page function.
const TEXT: &str = "Good morning";

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum App {
    Punctual,
    Leptos,
}

/// It, on the disk, until this is dropped.
#[derive(Debug)]
pub(super) struct Project {
    app: App,
    folder: TempDir,
}

impl App {
    pub(super) const ALL: [Self; 2] = [Self::Punctual, Self::Leptos];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Punctual => "Punctual",
            Self::Leptos => "leptos_axum and leptos_router",
        }
    }

    fn manifest(self) -> &'static str {
        match self {
            Self::Punctual => include_str!("../../build/punctual.toml"),
            Self::Leptos => include_str!("../../build/leptos.toml"),
        }
    }

    fn main(self) -> &'static str {
        match self {
            Self::Punctual => include_str!("../../build/punctual.rs"),
            Self::Leptos => include_str!("../../build/leptos.rs"),
        }
    }
}

impl Project {
    /// Writes it down, with the versions of all crates that this workspace has.
    pub(super) fn write(app: App) -> Result<Self, CompareError> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let framework = workspace.join("framework");
        let manifest = app
            .manifest()
            .replace("{framework}", &framework.to_string_lossy());
        let write = || -> io::Result<TempDir> {
            let folder = tempfile::tempdir()?;
            fs::create_dir(folder.path().join("src"))?;
            fs::write(folder.path().join("Cargo.toml"), manifest)?;
            fs::write(folder.path().join("src/main.rs"), app.main())?;
            let lock = folder.path().join("Cargo.lock");
            fs::copy(workspace.join("Cargo.lock"), lock)?;
            Ok(folder)
        };
        let folder = write().map_err(Self::failed("to write a project"))?;
        Ok(Self { app, folder })
    }

    /// Builds it, and says how long that took.
    pub(super) fn build(&self, profile: Profile) -> Result<Duration, CompareError> {
        let mut command = Command::new("cargo");
        command.args(["build", "--offline", "--quiet"]);
        if profile == Profile::Release {
            command.arg("--release");
        }
        command
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", self.target())
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_PROFILE_RELEASE_INCREMENTAL")
            .stdin(Stdio::null());
        let begin = Instant::now();
        let mut child = command.spawn().map_err(Self::failed("cargo build"))?;
        loop {
            let ended = child.try_wait().map_err(Self::failed("cargo build"))?;
            match ended {
                Some(status) if status.success() => return Ok(begin.elapsed()),
                Some(status) => {
                    return Err(CompareError::CommandFailed {
                        command: format!("cargo build of {}", self.app.name()),
                        output: status.to_string(),
                    });
                }
                None if begin.elapsed() > LIMIT => {
                    // What it has started ends by itself, one crate later.
                    let _ = child.kill();
                    let _ = child.wait();
                    let what = "a build";
                    return Err(CompareError::Late { what, limit: LIMIT });
                }
                None => sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Changes a text in a page function.
    pub(super) fn change(&self, number: usize) -> Result<(), CompareError> {
        let text = format!("{TEXT}, number {number}");
        let main = self.app.main().replace(TEXT, &text);
        fs::write(self.folder.path().join("src/main.rs"), main)
            .map_err(Self::failed("to write a project"))
    }

    /// How large the program is.
    pub(super) fn bytes(&self, profile: Profile) -> Result<u64, CompareError> {
        let program = fs::metadata(self.program(profile));
        let program = program.map_err(Self::failed("to look at the program"))?;
        Ok(program.len())
    }

    /// How large it is without symbols, where there is a `strip`.
    pub(super) fn stripped(&self, profile: Profile) -> Option<u64> {
        let stripped = self.folder.path().join("stripped");
        let mut command = Command::new("strip");
        command.arg("-o").arg(&stripped).arg(self.program(profile));
        let status = command.status().ok()?;
        let bytes = fs::metadata(stripped).ok()?.len();
        status.success().then_some(bytes)
    }

    /// How many crates it is made of.
    pub(super) fn crates(&self) -> Result<usize, CompareError> {
        let mut command = Command::new("cargo");
        command
            .args(["tree", "--offline", "--prefix=none", "--edges=normal,build"])
            .args(["--format={p}", "--no-dedupe"])
            .current_dir(self.folder.path());
        let output = command.output().map_err(Self::failed("cargo tree"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut crates: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        crates.sort_unstable();
        crates.dedup();
        Ok(crates.len())
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    fn program(&self, profile: Profile) -> PathBuf {
        self.target().join(profile.name()).join("small-site")
    }

    fn failed(command: &'static str) -> impl Fn(io::Error) -> CompareError {
        move |source| CompareError::Command {
            command: command.to_owned(),
            source,
        }
    }
}
