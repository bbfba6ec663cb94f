//! Pages begin more slowly while the runtime is late.

use crate::heartbeat::{Look, PERIOD};
use std::time::Duration;

/// How late the runtime may be, where the site does not say: visitors begin to notice what takes longer
/// ([Nielsen](https://www.nngroup.com/articles/response-times-3-important-limits/)), and a machine that has other work to do, too, is late by
/// some tens of milliseconds now and then.
pub(crate) const DEFAULT_DELAY: Duration = Duration::from_millis(100);

/// For how many looks in a row the runtime has to be late: a tenth of a second, as in CoDel. A single page that computes for
/// a moment is no overload.
const LOOKS: usize = 10;

/// When pages begin to be paced, as many begin as did before, times this.
const FIRST: f64 = 0.5;

/// From one turn to the next their number changes by no more than this.
const FALL: f64 = 0.7;
const RISE: f64 = 1.1;

/// What began is forgotten in this way from look to look, by half in a third of a second: while the runtime is late, hardly anything begins.
const FORGET: f64 = 0.98;

/// For how many looks pages are paced before it is counted on that it goes on: half a second.
const LASTING: usize = 50;

/// Between two looks at least this part of a page begins, ten in a second, whatever else makes the machine slow.
const LEAST: f64 = 0.1;

/// There is no machine that begins more.
const MOST: f64 = 1_000_000.0;

/// For how many looks in a row nobody has to wait before the pace is given up.
const GIVE_UP: usize = 50;

