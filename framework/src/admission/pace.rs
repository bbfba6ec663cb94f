//! Pages begin more slowly while the runtime is late.

use crate::heartbeat::PERIOD;
use std::time::Duration;

/// How late the runtime may be, where the site does not say: with the grace after a deadline and the time to send what is
/// left, a page that is late in everything still ends within 50 ms after its deadline.
pub(crate) const DEFAULT_DELAY: Duration = Duration::from_millis(20);

/// For how many looks in a row the runtime has to be late: a tenth of a second, as in CoDel. A single page that computes for
/// a moment is no overload.
const LOOKS: usize = 10;

/// The rate falls to this part when pages begin to be paced, and by this part as long as the runtime is late.
const FIRST_CUT: f64 = 0.5;
const CUT: f64 = 0.7;

/// It rises by this part at each look at which the runtime is not late, and by more when it has next to nothing to do.
const RISE: f64 = 1.02;
const FAST_RISE: f64 = 1.1;

/// It never falls below ten in a second, whatever else makes the machine slow.
const LEAST: f64 = 0.1;

/// For how many looks in a row nobody has to wait before the pace is given up.
const GIVE_UP: usize = 50;

/// At which rate pages may begin.
pub(super) struct Pace {
    permitted: Option<Duration>,
    /// As many pages as the machine has processors may always be in flight.
    processors: usize,
    delay: Duration,
    /// For how many looks the runtime has been late.
    late: usize,
    /// For how many looks nobody has waited.
    calm: usize,
    /// How many pages began between the last looks.
    begun: [usize; LOOKS],
    /// How many pages may begin between two looks; `None`: all.
    rate: Option<f64>,
    /// How many may begin now.
    saved: f64,
    /// For how many looks the rate has been as it is although the runtime is late.
    unchanged: usize,
}

impl Pace {
    pub(super) fn new(permitted: Option<Duration>) -> Self {
        Self {
            permitted,
            processors: super::machine::processors(),
            delay: Duration::ZERO,
            late: 0,
            calm: 0,
            begun: [0; LOOKS],
            rate: None,
            saved: 0.0,
            unchanged: 0,
        }
    }

    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    /// How many pages may begin in a second.
    pub(super) fn per_second(&self) -> Option<f64> {
        self.rate.map(|rate| rate / PERIOD.as_secs_f64())
    }

    /// Whether a page may begin beside so many others.
    pub(super) fn may_begin(&self, pages: usize) -> bool {
        self.rate.is_none() || self.saved >= 1.0 || pages < self.processors
    }

    /// A page begins.
    pub(super) fn begun(&mut self) {
        self.begun[0] += 1;
        self.saved = (self.saved - 1.0).max(0.0);
    }

    /// The runtime was that late.
    pub(super) fn tick(&mut self, delay: Duration, somebody_waits: bool) {
        let Some(permitted) = self.permitted else {
            return;
        };
        self.delay = delay;
        let is_late = delay > permitted;
        self.late = if is_late { self.late + 1 } else { 0 };
        self.calm = if somebody_waits || is_late {
            0
        } else {
            self.calm + 1
        };
        let Some(rate) = self.rate else {
            if self.late >= LOOKS {
                let begun: usize = self.begun.iter().sum();
                self.set(begun as f64 / LOOKS as f64 * FIRST_CUT);
            }
            self.turn_over();
            return;
        };
        self.turn_over();
        if self.calm >= GIVE_UP {
            self.rate = None;
            return;
        }
        if !is_late {
            self.unchanged = 0;
            let has_nothing_to_do = delay < permitted / 4;
            self.rate = Some(rate * if has_nothing_to_do { FAST_RISE } else { RISE });
        } else {
            self.unchanged += 1;
            if self.unchanged >= LOOKS {
                self.set(rate * CUT);
            }
        }
        // Far behind, what has begun comes first.
        let more = match delay > permitted * 2 {
            true => LEAST,
            false => self.rate.unwrap_or_default(),
        };
        self.saved = (self.saved + more).min(more.max(1.0) * 2.0);
    }

    fn set(&mut self, rate: f64) {
        self.rate = Some(rate.max(LEAST));
        self.unchanged = 0;
    }

    fn turn_over(&mut self) {
        self.begun.rotate_right(1);
        self.begun[0] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// How many of those who come begin between two looks.
    fn begin(pace: &mut Pace, come: usize) -> usize {
        let mut begun = 0;
        while begun < come && pace.may_begin(1_000) {
            pace.begun();
            begun += 1;
        }
        begun
    }

    #[test]
    fn all_begin_while_the_runtime_keeps_up() {
        let mut pace = Pace::new(Some(ms(20)));
        for _ in 0..1000 {
            assert_eq!(begin(&mut pace, 500), 500);
            pace.tick(ms(20), false);
        }
        assert_eq!(pace.per_second(), None);
    }

    #[test]
    fn a_moment_of_work_is_no_overload() {
        let mut pace = Pace::new(Some(ms(20)));
        for _ in 0..100 {
            for _ in 0..9 {
                pace.tick(ms(200), false);
            }
            pace.tick(ms(1), false);
        }
        assert_eq!(pace.per_second(), None);
    }

    /// A machine that does so many pages between two looks, to which more come: how many are begun at the end, and how late it is.
    fn overload(can: f64, come: usize) -> (f64, Duration) {
        let mut pace = Pace::new(Some(ms(20)));
        let (mut behind, mut begun) = (0.0_f64, 0);
        let mut longest = Duration::ZERO;
        for look in 0..2_000 {
            let now = begin(&mut pace, come);
            behind = (behind + now as f64 - can).max(0.0);
            let delay = PERIOD.mul_f64(behind / can);
            pace.tick(delay, true);
            if look >= 1_000 {
                begun += now;
                longest = longest.max(delay);
            }
        }
        (begun as f64 / 1_000.0, longest)
    }

    #[test]
    fn pages_begin_as_fast_as_the_machine_can() {
        for (can, come) in [(10.0, 30), (1.0, 10), (3.0, 100), (50.0, 75)] {
            let (begun, longest) = overload(can, come);
            assert!(begun >= can * 0.9, "{begun} of {can}");
            assert!(longest < ms(120), "{longest:?} with {can}");
        }
    }

    #[test]
    fn it_is_over_half_a_second_after_the_last_one_waited() {
        let mut pace = Pace::new(Some(ms(20)));
        for _ in 0..30 {
            begin(&mut pace, 10);
            pace.tick(ms(100), true);
        }
        assert!(pace.per_second().is_some());
        for _ in 0..50 {
            pace.tick(ms(1), false);
        }
        assert_eq!(pace.per_second(), None);
    }

    #[test]
    fn some_always_begin() {
        let mut pace = Pace::new(Some(ms(20)));
        let mut begun = 0;
        for _ in 0..2_000 {
            begun += begin(&mut pace, 10);
            pace.tick(Duration::from_secs(1), true);
        }
        // Ten in a second; and in the first tenth of a second there was no pace.
        assert!((290..=310).contains(&begun), "{begun}");
        assert!(pace.may_begin(0));
    }

    #[test]
    fn without_a_limit_there_is_no_pace() {
        let mut pace = Pace::new(None);
        for _ in 0..100 {
            pace.tick(Duration::from_secs(1), true);
        }
        assert_eq!(pace.per_second(), None);
    }
}
