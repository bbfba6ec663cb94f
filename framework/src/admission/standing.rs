//! Whether a line is that of a burst, or does not go away any more.

use std::time::Duration;
use tokio::time::Instant;

/// It is overload when the line has stood for so many hundredths of the longest wait, and is over below so many.
const BEGINS: u32 = 95;
const ENDS: u32 = 50;

/// For how long there has been a line.
///
/// The time without one counts against that with one: when many places become free at the same moment, a standing line may be
/// gone for an instant, and a burst every now and then is no overload.
pub(super) struct Standing {
    longest: Duration,
    stood: Duration,
    /// Until when that is counted, and whether there has been a line since then.
    at: Option<(Instant, bool)>,
    overloaded: Option<Instant>,
}

impl Standing {
    pub(super) fn new(longest: Duration) -> Self {
        Self {
            longest,
            stood: Duration::ZERO,
            at: None,
            overloaded: None,
        }
    }

    /// From now on there is a line, or there is none.
    pub(super) fn update(&mut self, is_line: bool, now: Instant) {
        // Where nobody waits there is no line.
        if self.longest.is_zero() {
            return;
        }
        // Without a line, and when none is remembered, nothing changes but the time.
        if let Some((at, false)) = &mut self.at
            && !is_line
            && self.stood.is_zero()
        {
            *at = now.max(*at);
            return;
        }
        let now = self.at.map_or(now, |(at, _)| now.max(at));
        let (at, was_line) = self.at.replace((now, is_line)).unwrap_or((now, false));
        let passed = now.saturating_duration_since(at);
        self.stood = match was_line {
            true => (self.stood + passed).min(self.longest),
            false => self.stood.saturating_sub(passed),
        };
        if self.stood < self.longest * ENDS / 100 {
            self.overloaded = None;
        } else if self.stood >= self.longest * BEGINS / 100 {
            self.overloaded.get_or_insert(now);
        }
    }

    /// How long a line may take that is still that of a burst.
    pub(super) fn left(&self) -> Duration {
        self.longest - self.stood
    }

    /// Since when more comes than can be served.
    pub(super) fn overloaded(&self) -> Option<Instant> {
        self.overloaded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_stands_is_overload() {
        let (mut standing, start) = (Standing::new(ms(1000)), Instant::now());
        standing.update(true, start);
        standing.update(true, start + ms(900));
        assert_eq!((standing.overloaded(), standing.left()), (None, ms(100)));
        standing.update(true, start + ms(960));
        assert_eq!(standing.overloaded(), Some(start + ms(960)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_gone_for_a_moment_stands_all_the_same() {
        let (mut standing, start) = (Standing::new(ms(1000)), Instant::now());
        for n in 0..20 {
            standing.update(true, start + ms(n * 500));
            standing.update(false, start + ms(n * 500 + 450));
        }
        assert!(standing.overloaded().is_some());
        standing.update(false, start + ms(20 * 500 + 500));
        assert!(standing.overloaded().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_now_and_then_is_no_overload() {
        let (mut standing, start) = (Standing::new(ms(1000)), Instant::now());
        for n in 0..100 {
            standing.update(true, start + ms(n * 500));
            standing.update(false, start + ms(n * 500 + 200));
            assert!(standing.overloaded().is_none());
        }
    }
}
