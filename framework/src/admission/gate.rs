use super::{
    AdmissionUsage, Limits, Permit, drain::Drain, pace::Pace, standing::Standing,
    turned_away::TurnedAway,
};
use crate::heartbeat::Look;
use std::{collections::BTreeMap, time::Duration};
use tokio::{sync::oneshot, time::Instant};

/// In overload nobody waits for longer, unless places become free more seldom.
const SHORT_WAIT: Duration = Duration::from_millis(50);

/// For how long one who was refused counts as one who waits: others come at this moment, too.
const JUST: Duration = Duration::from_millis(500);

/// A line may always hold this part of what is in flight, so that no place stays empty when the pages take long.
const LEAST_LINE: usize = 16;

/// The longest that a longest wait is.
const FOREVER: Duration = Duration::from_secs(60 * 60 * 24);

/// Why a page has no place, and what its visitor is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is none.
    Full {
        /// In how many seconds to come again.
        retry_after: u32,
    },
    /// Its time was over when it came.
    Late,
}

/// What becomes of one who comes.
pub(super) enum Arrival {
    Admitted,
    Waits {
        ticket: u64,
        /// Longer it does not wait.
        until: Instant,
        turn: oneshot::Receiver<Permit>,
    },
    Refused(Refused),
}

/// Who is in flight and who waits: the rules, without locks and clocks.
pub(super) struct Gate {
    limits: Limits,
    /// The weight of those in flight.
    in_flight: usize,
    /// How many they are.
    pages: usize,
    /// Who waits, in the order of arrival.
    line: BTreeMap<u64, Waiting>,
    waiting_weight: usize,
    next_ticket: u64,
    standing: Standing,
    /// When somebody was refused last, if nobody has had a place since then without waiting.
    in_vain: Option<Instant>,
    drain: Drain,
    turned_away: TurnedAway,
    pace: Pace,
    admitted: u64,
    refused: u64,
}

struct Waiting {
    weight: usize,
    until: Instant,
    turn: oneshot::Sender<Permit>,
}

impl Gate {
    pub(super) fn new(mut limits: Limits) -> Self {
        limits.longest_wait = limits.longest_wait.min(FOREVER);
        if limits.longest_wait.is_zero() {
            limits.waiting = 0;
        }
        Self {
            limits,
            in_flight: 0,
            pages: 0,
            line: BTreeMap::new(),
            waiting_weight: 0,
            next_ticket: 0,
            standing: Standing::new(limits.longest_wait),
            in_vain: None,
            drain: Drain::default(),
            turned_away: TurnedAway::default(),
            pace: Pace::new(limits.delay),
            admitted: 0,
            refused: 0,
        }
    }

    pub(super) fn usage(&self) -> AdmissionUsage {
        AdmissionUsage {
            max_in_flight: self.limits.in_flight,
            in_flight: self.in_flight,
            waiting: self.line.len(),
            admitted: self.admitted,
            refused: self.refused,
            delay: match self.pages {
                0 => Duration::ZERO,
                _ => self.pace.delay(),
            },
            paced: self.pace.per_second().map(|rate| rate as u32),
        }
    }

    /// Somebody comes, whose page has to be over by the deadline.
    pub(super) fn arrive(&mut self, weight: usize, deadline: Instant, now: Instant) -> Arrival {
        if deadline <= now {
            return Arrival::Refused(Refused::Late);
        }
        if self.line.is_empty() && self.may_begin(weight) {
            self.begin(weight, now);
            self.note_line(now);
            self.in_vain = None;
            self.note_line(now);
            return Arrival::Admitted;
        }
        self.note_line(now);
        // From now on there is a line, if there was none.
        self.standing.update(true, now);
        let longest = if self.standing.overloaded().is_some() {
            let wait = self.short_wait(now);
            self.displace(weight, wait, now);
            wait
        } else {
            let patience = self.standing.left().min(deadline - now);
            if !self.fits_in_line(weight, patience, now) {
                return Arrival::Refused(self.refuse(weight, now));
            }
            self.limits.longest_wait
        };
        let until = (now + longest).min(deadline);
        let (sender, turn) = oneshot::channel();
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let waiting = Waiting {
            weight,
            until,
            turn: sender,
        };
        self.line.insert(ticket, waiting);
        self.waiting_weight += weight;
        Arrival::Waits {
            ticket,
            until,
            turn,
        }
    }

    /// Counts one who is refused, and says when to come again.
    pub(super) fn refuse(&mut self, weight: usize, now: Instant) -> Refused {
        self.refused += 1;
        self.in_vain = Some(now);
        self.note_line(now);
        let rate = self.rate(now);
        self.turned_away.add(weight, rate, now);
        Refused::Full {
            retry_after: self.retry_after(now),
        }
    }