/// How many pages may begin.
///
/// The aim is half of the permitted delay: enough that no processor has nothing to do. What counts is how many pages begin while one
/// task waits for its turn. When that takes longer, fewer turns come, and so fewer pages begin at once, before their number is lowered:
/// like the window of TCP, this holds without knowing how much work a page is.
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
    /// How many began between two looks when most did, of late.
    usual: f64,
    /// For how many looks pages have been paced.
    lasted: usize,
    /// How many pages may begin in the time that is aimed at; `None`: all.
    window: Option<f64>,
    /// How many of them have been given since the last turn.
    given: f64,
    /// How many may begin now.
    saved: f64,
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
            usual: 0.0,
            lasted: 0,
            window: None,
            given: 0.0,
            saved: 0.0,
        }
    }

    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    /// How many pages may begin in a second.
    pub(super) fn per_second(&self) -> Option<f64> {
        let aim = self.permitted? / 2;
        self.window.map(|window| window / aim.as_secs_f64())
    }

    /// The same, once that is no matter of a moment.
    pub(super) fn lasting(&self) -> Option<f64> {
        self.per_second().filter(|_| self.lasted >= LASTING)
    }

    /// Whether a page may begin beside so many others.
    pub(super) fn may_begin(&self, pages: usize) -> bool {
        self.window.is_none() || self.saved >= 1.0 || pages < self.processors
    }

    /// A page begins.
    pub(super) fn begun(&mut self) {
        self.begun[0] += 1;
        self.saved = (self.saved - 1.0).max(0.0);
    }

    /// Nothing was in flight: whatever has made the runtime late is over.
    pub(super) fn rest(&mut self) {
        *self = Self::new(self.permitted);
    }

    /// Takes a look at the runtime.
    pub(super) fn tick(&mut self, look: Look, somebody_waits: bool) {
        let Some(permitted) = self.permitted else {
            return;
        };
        let Look { delay, had_turn } = look;
        let aim = permitted / 2;
        let looks = (aim.as_secs_f64() / PERIOD.as_secs_f64()).max(1.0);
        let is_late = delay > permitted;
        self.delay = delay;
        self.late = if is_late { self.late + 1 } else { 0 };
        let is_calm = !somebody_waits && !is_late;
        self.calm = if is_calm { self.calm + 1 } else { 0 };
        let begun: usize = self.begun.iter().sum();
        self.usual = (begun as f64 / LOOKS as f64).max(self.usual * FORGET);
        self.turn_over();
        let least = self.processors as f64;
        let Some(window) = self.window else {
            if self.late >= LOOKS {
                self.window = Some((self.usual * looks * FIRST).max(least));
                self.given = 0.0;
                self.lasted = 0;
            }
            return;
        };
        self.lasted += 1;
        if self.calm >= GIVE_UP {
            self.window = None;
            return;
        }
        let window = if had_turn {
            self.given = 0.0;
            let change = aim.as_secs_f64() / delay.max(PERIOD).as_secs_f64();
            (window * change.clamp(FALL, RISE)).clamp(least, MOST)
        } else {
            window
        };
        self.window = Some(window);
        // Far behind, what has begun comes first.
        let share = window / looks;
        let more = match delay > permitted * 2 {
            true => 0.0,
            false => share.min((window - self.given).max(0.0)),
        };
        self.given += more;
        self.saved = (self.saved + more.max(LEAST)).min(share.max(1.0) * 2.0);
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

    fn had(delay: Duration) -> Look {
        Look {
            delay,
            had_turn: true,
        }
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
            pace.tick(had(ms(20)), false);
        }
        assert_eq!(pace.per_second(), None);
    }

    #[test]
    fn a_moment_of_work_is_no_overload() {
        let mut pace = Pace::new(Some(ms(20)));
        for _ in 0..100 {
            for _ in 0..9 {
                pace.tick(had(ms(200)), false);
            }
            pace.tick(had(ms(1)), false);
        }
        assert_eq!(pace.per_second(), None);
    }

    /// A machine that does so many pages between two looks, to which more come: how many begin, and how late it is, at
    /// most.
    fn overload(can: f64, come: usize) -> (f64, Duration) {
        let mut pace = Pace::new(Some(ms(100)));
        let (mut behind, mut begun, mut longest) = (0.0_f64, 0, Duration::ZERO);
        // How late it is, one finds out by waiting: for how many looks, and how much is still ahead.
        let (mut waited, mut ahead, mut delay) = (0, 0.0, Duration::ZERO);
        for look in 0..4_000 {
            let now = begin(&mut pace, come);
            behind = (behind + now as f64 - can).max(0.0);
            ahead -= can;
            waited += 1;
            delay = delay.max(PERIOD * waited);
            let had_turn = ahead <= 0.0;
            if had_turn {
                delay = PERIOD * (waited - 1);
                (waited, ahead) = (0, behind);
            }
            pace.tick(Look { delay, had_turn }, true);
            if look >= 1_000 {
                begun += now;
                longest = longest.max(PERIOD.mul_f64(behind / can));
            }
        }
        (begun as f64 / 3_000.0, longest)
    }

    #[test]
    fn pages_begin_as_fast_as_the_machine_can() {
        let machines = [
            (10.0, 30),
            (1.0, 10),
            (3.0, 100),
            (50.0, 75),
            (0.4, 5),
            (4.0, 5),
        ];
        for (can, come) in machines {
            let (begun, longest) = overload(can, come);
            assert!(begun >= can * 0.95, "{begun} of {can}");
            assert!(longest < ms(200), "{longest:?} with {can}");
        }
    }

    #[test]
    fn it_is_over_half_a_second_after_the_last_one_waited() {
        let mut pace = Pace::new(Some(ms(20)));
        for _ in 0..30 {
            begin(&mut pace, 10);
            pace.tick(had(ms(100)), true);
        }
        assert!(pace.per_second().is_some());
        for _ in 0..50 {
            pace.tick(had(ms(1)), false);
        }
        assert_eq!(pace.per_second(), None);
    }

    #[test]
    fn some_always_begin() {
        let mut pace = Pace::new(Some(ms(20)));
        let mut begun = 0;
        for _ in 0..2_000 {
            begun += begin(&mut pace, 10);
            let look = Look {
                delay: Duration::from_secs(1),
                had_turn: false,
            };
            pace.tick(look, true);
        }
        // Ten in a second; and in the first tenth of a second there was no pace.
        assert!((290..=310).contains(&begun), "{begun}");
        assert!(pace.may_begin(0));
    }

    #[test]
    fn one_stall_is_no_reason_to_be_slow() {
        let mut pace = Pace::new(Some(ms(100)));
        for _ in 0..200 {
            begin(&mut pace, 3);
            pace.tick(had(ms(1)), false);
        }
        // Nothing begins while one page computes for 300 ms.
        for look in 0..30 {
            let look = Look {
                delay: PERIOD * look,
                had_turn: false,
            };
            pace.tick(look, true);
        }
        // What has come meanwhile begins soon, and nobody is refused for it.
        let mut line = 90;
        for _ in 0..40 {
            line += 3;
            line -= begin(&mut pace, line);
            assert_eq!(pace.lasting(), None);
            pace.tick(had(ms(1)), line > 0);
        }
        assert_eq!(line, 0);
    }

    #[test]
    fn when_nothing_was_in_flight_it_is_forgotten() {
        let mut pace = Pace::new(Some(ms(20)));
        for _ in 0..30 {
            begin(&mut pace, 10);
            pace.tick(had(ms(100)), true);
        }
        assert!(pace.per_second().is_some());
        pace.rest();
        assert_eq!(pace.per_second(), None);
    }

    #[test]
    fn without_a_limit_there_is_no_pace() {
        let mut pace = Pace::new(None);
        for _ in 0..100 {
            pace.tick(had(Duration::from_secs(1)), true);
        }
        assert_eq!(pace.per_second(), None);
    }
}
