//! How a site's process ends: [`Exit`], and [`run`], which makes an exit code of it.

use crate::site::{BuildError, ConfigError};
use std::{
    error::Error as StdError,
    fmt,
    process::{ExitCode, Termination},
};

/// What `main` of a site returns: [`Stopped`], or any error by `?`.
///
/// With [`#[punctual::main]`](macro@crate::main) or [`run`] the exit code is 0 when the site was stopped in
/// order, 2 for a bad configuration ([`BuildError`], [`ConfigError`]) and 1 for anything else. The
/// error is printed with its sources.
pub type Exit = Result<Stopped, Failure>;

/// The site was stopped in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl Termination for Stopped {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

/// Why the site did not start, or stopped.
pub struct Failure(Box<dyn StdError + Send + Sync>);

impl<E: StdError + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl Failure {
    /// The exit code: 2 for a bad configuration, else 1.
    #[must_use]
    pub fn code(&self) -> u8 {
        if self.0.is::<BuildError>() || self.0.is::<ConfigError>() {
            2
        } else {
            1
        }
    }

    /// The error itself.
    #[must_use]
    pub fn error(&self) -> &(dyn StdError + 'static) {
        &*self.0
    }
}

/// The error and its sources, one a line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        let mut said = self.0.to_string();
        let mut source = self.0.source();
        while let Some(error) = source {
            let text = error.to_string();
            // An error that shows its source itself is not said twice.
            if !said.contains(&text) {
                write!(f, "\n  because: {text}")?;
            }
            said = text;
            source = error.source();
        }
        Ok(())
    }
}

/// `main` prints an error by `Debug`, also under `#[tokio::main]`.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Runs a site on a runtime of Tokio and makes an exit code of how it ended.
///
/// The same as [`#[punctual::main]`](macro@crate::main), for a plain `main`.
///
/// ```no_run
/// use punctual::prelude::*;
///
/// # #[page(async, path = "/")]
/// # fn HomePage() -> impl IntoView {}
/// fn main() -> std::process::ExitCode {
///     punctual::run(async { Site::builder().pages(pages![HomePage]).build()?.serve().await })
/// }
/// ```
pub fn run(main: impl Future<Output = Exit>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return report(&Failure::from(error)),
    };
    let exit = runtime.block_on(main);
    // A thread that blocks for ever does not keep the process.
    runtime.shutdown_background();
    match exit {
        Ok(stopped) => stopped.report(),
        Err(failure) => report(&failure),
    }
}

fn report(failure: &Failure) -> ExitCode {
    eprintln!("Error: {failure}");
    ExitCode::from(failure.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the site cannot start")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn shows_the_sources() {
        let failure = Failure::from(Outer(std::io::Error::other("the disk is full")));
        assert_eq!(
            failure.to_string(),
            "the site cannot start\n  because: the disk is full"
        );
        assert_eq!(failure.code(), 1);
        let failure = Failure::from(ConfigError::new("PORT", "x", "a number"));
        assert_eq!(failure.code(), 2);
    }
}
