//! From the settings to the site.

use super::{SiteBuilder, proxies, serving::Serving};
use crate::{
    admission::Admission,
    after_response::AfterResponse,
    blocking::BlockingPool,
    config::{Config, Ending},
    heartbeat::Heartbeat,
    page::{IntoFailureView as _, PageMode},
    pipeline::{Crawlers, Pipeline, PlainHeads, SiteErrors},
    reload::Reload,
    security::{ContentSecurityPolicy, Security},
    serve::{EXPECTED_ADDR, ListenAddr, Readiness, Served, Stopping},
    site::{
        BuildError, ConfigProblem, Problem, Site, compression, defaults,
        files::Surroundings,
        router::{self, Parts},
    },
    user_runtime::UserRuntime,
};
use axum::extract::DefaultBodyLimit;
use http::{HeaderMap, HeaderName, header};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The environment variable with the address to listen on, as `cargo leptos` sets it.
const ADDR: &str = "LEPTOS_SITE_ADDR";
const DEFAULT_ADDR: &str = "127.0.0.1:3000";

impl<S: Clone + Send + Sync + 'static> SiteBuilder<S> {
    /// Checks everything and puts the site together.
    ///
    /// # Errors
    /// [`BuildError`](crate::BuildError) names every problem at once.
    pub fn build(self) -> Result<Site, BuildError> {
        let mut problems = Vec::new();
        if cfg!(panic = "abort") {
            problems.push(Problem::PanicAbort);
        }
        if self.pages.0.is_empty() && self.routes.is_empty() {
            problems.push(Problem::NoPages);
        }
        if self.before_state > 0 {
            problems.push(Problem::BeforeState {
                count: self.before_state,
            });
        }
        if self.timeout.is_zero() {
            problems.push(Problem::Zero {
                name: "timeout",
                value: self.timeout,
            });
        }
        let synchronous = self.pages.0.iter().find(|page| page.mode == PageMode::Sync);
        if let Some(page) = synchronous.filter(|_| self.blocking_threads == 0) {
            problems.push(Problem::NoThreads { page: page.name });
        }
        let addr = self.addr.or_else(|| read_addr(&mut problems));
        let Serving {
            limits,
            health,
            notice,
            grace,
            compresses,
            connection_threads,
        } = self.serving;
        limits.check(&mut problems);
        let proxies = proxies::read(&self.proxies, &mut problems);
        let ending = CancellationToken::new();
        let files = self
            .files
            .resolve(&Surroundings::of_process(), &mut problems);
        let (limit, timeout) = self.after_response;
        if timeout.is_zero() {
            problems.push(Problem::Zero {
                name: "after_response_timeout",
                value: timeout,
            });
        }
        let (places, busy_page) = self.capacity.check(&self.pages, &mut problems);
        let user = UserRuntime::default();
        let config = Config {
            default_timeout: self.timeout,
            timeout_from: self.timeout_from,
            drain: self.drain,
            stubs: Arc::new(self.stubs),
            admission: Admission::new(places),
            blocking: BlockingPool::new(self.blocking_threads),
            after: AfterResponse::new(limit, timeout, user.clone()),
            on_record: self.on_record,
            details: self.details.resolve(),
            islands: files.islands(),
            strict_dynamic: self.policy.is_dynamic(),
            ending: Ending::of(&ending),
            user: user.clone(),
        };
        let reload = read_reload(&mut problems);
        let policy = match reload {
            Some(reload) => self.policy.connecting(&reload.source()),
            None => self.policy,
        };
        check_headers(&policy, &self.headers, &mut problems);
        let mut sections = Vec::new();
        for section in self.sections {
            sections.extend(section.check(&sections, &mut problems));
        }
        let admission = config.admission.clone();
        let heartbeat = Heartbeat::telling(user.clone(), move |look| admission.tick(look));
        let security = Security::new(&policy, self.headers);
        let pipeline = Pipeline {
            config,
            shell: self.shell,
            errors: SiteErrors::new(
                self.errors,
                sections,
                defaults::error_page.into_failure_view(),
            ),
            crawlers: crawlers(&self.crawlers, &mut problems),
            streams: Arc::default(),
            heartbeat,
            busy_page,
            plain: PlainHeads::new(&security),
            security,
            reload: reload.map(Reload::script),
        };
        let parts = Parts {
            state: self.state,
            pages: self.pages,
            routes: self.routes,
            files,
            pipeline,
            is_apart: connection_threads > 0,
        };
        let in_flight = parts.pipeline.heartbeat.in_flight();
        let admission = parts.pipeline.config.admission.clone();
        let blocking = parts.pipeline.config.blocking.clone();
        let after_response = parts.pipeline.config.after.clone();
        let router = router::build(parts, &mut problems);
        let router = match compresses {
            true => compression::add(router),
            false => router,
        };
        let router = self
            .wrap
            .into_iter()
            .fold(router, |router, wrap| wrap(router));
        // Outermost, so that a layer or a route of the site may say another.
        let router = match limits.max_body_bytes() {
            Some(bytes) => router.layer(DefaultBodyLimit::max(bytes)),
            None => router,
        };
        let readiness = Readiness::default();
        let router = health.add(router, readiness.clone(), &mut problems);
        match addr {
            Some(addr) if problems.is_empty() => {
                let served = Served {
                    router,
                    in_flight,
                    after_response,
                    limits,
                    proxies,
                    connection_threads,
                    user,
                    stopping: Stopping {
                        readiness,
                        notice,
                        grace,
                        ending,
                    },
                };
                Ok(Site {
                    served,
                    addr,
                    admission,
                    blocking,
                })
            }
            _ => Err(BuildError(problems)),
        }
    }
}

