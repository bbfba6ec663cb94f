//! When those who are refused may come again.

use tokio::time::Instant;

/// Nobody is sent away for longer, in seconds.
const LONGEST: f64 = 60.0;

/// Those who were refused, as a line that moves at the rate of the site. So they do not all come back at the same moment, to be
/// refused again.
#[derive(Default)]
pub(super) struct TurnedAway {
    weight: f64,
    at: Option<Instant>,
}

impl TurnedAway {
    pub(super) fn add(&mut self, weight: usize, rate: Option<f64>, now: Instant) {
        let rate = rate.unwrap_or_default();
        self.move_on(rate, now);
        self.weight += weight as f64;
        if rate > 0.0 {
            self.weight = self.weight.min(rate * LONGEST);
        }
    }

    /// In how many whole seconds, at least one, it is the turn of who comes now.
    pub(super) fn retry_after(&mut self, waiting: usize, rate: Option<f64>, now: Instant) -> u32 {
        let Some(rate) = rate else {
            return 1;
        };
        self.move_on(rate, now);
        let ahead = self.weight + waiting as f64;
        // At a rate of zero nobody knows.
        let seconds = match rate > 0.0 {
            true => ahead / rate,
            false => LONGEST,
        };
        seconds.ceil().clamp(1.0, LONGEST) as u32
    }

    fn move_on(&mut self, rate: f64, now: Instant) {
        let since = self.at.replace(now).unwrap_or(now);
        let passed = now.saturating_duration_since(since).as_secs_f64();
        self.weight = (self.weight - passed * rate).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn those_who_are_refused_come_back_one_after_another() {
        let (mut away, now) = (TurnedAway::default(), Instant::now());
        let mut told = Vec::new();
        for _ in 0..1000 {
            away.add(1, Some(100.0), now);
            told.push(away.retry_after(50, Some(100.0), now));
        }
        assert_eq!((told[0], told[499], told[999]), (1, 6, 11));
        // In five seconds half of them have had their turn.
        let later = now + Duration::from_secs(5);
        assert_eq!(away.retry_after(0, Some(100.0), later), 5);
        let later = now + Duration::from_secs(30);
        assert_eq!(away.retry_after(0, Some(100.0), later), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_sent_away_for_more_than_a_minute() {
        let (mut away, now) = (TurnedAway::default(), Instant::now());
        for _ in 0..10_000 {
            away.add(1, Some(1.0), now);
        }
        assert_eq!(away.retry_after(0, Some(1.0), now), 60);
        assert_eq!(away.retry_after(0, Some(0.0), now), 60);
        assert_eq!(away.retry_after(0, None, now), 1);
    }
}
