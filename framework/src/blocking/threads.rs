//! Threads that are started when they are needed and end when they have had nothing to do for a while.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// How long a thread waits for more to do.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Runs each job at once; how many there may be is for others to bound.
#[derive(Clone, Default)]
pub(super) struct Threads(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that wait for a job, less those that one has been left for.
    idle: usize,
}

impl Threads {
    /// Runs a job on a thread that is idle, else on a new one.
    ///
    /// # Errors
    /// When the system has no thread to give. The job is dropped then.
    pub(super) fn run(&self, job: Job) -> io::Result<()> {
        {
            let mut state = self.0.state();
            if state.idle > 0 {
                state.idle -= 1;
                state.jobs.push_back(job);
                drop(state);
                self.0.work.notify_one();
                return Ok(());
            }
        }
        let shared = self.0.clone();
        // The name is cut at 15 bytes by Linux.
        thread::Builder::new()
            .name("punctual-block".to_owned())
            .spawn(move || {
                job();
                shared.work();
            })
            .map(drop)
    }
}

impl Shared {
    fn work(&self) {
        loop {
            let job = {
                let mut state = self.state();
                state.idle += 1;
                let (mut state, waited) = self
                    .work
                    .wait_timeout_while(state, KEEP_ALIVE, |state| state.jobs.is_empty())
                    .unwrap_or_else(PoisonError::into_inner);
                match state.jobs.pop_front() {
                    Some(job) => job,
                    None => {
                        debug_assert!(waited.timed_out());
                        state.idle -= 1;
                        return;
                    }
                }
            };
            job();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_thread_is_used_again() {
        let threads = Threads::default();
        let (sender, ids) = mpsc::channel();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let sender = sender.clone();
            let job = move || {
                let _ = sender.send(thread::current().id());
            };
            threads.run(Box::new(job)).expect("there are threads");
            seen.push(ids.recv_timeout(KEEP_ALIVE).expect("the job runs"));
            while threads.0.state().idle == 0 {
                thread::yield_now();
            }
        }
        seen.dedup();
        assert_eq!(seen.len(), 1);
    }

    #[test]
    fn jobs_run_beside_each_other() {
        let threads = Threads::default();
        let barrier = Arc::new(std::sync::Barrier::new(3));
        let (sender, done) = mpsc::channel();
        for _ in 0..3 {
            let (barrier, sender) = (barrier.clone(), sender.clone());
            let job = move || {
                barrier.wait();
                let _ = sender.send(());
            };
            threads.run(Box::new(job)).expect("there are threads");
        }
        for _ in 0..3 {
            done.recv_timeout(KEEP_ALIVE).expect("all three meet");
        }
    }
}