fn crawlers(names: &[String], problems: &mut Vec<Problem>) -> Crawlers {
    let result = match names.iter().any(|name| name.trim().is_empty()) {
        true => Err("one of them is empty, which is a part of every name".to_owned()),
        false => Crawlers::new(names),
    };
    result.unwrap_or_else(|reason| {
        problems.push(Problem::Crawlers { reason });
        Crawlers::none()
    })
}

/// Headers that say something about one response.
const OF_ONE_RESPONSE: [HeaderName; 8] = [
    header::CACHE_CONTROL,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::LOCATION,
    header::SET_COOKIE,
    header::TRANSFER_ENCODING,
];

fn check_headers(policy: &ContentSecurityPolicy, headers: &HeaderMap, problems: &mut Vec<Problem>) {
    let wrong = policy.problems().into_iter();
    problems.extend(wrong.map(|wrong| Problem::Policy {
        name: wrong.name,
        reason: wrong.reason,
    }));
    let wrong = OF_ONE_RESPONSE.into_iter();
    let wrong = wrong.filter(|name| headers.contains_key(name));
    problems.extend(wrong.map(|name| Problem::DocumentHeader { name }));
}

fn read_reload(problems: &mut Vec<Problem>) -> Option<Reload> {
    match Reload::read(|name| std::env::var(name).ok()) {
        Ok(reload) => reload,
        Err(bad) => {
            let problem = ConfigProblem::new(bad.name, &bad.value, bad.expected);
            problems.push(Problem::Reload(problem));
            None
        }
    }
}

fn read_addr(problems: &mut Vec<Problem>) -> Option<ListenAddr> {
    let text = match std::env::var_os(ADDR).filter(|text| !text.is_empty()) {
        Some(text) => text.to_string_lossy().into_owned(),
        None => DEFAULT_ADDR.to_owned(),
    };
    let addr = text.parse().ok();
    if addr.is_none() {
        let problem = ConfigProblem::new(ADDR, &text, EXPECTED_ADDR);
        problems.push(Problem::Addr(problem));
    }
    addr
}
