use super::*;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn gate(in_flight: usize, waiting: usize) -> Gate {
    Gate::new(Limits {
        in_flight,
        waiting,
        longest_wait: ms(1000),
        delay: None,
    })
}

const FAR: Duration = Duration::from_secs(100);

/// Somebody comes who stays in line if need be.
fn come(gate: &mut Gate, weight: usize, now: Instant) -> Option<Arrival> {
    match gate.arrive(weight, now + FAR, now) {
        Arrival::Refused(_) => None,
        arrival => Some(arrival),
    }
}

fn waits(arrival: &Option<Arrival>) -> bool {
    matches!(arrival, Some(Arrival::Waits { .. }))
}

#[tokio::test(start_paused = true)]
async fn who_comes_when_it_is_full_waits_in_order() {
    let (mut gate, now) = (gate(2, 10), Instant::now());
    let first = [come(&mut gate, 1, now), come(&mut gate, 1, now)];
    assert!(first.iter().all(|it| matches!(it, Some(Arrival::Admitted))));
    let third = come(&mut gate, 1, now);
    let fourth = come(&mut gate, 1, now);
    assert!(waits(&third) && waits(&fourth));
    assert!(gate.next(now).is_none());
    gate.release(1, ms(1), now);
    let (_, turn) = gate.next(now).expect("there is room");
    let Some(Arrival::Waits { turn: receiver, .. }) = third else {
        panic!("it waits");
    };
    drop(receiver);
    // It was the third's turn, and not the fourth's.
    assert!(turn.is_closed());
    assert!(gate.next(now).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_heavy_page_is_not_overtaken() {
    let (mut gate, now) = (gate(4, 10), Instant::now());
    assert!(come(&mut gate, 3, now).is_some());
    let heavy = come(&mut gate, 4, now);
    let light = come(&mut gate, 1, now);
    assert!(waits(&heavy) && waits(&light));
    assert!(gate.next(now).is_none());
    gate.release(3, ms(1), now);
    assert_eq!(gate.next(now).map(|(weight, _)| weight), Some(4));
    assert!(gate.next(now).is_none());
    assert_eq!((gate.usage().in_flight, gate.usage().waiting), (4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_full_line_refuses() {
    let (mut gate, now) = (gate(1, 2), Instant::now());
    let held: Vec<_> = (0..4).map(|_| come(&mut gate, 1, now)).collect();
    assert!(held[2].is_some());
    assert!(held[3].is_none());
    assert_eq!(gate.usage().refused, 1);
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_too_long_is_refused_at_once() {
    let (mut gate, now) = (gate(10, 10_000), Instant::now());
    // A page holds its place for 100 ms: a hundred begin in a second.
    gate.drain.released(1, ms(100), now);
    let held: Vec<_> = (0..200).map_while(|_| come(&mut gate, 1, now)).collect();
    assert_eq!(held.len(), 10 + 100);
    // One whose page has to be over sooner is refused sooner.
    gate = self::gate(10, 10_000);
    gate.drain.released(1, ms(100), now);
    let _held: Vec<_> = (0..60).map_while(|_| come(&mut gate, 1, now)).collect();
    let soon = gate.arrive(1, now + ms(400), now);
    assert!(matches!(soon, Arrival::Refused(_)));
    let late = gate.arrive(1, now + ms(600), now);
    assert!(matches!(late, Arrival::Waits { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_stands_becomes_short() {
    let (mut gate, start) = (gate(100, 10_000), Instant::now());
    // A hundred places of 100 ms each, and ten times as many visitors.
    gate.drain.released(1, ms(100), start);
    let mut ends = std::collections::VecDeque::new();
    let mut held = Vec::new();
    let mut longest_after_burst = 0;
    for tick in 0..3_000 {
        let now = start + ms(tick);
        while ends.front().is_some_and(|end| *end <= now) {
            ends.pop_front();
            gate.release(1, ms(100), now);
        }
        while gate.next(now).is_some() {
            ends.push_back(now + ms(100));
        }
        for _ in 0..10 {
            match come(&mut gate, 1, now) {
                Some(Arrival::Admitted) => ends.push_back(now + ms(100)),
                other => held.extend(other),
            }
        }
        if tick > 1_500 {
            longest_after_burst = longest_after_burst.max(gate.usage().waiting);
        }
        // No place stays empty.
        assert!(tick < 20 || gate.usage().in_flight == 100, "{tick}");
    }
    // A thousand begin in a second; a line of a twentieth of a second are fifty.
    assert!(
        (20..=70).contains(&longest_after_burst),
        "{longest_after_burst}"
    );
    let admitted = gate.usage().admitted;
    assert!((2_900..=3_200).contains(&admitted), "{admitted}");
}

#[tokio::test(start_paused = true)]
async fn who_has_left_is_not_started() {
    let (mut gate, now) = (gate(1, 10), Instant::now());
    let _first = come(&mut gate, 1, now);
    let left = come(&mut gate, 1, now);
    let Some(Arrival::Waits { ticket, .. }) = left else {
        panic!("it waits");
    };
    assert!(gate.leave(ticket, now));
    assert!(!gate.leave(ticket, now));
    gate.release(1, ms(1), now);
    assert!(gate.next(now).is_none());
    assert_eq!(gate.usage().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn whose_time_is_over_is_not_started() {
    let (mut gate, now) = (gate(1, 10), Instant::now());
    let _first = come(&mut gate, 1, now);
    let over = gate.arrive(1, now + ms(50), now);
    let next = gate.arrive(1, now + FAR, now);
    assert!(matches!(over, Arrival::Waits { .. }) && matches!(next, Arrival::Waits { .. }));
    gate.release(1, ms(60), now + ms(60));
    let (_, turn) = gate.next(now + ms(60)).expect("there is room");
    drop(over);
    assert!(!turn.is_closed(), "the turn is the second's");
    // That is no lack of places.
    let none = gate.arrive(1, now, now);
    assert!(matches!(none, Arrival::Refused(Refused::Late)));
    assert_eq!(gate.usage().refused, 0);
}

#[tokio::test(start_paused = true)]
async fn who_is_refused_is_told_when_to_come_again() {
    let (mut gate, now) = (gate(10, 10_000), Instant::now());
    gate.drain.released(1, ms(1000), now);
    let mut told = Vec::new();
    let mut held = Vec::new();
    for _ in 0..100 {
        match gate.arrive(1, now + FAR, now) {
            Arrival::Refused(Refused::Full { retry_after }) => told.push(retry_after),
            other => held.push(other),
        }
    }
    // Ten begin in a second: ten are in flight, ten wait, and eighty were refused.
    assert_eq!(told.len(), 80);
    assert_eq!((told[0], told[79]), (2, 9));
}

/// Ten times as many as there is room for, for five seconds.
fn overload(gate: &mut Gate, start: Instant) -> Instant {
    let (mut ends, mut held) = (std::collections::VecDeque::new(), Vec::new());
    for tick in 0..5_000 {
        let now = start + ms(tick);
        while ends.front().is_some_and(|end| *end <= now) {
            ends.pop_front();
            gate.release(1, ms(50), now);
        }
        while gate.next(now).is_some() {
            ends.push_back(now + ms(50));
        }
        for _ in 0..4 {
            match come(gate, 1, now) {
                Some(Arrival::Admitted) => ends.push_back(now + ms(50)),
                other => held.extend(other),
            }
        }
    }
    drop(held);
    let now = start + ms(5_100);
    while let Some((_, turn)) = gate.next(now) {
        drop(turn);
        ends.push_back(now);
    }
    while ends.pop_front().is_some() {
        gate.release(1, ms(50), now);
    }
    now
}

#[tokio::test(start_paused = true)]
async fn overload_is_over_when_nobody_comes() {
    let (mut gate, start) = (gate(20, 1_000), Instant::now());
    let end = overload(&mut gate, start);
    assert!(gate.standing.overloaded().is_some());
    // In a quiet hour it is forgotten, and a burst is a burst again.
    let later = end + Duration::from_secs(3600);
    let held: Vec<_> = (0..200).map(|_| come(&mut gate, 1, later)).collect();
    assert!(held.iter().all(Option::is_some));
    assert!(gate.standing.overloaded().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_longest_wait_may_be_nothing_or_for_ever() {
    let now = Instant::now();
    let gate = |longest_wait| {
        Gate::new(Limits {
            in_flight: 1,
            waiting: 10,
            longest_wait,
            delay: None,
        })
    };
    let mut forever = gate(Duration::MAX);
    let held = [come(&mut forever, 1, now), come(&mut forever, 1, now)];
    assert!(held.iter().all(Option::is_some));
    let mut never = gate(Duration::ZERO);
    assert!(come(&mut never, 1, now).is_some());
    assert!(come(&mut never, 1, now).is_none());
    never.release(1, ms(200), now);
    assert_eq!(never.retry_after(now), 1);
}

#[tokio::test(start_paused = true)]
async fn in_overload_a_light_page_passes_a_heavy_one() {
    let (mut gate, start) = (gate(20, 1_000), Instant::now());
    let end = overload(&mut gate, start);
    let now = end + ms(10);
    let full: Vec<_> = (0..18).map(|_| come(&mut gate, 1, now)).collect();
    assert!(full.iter().all(|it| matches!(it, Some(Arrival::Admitted))));
    assert!(gate.standing.overloaded().is_some());
    let heavy = come(&mut gate, 10, now);
    assert!(waits(&heavy) && gate.next(now).is_none());
    let light = come(&mut gate, 1, now);
    assert!(waits(&light));
    assert_eq!(gate.next(now).map(|(weight, _)| weight), Some(1));
}

#[tokio::test(start_paused = true)]
async fn few_places_for_long_pages_do_not_stay_empty() {
    let mut gate = Gate::new(Limits {
        in_flight: 2,
        waiting: 10,
        longest_wait: ms(3000),
        delay: None,
    });
    let start = Instant::now();
    let (mut busy, mut held, mut ends) = (0, Vec::new(), Vec::new());
    // Pages of about a second each, at two places, and five that come in two seconds.
    for tick in 0..60_000 {
        let now = start + ms(tick);
        ends.retain(|end| {
            let is_over = *end <= now;
            if is_over {
                gate.release(1, ms(1007), now);
            }
            !is_over
        });
        while gate.next(now).is_some() {
            ends.push(now + ms(1007));
        }
        if tick % 400 == 0 {
            match come(&mut gate, 1, now) {
                Some(Arrival::Admitted) => ends.push(now + ms(1000)),
                other => held.extend(other),
            }
        }
        busy += ends.len();
    }
    let used = busy as f64 / 120_000.0;
    assert!(used > 0.97, "{used}");
}
