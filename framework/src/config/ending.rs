use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicUsize, Ordering::Relaxed},
};
use tokio_util::sync::CancellationToken;

/// How many threads have a token that no other has, at most.
const TOKENS: usize = 32;

/// Says that what is in flight has to end, because the site stops.
///
/// Each request waits for it, and who waits for a token takes its lock. So each thread has one of its own.
#[derive(Clone)]
pub(crate) struct Ending(Arc<[CancellationToken]>);

impl Ending {
    /// It has come when this token is cancelled.
    pub(crate) fn of(token: &CancellationToken) -> Self {
        Self((0..TOKENS).map(|_| token.child_token()).collect())
    }

    /// The token for this thread.
    pub(crate) fn token(&self) -> &CancellationToken {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: usize = THREADS.fetch_add(1, Relaxed);
        }
        &self.0[THREAD.with(|thread| *thread) % TOKENS]
    }
}

impl Default for Ending {
    /// For what is in no site: it never comes.
    fn default() -> Self {
        static NEVER: LazyLock<Ending> = LazyLock::new(|| Ending::of(&CancellationToken::new()));
        NEVER.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn every_thread_is_told() {
        let token = CancellationToken::new();
        let ending = Ending::of(&token);
        assert!(!ending.token().is_cancelled());
        token.cancel();
        for _ in 0..TOKENS + 1 {
            let ending = ending.clone();
            let told = thread::spawn(move || ending.token().is_cancelled()).join();
            assert!(told.is_ok_and(|told| told));
        }
    }
}
