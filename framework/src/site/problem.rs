use std::{fmt, path::PathBuf, time::Duration};

/// Why a site cannot be built: every problem at once.
#[derive(Debug)]
pub struct BuildError(pub(crate) Vec<Problem>);

impl BuildError {
    /// The problems, in the order in which they were found.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl std::error::Error for BuildError {}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [problem] => write!(f, "the site cannot be built: {problem}"),
            problems => {
                write!(
                    f,
                    "the site cannot be built, {} things are wrong:",
                    problems.len()
                )?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

/// One thing that is wrong with a site.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The site has neither pages nor routes.
    #[error("it has no pages: add them with `.pages(pages![HomePage])`, after `.state(..)`")]
    NoPages,
    /// Two pages have paths that match the same requests.
    #[error(
        "the path `{path}` of `{page}` matches the same requests as `{other_path}` of `{other}`: change one of them"
    )]
    Conflict {
        /// The page that was added later.
        page: &'static str,
        /// Its path.
        path: &'static str,
        /// The page that was added before it.
        other: &'static str,
        /// The path of that page.
        other_path: String,
    },
    /// A page is listed twice.
    #[error("`{page}` is listed twice: remove one of them")]
    Twice {
        /// The page.
        page: &'static str,
    },
    /// Routes that were added with `.routes(..)` have a fallback.
    #[error(
        "the routes of `.routes(..)` have a fallback, in whose place the not-found page is shown: give what it serves a path, such as `.nest_service(\"/static\", ..)`"
    )]
    Fallback,
    /// Axum does not take the path of a page.
    #[error("the path `{path}` of `{page}` is not one that Axum takes: {reason}")]
    Path {
        /// The page.
        page: &'static str,
        /// Its path.
        path: &'static str,
        /// What the router says.
        reason: String,
    },
    /// A route that was added with `.routes(..)` overlaps with a page or with another one.
    #[error("the routes of `.routes(..)` overlap with a page or with each other: {reason}")]
    Routes {
        /// What the router says.
        reason: String,
    },
    /// A server function of Leptos has the path of a page.
    #[error("the server functions of Leptos overlap with a page: {reason}")]
    ServerFunctions {
        /// What the router says.
        reason: String,
    },
    /// Pages or routes were given before the state.
    #[error(
        "{count} pages or routes come before `.state(..)`, which they have to fit: call `.state(..)` first"
    )]
    BeforeState {
        /// How many.
        count: usize,
    },
    /// The address to listen on is no address.
    #[error("{0}")]
    Addr(ConfigProblem),
    /// A setting of the files that the site serves has no right value.
    #[error("{0}")]
    Files(ConfigProblem),
    /// The style sheet is neither built nor there to be served as it is.
    #[error(
        "the style sheet `{}` is not there: looked for {}: correct the path in `.style(..)`, or build the site with `cargo leptos build`",
        .style.display(),
        looked_for(.places, .built)
    )]
    Style {
        /// What `.style(..)` names.
        style: PathBuf,
        /// Where it was looked for. Nowhere if it is no plain CSS, which has to be built.
        places: Vec<PathBuf>,
        /// Where what is built of it was looked for. Nowhere if there is no site folder.
        built: Vec<PathBuf>,
    },
    /// A duration that may not be zero is.
    #[error(
        "`{name}` is {value:?}: a page without time cannot be shown, give it at least a millisecond"
    )]
    Zero {
        /// The function of the builder.
        name: &'static str,
        /// The value that was given.
        value: Duration,
    },
    /// One of `.trusted_proxies(..)` is no address.
    #[error(
        "`{text}` of `.trusted_proxies(..)` is neither an address such as 10.1.2.3, nor a network such as 10.0.0.0/8, nor the word `unix`: correct it"
    )]
    Proxy {
        /// What was given.
        text: String,
    },
    /// There is no place for any page.
    #[error("`max_in_flight` is 0, so no page could be shown: give it at least 1")]
    NoPlaces,
    /// Every runtime is late by a little.
    #[error(
        "`scheduling_delay` is 0, but every runtime is late by a little: give it some milliseconds, or `None`"
    )]
    SchedulingDelay,
    /// A page takes more places than there are.
    #[error(
        "`{page}` has the weight {weight}, but `max_in_flight` is {max_in_flight}, so it would never have its turn: raise the one or lower the other"
    )]
    Weight {
        /// The page.
        page: &'static str,
        /// Its weight.
        weight: usize,
        /// The weight of pages that may be in flight.
        max_in_flight: usize,
    },
    /// No synchronous page could ever run.
    #[error(
        "`blocking_threads` is 0, but `{page}` is a synchronous page: give it at least one, or write #[page(async, ..)]"
    )]
    NoThreads {
        /// A page that needs one.
        page: &'static str,
    },
    /// The path of a section is none.
    #[error("the section `{path}` cannot be one: {reason}")]
    Section {
        /// Its path.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// A directive of `.content_security_policy(..)` cannot be one, or keeps the site's own scripts from running.
    #[error("the directive `{name}` of `.content_security_policy(..)` is not right: {reason}")]
    Policy {
        /// Its name.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A header of `.document_header(..)` is not one that all documents can have.
    #[error(
        "`{name}` cannot be the same for all documents: leave it out of `.document_header(..)`, and let pages say it with `ResponseHead`"
    )]
    DocumentHeader {
        /// Its name.
        name: http::HeaderName,
    },
    /// What `cargo leptos watch` says in the environment cannot be read.
    #[error("{0}")]
    Reload(ConfigProblem),
    /// A limit of `.connection_limits(..)` leaves nothing.
    #[error("`{name}` of `.connection_limits(..)` is not right: {reason}")]
    ConnectionLimit {
        /// The function of `ConnectionLimits`.
        name: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// A path of `.health_paths(..)` is none.
    #[error(
        "`{path}` of `.health_paths(..)` is no path: it begins with `/`, and has neither parameters nor a query"
    )]
    HealthPath {
        /// The path.
        path: String,
    },
    /// The list of crawlers cannot be used.
    #[error("the names of `.crawlers(..)` cannot be looked for: {reason}")]
    Crawlers {
        /// Why not.
        reason: String,
    },
    /// The program ends at the first panic instead of containing it.
    #[error(
        "it is compiled with `panic = \"abort\"`, so that one panic in a page would end the server: remove it from the profile in Cargo.toml"
    )]
    PanicAbort,
}

