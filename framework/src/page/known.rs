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
    /// Somebody does so.
    is_going: AtomicBool,
}

/// See [`Known::begin_going`].
pub(crate) struct Going<'a> {
    known: &'a Known,
    begin: Instant,
}

impl Going<'_> {
    /// It is done.
    pub(crate) fn end(self) {
        if self.begin.elapsed() > SOON {
            self.known.goes_slowly.store(true, Relaxed);
        }
        self.known.is_going.store(false, Relaxed);
    }
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

    /// Somebody is about to let go of what Leptos held for a document. `None` where that has taken long before, or somebody else does so at
    /// this moment, of whom nobody knows how long it takes.
    pub(crate) fn begin_going(&self) -> Option<Going<'_>> {
        let may_go = !self.goes_slowly.load(Relaxed) && !self.is_going.swap(true, Relaxed);
        may_go.then(|| Going {
            known: self,
            begin: Instant::now(),
        })
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
    fn one_at_a_time_goes_and_none_after_one_that_was_slow() {
        let known = Known::default();
        let going = known.begin_going().expect("the first one");
        assert!(known.begin_going().is_none());
        going.end();
        let going = known.begin_going().expect("another one");
        std::thread::sleep(SOON * 2);
        going.end();
        assert!(known.begin_going().is_none());
    }
}
