use super::milliseconds;

#[track_caller]
fn assert_refused(text: &str, expected: &str) {
    let fault = milliseconds(text).expect_err("this is no time");
    assert_eq!(fault.to_string(), expected);
}

#[test]
fn reads_every_unit() {
    assert_eq!(milliseconds("1ms"), Ok(1));
    assert_eq!(milliseconds("600ms"), Ok(600));
    assert_eq!(milliseconds("45s"), Ok(45_000));
    assert_eq!(milliseconds("2m"), Ok(120_000));
    assert_eq!(milliseconds("1440m"), Ok(86_400_000));
}

#[test]
fn a_unit_is_required() {
    assert_refused(
        "1",
        "needs a unit: write \"1s\" (the units are `ms`, `s` and `m`)",
    );
    assert_refused(
        "600",
        "needs a unit: write \"600ms\" (the units are `ms`, `s` and `m`)",
    );
    assert_refused(
        "1.5",
        "needs a unit: write \"1500ms\" (the units are `ms`, `s` and `m`)",
    );
    assert_refused("s", "needs a number before the unit: write \"1s\"");
    assert_refused(
        "",
        "is empty: write a number and a unit, \"1s\" or \"500ms\"",
    );
    assert_refused(
        "soon",
        "is not a time: write a number and a unit, \"1s\" or \"500ms\"",
    );
}

#[test]
fn other_units_are_translated() {
    assert_refused("1h", "has the unknown unit `h`: write \"60m\"");
    assert_refused("2 seconds", "has the unknown unit `seconds`: write \"2s\"");
    assert_refused("100MS", "has the unknown unit `MS`: write \"100ms\"");
    assert_refused("5us", "has the unknown unit `us`: write `ms`, `s` or `m`");
}

#[test]
fn refuses_what_is_no_limit() {
    let zero = "cannot be zero: leave it out for the default, or write at least \"1ms\"";
    assert_refused("0s", zero);
    assert_refused("0.0s", zero);
    assert_refused("-1s", "cannot be negative: write \"1s\" or \"500ms\"");
    let long = "is too long: the most is a day, \"1440m\"";
    assert_refused("1441m", long);
    assert_refused("99999999999999999999999999999999999999999s", long);
}

#[test]
fn fractions_become_whole_numbers() {
    assert_refused("1.5s", "must be a whole number: write \"1500ms\"");
    assert_refused("0.5m", "must be a whole number: write \"30s\"");
    assert_refused(".25s", "must be a whole number: write \"250ms\"");
    assert_refused(
        "0.5ms",
        "must be a whole number of milliseconds: write \"1ms\"",
    );
}

#[test]
fn there_is_one_spelling() {
    let and = "must be one number and one unit: write";
    assert_refused("1 s", &format!("{and} \"1s\""));
    assert_refused("1_000ms", &format!("{and} \"1000ms\""));
    assert_refused("1m30s", &format!("{and} \"90s\""));
    assert_refused("1h30min", &format!("{and} \"90m\""));
}