    /// In how many seconds those who wait, and those who were turned away before, have had their turn.
    pub(super) fn retry_after(&mut self, now: Instant) -> u32 {
        let rate = self.rate(now);
        self.turned_away.retry_after(self.waiting_weight, rate, now)
    }

    /// Somebody leaves the line; `false` when it had its turn before.
    pub(super) fn leave(&mut self, ticket: u64, now: Instant) -> bool {
        let Some(waiting) = self.line.remove(&ticket) else {
            return false;
        };
        self.left_line(&waiting, now);
        true
    }

    /// The next one whose turn it is.
    pub(super) fn next(&mut self, now: Instant) -> Option<(usize, oneshot::Sender<Permit>)> {
        self.note_line(now);
        loop {
            let entry = match self.standing.overloaded() {
                Some(_) => self.line.last_entry()?,
                None => self.line.first_entry()?,
            };
            let (ticket, waiting) = (*entry.key(), entry.get());
            // Its time may be over although its timer has not fired yet.
            let is_over = waiting.until <= now || waiting.turn.is_closed();
            let weight = waiting.weight;
            if !is_over && !self.may_begin(weight) {
                return None;
            }
            let waiting = self.line.remove(&ticket)?;
            self.left_line(&waiting, now);
            if !is_over {
                self.begin(weight, now);
                return Some((weight, waiting.turn));
            }
        }
    }

    /// A page has ended that has held its place for this long.
    pub(super) fn release(&mut self, weight: usize, held: Duration, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(weight);
        self.pages = self.pages.saturating_sub(1);
        self.drain.released(weight, held, now);
        self.note_line(now);
    }

    pub(super) fn tick(&mut self, look: Option<Look>) {
        match look {
            Some(look) => self.pace.tick(look, !self.line.is_empty()),
            None => self.pace.rest(),
        }
    }

    fn left_line(&mut self, waiting: &Waiting, now: Instant) {
        self.waiting_weight = self.waiting_weight.saturating_sub(waiting.weight);
        self.note_line(now);
    }

    /// There is a line as long as somebody waits, or was just refused.
    fn note_line(&mut self, now: Instant) {
        let forgotten = self.in_vain.map(|since| since + JUST);
        if let Some(forgotten) = forgotten.filter(|at| *at <= now && self.line.is_empty()) {
            self.in_vain = None;
            self.standing.update(false, forgotten);
        }
        let is_line = !self.line.is_empty() || self.in_vain.is_some();
        self.standing.update(is_line, now);
    }

    fn may_begin(&self, weight: usize) -> bool {
        // A page that is heavier than the limit would never begin; the builder refuses it.
        let fits = self.in_flight.saturating_add(weight) <= self.limits.in_flight;
        fits && self.pace.may_begin(self.pages)
    }

    fn begin(&mut self, weight: usize, now: Instant) {
        self.in_flight += weight;
        self.pages += 1;
        self.admitted += 1;
        self.pace.begun();
        self.drain.begun(weight, now);
    }

    /// How long anybody waits in overload: at least until two places have become free, so that none stays empty.
    fn short_wait(&self, now: Instant) -> Duration {
        let two = self.wait_for(2, now).unwrap_or_default();
        SHORT_WAIT.max(two).min(self.limits.longest_wait / 2)
    }

    /// Whether one more would have its turn within this time.
    fn fits_in_line(&self, weight: usize, patience: Duration, now: Instant) -> bool {
        if self.line.len() >= self.limits.waiting {
            return false;
        }
        let weight = self.waiting_weight.saturating_add(weight);
        weight <= self.in_flight / LEAST_LINE + 1
            || self
                .wait_for(weight, now)
                .is_none_or(|wait| wait <= patience)
    }

    /// Makes room in line for a new one. The newest is first, so the oldest have waited in vain: that their turn is
    /// dropped tells them so.
    fn displace(&mut self, weight: usize, wait: Duration, now: Instant) {
        while !self.fits_in_line(weight, wait, now)
            && let Some((_, oldest)) = self.line.pop_first()
        {
            self.waiting_weight = self.waiting_weight.saturating_sub(oldest.weight);
        }
    }

    /// How long it takes until this weight of pages has begun; `None` when nobody can know yet.
    fn wait_for(&self, weight: usize, now: Instant) -> Option<Duration> {
        let seconds = weight as f64 / self.rate(now)?;
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    /// The weight of pages that begin in a second when the site is full.
    fn rate(&self, now: Instant) -> Option<f64> {
        let overloaded = self.standing.overloaded();
        let rate = self.drain.rate(self.limits.in_flight, overloaded, now);
        match self.pace.lasting() {
            Some(paced) => Some(rate.map_or(paced, |rate| rate.min(paced))),
            None => rate,
        }
    }
}

#[cfg(test)]
mod tests;
