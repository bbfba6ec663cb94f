//! Asks for the pages, many at once, on real threads and in real time.

use crate::{
    blocked,
    check::{Fault, Verdict, check},
    report::{Report, THREADS},
    site,
    way::{HEALTHY, Kind, Way, alive},
    ways,
};
use punctual::testing::TestSite;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::{Duration, Instant},
};
use tokio::{
    runtime::Runtime,
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

/// How many responses are there at once, in a full run and else.
const AT_ONCE: (usize, usize) = (200, 40);

/// How many are asked for before one looks at what remains.
const ROUND: usize = 2_000;

/// How long after its deadline a response that has not ended counts as hung.
const HUNG: Duration = Duration::from_secs(2);

/// How many are there at once on a machine with not much to do.
const FEW: usize = 8;

/// How often a page may show less than it can, because the machine is busy all the same.
const TRIES: usize = 3;

/// When visitors leave that do.
const LEAVES: Duration = Duration::from_millis(60);

/// How long what remains of a request may take to go when the machine is busy.
const GONE: Duration = Duration::from_secs(5);

pub(crate) struct Runner {
    workers: usize,
    responses: usize,
    at_once: usize,
}

/// What has come of one response: when it ended, in microseconds after its deadline. `None`: it has not.
struct Answer {
    path: &'static str,
    ended: Option<(Verdict, i64)>,
}

impl Answer {
    /// Whether nothing is late that need not be.
    fn is_as_it_can_be(&self) -> bool {
        let Some((verdict, _)) = &self.ended else {
            return true;
        };
        let late = |(fault, _): &(Fault, String)| *fault == Fault::Order;
        !verdict.faults.iter().any(late)
    }
}

impl Runner {
    pub(crate) fn new(workers: usize, responses: usize) -> Self {
        let at_once = match responses >= ROUND {
            true => AT_ONCE.0,
            false => AT_ONCE.1,
        };
        Self {
            workers,
            responses,
            at_once,
        }
    }

    /// Mixes all pages.
    pub(crate) fn run(self) -> Report {
        let seconds = 60 + self.responses / 50;
        self.within(seconds, |runner| async move { runner.rounds().await })
    }

    /// Only pages that block a thread, on so many workers that many of them can do it at once.
    pub(crate) fn run_blocking(self) -> Report {
        let seconds = 60 + self.responses / 5;
        self.within(seconds, |runner| async move {
            let ways = of(&[Kind::Blocks]);
            let mut report = Report::new(runner.workers, &[ways.as_slice(), &[HEALTHY]].concat());
            let (site, over) = (site(), Arc::new(AtomicBool::new(false)));
            let healthy = tokio::spawn(healthy(site.clone(), over.clone()));
            let lags = tokio::spawn(lags(over.clone()));
            let until = Until::Asked(runner.responses);
            let mut answers = blocking(site.clone(), runner.workers, ways, until).await;
            over.store(true, SeqCst);
            answers.extend(healthy.await.unwrap());
            report.lags.extend(lags.await.unwrap());
            for answer in answers {
                note(&mut report, answer);
            }
            remains(&site, &mut report).await;
            report
        })
    }

    /// Asks for each page once, few at once. Each has to show the most that it can.
    pub(crate) fn a_few_at_once(self) -> Report {
        self.within(120, |runner| async move {
            let mut report = Report::new(runner.workers, &all());
            let (site, free) = (site(), Arc::new(Semaphore::new(1)));
            let mut all = all();
            all.sort_by_key(|way| way.kind == Kind::Apart);
            let mut tasks = JoinSet::new();
            for (number, way) in all.into_iter().enumerate() {
                let (site, free, who) = (site.clone(), free.clone(), format!("a{number}"));
                let few = match way.kind {
                    Kind::Apart => 1,
                    _ => FEW,
                };
                while tasks.len() >= few {
                    note(&mut report, tasks.join_next().await.unwrap().unwrap());
                }
                tasks.spawn(async move {
                    let permit = match way.kind {
                        Kind::Blocks => Some(blocked::allow(&who, &free).await),
                        _ => None,
                    };
                    let mut answer = ask(&site, way, who.clone(), true).await;
                    for _ in 1..TRIES {
                        if answer.is_as_it_can_be() {
                            break;
                        }
                        answer = ask(&site, way, who.clone(), true).await;
                    }
                    blocked::ended(&who);
                    drop(permit);
                    answer
                });
            }
            for answer in tasks.join_all().await {
                note(&mut report, answer);
            }
            remains(&site, &mut report).await;
            report
        })
    }

    /// Runs this on a runtime of its own. If that stands still, this thread says so.
    fn within<F: Future<Output = Report> + Send + 'static>(
        self,
        seconds: usize,
        run: impl FnOnce(Self) -> F,
    ) -> Report {
        let runtime = runtime(self.workers);
        let (sender, receiver) = mpsc::channel();
        let run = run(self);
        let task = runtime.spawn(async move { sender.send(run.await) });
        let report = receiver.recv_timeout(Duration::from_secs(seconds as u64));
        let report = match report {
            Ok(report) => report,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the runtime stands still"),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                panic!("the run ended: {:?}", runtime.block_on(task))
            }
        };
        runtime.shutdown_timeout(Duration::from_secs(1));
        report
    }

    async fn rounds(self) -> Report {
        let mut report = Report::new(self.workers, &all());
        let mut asked = 0;
        while asked < self.responses {
            let count = ROUND.min(self.responses - asked);
            asked += count;
            let site = site();
            self.round(&site, count, asked, &mut report).await;
            remains(&site, &mut report).await;
        }
        report
    }

    /// Each request has a number of its own: those before this one.
    async fn round(&self, site: &TestSite, count: usize, until: usize, report: &mut Report) {
        let (mixed, apart) = (of(&[Kind::Mixed, Kind::Leaves]), of(&[Kind::Apart]));
        let count_apart = match mixed.is_empty() {
            true => count,
            false => count * apart.len() / ways().len(),
        };
        let over = Arc::new(AtomicBool::new(false));
        let beside = [
            tokio::spawn(healthy(site.clone(), over.clone())),
            tokio::spawn(blocking(
                site.clone(),
                self.workers,
                of(&[Kind::Blocks]),
                Until::Over(over.clone()),
            )),
        ];
        let lags = tokio::spawn(lags(over.clone()));
        let first = until - count;
        let mut answers = many(site, &mixed, first..until - count_apart, self.at_once).await;
        over.store(true, SeqCst);
        for beside in beside {
            answers.extend(beside.await.unwrap());
        }
        report.lags.extend(lags.await.unwrap());
        answers.extend(many(site, &apart, until - count_apart..until, self.at_once).await);
        for answer in answers {
            note(report, answer);
        }
    }
}