fn looked_for(places: &[PathBuf], built: &[PathBuf]) -> String {
    let list = |paths: &[PathBuf]| {
        let paths = paths.iter().map(|path| format!("`{}`", path.display()));
        paths.collect::<Vec<_>>().join(", ")
    };
    let source = match places {
        [] => "it nowhere, because only plain CSS can be served as it is".to_owned(),
        places => format!("it at {}", list(places)),
    };
    let built = match built {
        [] => "nowhere, because there is no site folder".to_owned(),
        built => format!("at {}", list(built)),
    };
    format!("{source}; and for what is built of it {built}")
}

/// Bad values in the environment or in a file: for the configuration of a site's own. The process
/// ends with exit code 2.
///
/// ```
/// use punctual::ConfigError;
///
/// fn workers() -> Result<usize, ConfigError> {
///     let text = std::env::var("WORKERS").unwrap_or_else(|_| "4".to_owned());
///     text.parse().map_err(|_| ConfigError::new("WORKERS", &text, "a number"))
/// }
/// # assert_eq!(workers().unwrap(), 4);
/// ```
#[derive(Debug)]
pub struct ConfigError(Vec<ConfigProblem>);

impl ConfigError {
    /// The setting, the value that it has, and what it should be.
    #[must_use]
    pub fn new(setting: &str, value: &str, expected: &str) -> Self {
        Self(vec![ConfigProblem::new(setting, value, expected)])
    }

    /// The problems of both, so that all are told at once.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The problems.
    #[must_use]
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.0
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [problem] => write!(f, "bad configuration: {problem}"),
            problems => {
                f.write_str("bad configuration:")?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

/// One bad value in the environment or in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    setting: String,
    value: String,
    expected: String,
}

impl ConfigProblem {
    pub(crate) fn new(setting: &str, value: &str, expected: &str) -> Self {
        Self {
            setting: setting.to_owned(),
            value: value.to_owned(),
            expected: expected.to_owned(),
        }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is `{}`, but should be {}",
            self.setting, self.value, self.expected
        )
    }
}
