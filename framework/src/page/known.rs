use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// What takes no longer is done where it comes up.
const SOON: Duration = Duration::from_micros(50);

/// What earlier documents of a page have shown.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// There has been a document.
    is_seen: AtomicBool,
    /// In one of them something of Leptos was late, or might have been.
    can_be_late: AtomicBool,
    /// How long the last one was, in bytes.
    length: AtomicUsize,
    /// To let go of what Leptos held for one of them has taken long.
    goes_slowly: AtomicBool,
}

impl Known {
    /// Takes note of a document. What has been late once may be so again.
    pub(crate) fn note(&self, length: usize, can_be_late: bool) {
        self.length.store(length, Relaxed);
        if can_be_late {
            self.can_be_late.store(true, Relaxed);
        }
        self.is_seen.store(true, Relaxed);
    }

    /// Whether nothing of Leptos was late so far.
    pub(crate) fn is_never_late(&self) -> bool {
        self.is_seen.load(Relaxed) && !self.can_be_late.load(Relaxed)
    }

    /// Whether what Leptos held was always let go of in no time.
    pub(crate) fn is_soon_gone(&self) -> bool {
        !self.goes_slowly.load(Relaxed)
    }

    /// Lets go of it, and takes note of how long that takes.
    pub(crate) fn watch_going(&self, go: impl FnOnce()) {
        let begin = Instant::now();
        go();
        if begin.elapsed() > SOON {
            self.goes_slowly.store(true, Relaxed);
        }
    }

    /// Room for a document that is a little longer than the last one, and for what is written into its head.
    pub(crate) fn capacity(&self) -> usize {
        let length = self.length.load(Relaxed);
        length + length / 16 + 256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_not_trusted_before_it_was_seen_and_when_it_was_late_once() {
        let known = Known::default();
        assert!(!known.is_never_late());
        known.note(1_600, false);
        assert!(known.is_never_late());
        assert_eq!(known.capacity(), 1_600 + 100 + 256);
        known.note(100, true);
        known.note(100, false);
        assert!(!known.is_never_late());
    }

    #[test]
    fn a_page_that_went_slowly_once_is_not_waited_for_again() {
        let known = Known::default();
        assert!(known.is_soon_gone());
        known.watch_going(|| std::thread::sleep(SOON * 2));
        assert!(!known.is_soon_gone());
    }
}