fn all() -> Vec<Way> {
    let mut all = ways();
    all.push(HEALTHY);
    all
}

/// The ways of these kinds.
fn of(kinds: &[Kind]) -> Vec<Way> {
    let mut ways = ways();
    ways.retain(|way| kinds.contains(&way.kind));
    ways
}

/// How long pages that block a thread are asked for.
enum Until {
    /// As long as something else is.
    Over(Arc<AtomicBool>),
    /// So often.
    Asked(usize),
}

fn runtime(workers: usize) -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name(THREADS)
        .enable_all()
        .build()
        .unwrap()
}

fn note(report: &mut Report, answer: Answer) {
    match answer.ended {
        Some((verdict, end)) => report.ended(answer.path, verdict, end),
        None => report.hung(answer.path),
    }
}

/// Asks for one page after another, many at once.
async fn many(
    site: &TestSite,
    ways: &[Way],
    numbers: std::ops::Range<usize>,
    at_once: usize,
) -> Vec<Answer> {
    let (mut tasks, mut answers) = (JoinSet::new(), Vec::new());
    for number in numbers {
        if ways.is_empty() {
            break;
        }
        let (site, way) = (site.clone(), ways[number % ways.len()]);
        tasks.spawn(async move { ask(&site, way, format!("v{number}"), false).await });
        if tasks.len() >= at_once {
            answers.extend(tasks.join_next().await.map(Result::unwrap));
        }
    }
    answers.extend(tasks.join_all().await);
    answers
}

