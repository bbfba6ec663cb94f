use crate::{
    admission::Admission,
    after_response::AfterResponse,
    blocking::BlockingPool,
    context::{Part, Watch, Watched},
    heartbeat::InFlight,
    record::{LoadKind, LoadRecord},
};
use std::time::Duration;
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::yield_now,
    time::{Instant, sleep},
};

/// How long a request may hold something after its end.
const LIMIT: Duration = Duration::from_millis(50);

/// The same where the time is that of the wall.
const REAL_LIMIT: Duration = Duration::from_secs(5);

/// How often what is ready to run may run before any time passes.
const TURNS: usize = 16;

const NOT_OVER: &str = "it is not over: nobody has read it to the end, or left";
const OWNER: &str = "its Leptos owner is held";
const CONTEXT: &str = "its context is held, as by a `RequestContext` in a task or in a static";

/// A request that a test has sent.
pub(super) struct Sent {
    /// Its method and its path.
    request: String,
    watch: Watch,
}

impl Sent {
    pub(super) fn new(request: &str, watch: &Watch) -> Self {
        Self {
            request: request.to_owned(),
            watch: watch.clone(),
        }
    }

    /// What is left of it, in one line.
    pub(super) fn remains(&self) -> Option<String> {
        let watched = self.watch.all();
        let left: Vec<_> = watched.iter().flat_map(|watched| left(watched)).collect();
        (!left.is_empty()).then(|| format!("{}: {}", self.request, left.join("; ")))
    }
}

/// What is left of one request. What else a request may leave behind is asked for here, too.
fn left(watched: &Watched) -> Vec<String> {
    let (recorder, parts) = (watched.recorder(), watched.left());
    let is_over = recorder.snapshot().outcome.is_some() || !watched.is_of_page();
    let mut left: Vec<_> = recorder.held().iter().map(load).collect();
    // Who holds the first of these holds the others, too.
    if !is_over && !parts.is_empty() {
        left.insert(0, NOT_OVER.to_owned());
    } else if parts.contains(&Part::Owner) {
        left.push(OWNER.to_owned());
    } else if left.is_empty() && parts.contains(&Part::Context) {
        left.push(CONTEXT.to_owned());
    }
    left
}

fn load(load: &LoadRecord) -> String {
    let name = load.name;
    let what = match load.kind {
        LoadKind::Loader => "load",
        LoadKind::Task => "task",
    };
    match load.outcome {
        None => format!("the {what} `{name}` still runs"),
        Some(outcome) => {
            format!("the {what} `{name}` stands in the record as {outcome} and still runs")
        }
    }
}

/// What runs after responses.
pub(super) fn of_after_response(after: &AfterResponse) -> Option<String> {
    let usage = after.usage();
    let work = match usage.running + usage.waiting {
        0 => return None,
        1 => "one piece of work".to_owned(),
        count => format!("{count} pieces of work"),
    };
    Some(format!(
        "{work} after the response to be done; `Site::after_response` waits for it"
    ))
}

/// What the threads of a site do although they should have nothing to do.
pub(super) fn of_pool(pool: &BlockingPool) -> Option<String> {
    let usage = pool.usage();
    let (busy, waiting, lost) = (usage.busy, usage.waiting, usage.lost);
    (busy + waiting > 0).then(|| {
        format!("blocking threads: {busy} busy, {lost} of them lost; {waiting} waited for")
    })
}

/// Places for pages that are not given back.
pub(super) fn of_admission(admission: &Admission) -> Option<String> {
    let usage = admission.usage();
    let (in_flight, waiting) = (usage.in_flight, usage.waiting);
    (in_flight + waiting > 0)
        .then(|| format!("places for pages: {in_flight} taken, {waiting} waited for"))
}

/// Requests of the site that are in flight.
pub(super) fn of_requests(in_flight: &InFlight) -> Option<String> {
    match in_flight.requests() {
        0 => None,
        1 => Some("one request is in flight".to_owned()),
        requests => Some(format!("{requests} requests are in flight")),
    }
}

/// How long what ends a request may take on this runtime.
pub(super) fn limit() -> Duration {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::CurrentThread => LIMIT,
        _ => REAL_LIMIT,
    }
}

/// Waits until nothing is left, for as long as it may take. Gives what is left then.
pub(super) async fn wait(remains: impl Fn() -> Vec<String>) -> Vec<String> {
    for _ in 0..TURNS {
        if remains().is_empty() {
            return Vec::new();
        }
        yield_now().await;
    }
    let start = Instant::now();
    loop {
        let left = remains();
        if left.is_empty() || start.elapsed() >= limit() {
            return left;
        }
        sleep(Duration::from_millis(1)).await;
    }
}