/// Asks for the page with nothing wrong in it, all the time.
async fn healthy(site: TestSite, over: Arc<AtomicBool>) -> Vec<Answer> {
    let mut answers = Vec::new();
    while !over.load(SeqCst) {
        let who = format!("h{}", answers.len());
        answers.push(ask(&site, HEALTHY, who, true).await);
        sleep(Duration::from_millis(10)).await;
    }
    answers
}

/// By how much the runtime itself is late with what it has to do, in microseconds.
async fn lags(over: Arc<AtomicBool>) -> Vec<i64> {
    const NAP: Duration = Duration::from_millis(10);
    let mut lags = Vec::new();
    while !over.load(SeqCst) {
        let start = Instant::now();
        sleep(NAP).await;
        lags.push(start.elapsed().saturating_sub(NAP).as_micros() as i64);
    }
    lags
}

/// Asks for pages that block a thread: fewer at once than there are workers.
async fn blocking(site: TestSite, workers: usize, ways: Vec<Way>, until: Until) -> Vec<Answer> {
    if workers == 1 || ways.is_empty() {
        return Vec::new();
    }
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let free = Arc::new(Semaphore::new(workers - 1));
    let mut tasks = JoinSet::new();
    let mut asked = 0;
    while match &until {
        Until::Over(over) => !over.load(SeqCst),
        Until::Asked(all) => asked < *all,
    } {
        asked += 1;
        let number = NUMBER.fetch_add(1, SeqCst);
        let who = format!("b{number}");
        let permit = blocked::allow(&who, &free).await;
        let (site, way) = (site.clone(), ways[number % ways.len()]);
        tasks.spawn(async move {
            let answer = ask(&site, way, who.clone(), false).await;
            blocked::ended(&who);
            drop(permit);
            answer
        });
    }
    tasks.join_all().await
}

/// Asks for a page and reads it to its end.
async fn ask(site: &TestSite, way: Way, who: String, strict: bool) -> Answer {
    let visit = site.get(&format!("{}?who={who}", way.path));
    let visit = match way.kind {
        Kind::Leaves => visit.leave_at(LEAVES),
        _ => visit,
    };
    let ended = match timeout(way.timeout + HUNG, read(visit)).await {
        Ok(page) => {
            let deadline = page.record().timeout.as_micros() as i64;
            let end = page.end().as_micros() as i64 - deadline;
            Some((check(&way, &who, &page, strict), end))
        }
        Err(_) => None,
    };
    Answer {
        path: way.path,
        ended,
    }
}

/// Reads a page frame by frame.
async fn read(visit: punctual::testing::Visit) -> punctual::testing::TestPage {
    visit.open().await.finish().await
}

/// Notes what is left of the requests when they are over.
async fn remains(site: &TestSite, report: &mut Report) {
    let all_are_gone = async {
        while alive() > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let gone = timeout(GONE, all_are_gone).await;
    let site = site.clone();
    let asserted = tokio::spawn(async move { site.assert_nothing_remains().await }).await;
    let text = match asserted {
        Ok(()) => String::new(),
        Err(error) => match error.into_panic().downcast::<String>() {
            Ok(text) => *text,
            Err(_) => "no text".to_owned(),
        },
    };
    for line in text.lines().skip(1) {
        let path = line
            .strip_prefix("GET ")
            .and_then(|line| line.split('?').next());
        report.left(path.unwrap_or(HEALTHY.path), line);
    }
    if gone.is_err() && text.is_empty() {
        report.left(HEALTHY.path, &format!("{} contexts are alive", alive()));
    }
}
